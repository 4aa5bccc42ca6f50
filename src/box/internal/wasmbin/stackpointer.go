package wasmbin

// cacheStackPointer makes the Go stack pointer a value that stays the same in all of a function.
//
// Go keeps it in global 0, copies it to local 1 at the start of a function and moves both: down by the frame's size
// when the function is entered, down by 8 for the PC before each call, back up after it, and up again to return. A
// compiler of WebAssembly sees a new value after each step, and at each place where the code can be resumed one
// that may be either of two. So it checks at each use that the address is within memory, which is a good part of
// all the work.
//
// Here local 1 gets, before anything else, the lowest value that the stack pointer will have in the function: that
// of its calls. It is the same whether the function is entered or resumed. Uses add the distance of the stack
// pointer from there, which is known at each place, to their offsets. Global 0 has the values that it had. One
// check at the start, of the highest address that the function is known to use, shows that all others are within
// memory. check is the code for it, to be put at the start of the loop around all code if there is one.
//
// After a call that returns the stack is where it was: nothing moves a stack but to let it grow, after which all
// functions on it are resumed. (The runtime's own shrinking of stacks is off in guests that gobuild has built.)
//
// The function is returned as it was if it does not have the form that the Go compiler writes.
func cacheStackPointer(body []byte, place uint32, nilCheck nilChecks) (out, check []byte) {
	f := &frame{body: body, place: place, nilCheck: nilCheck}
	if !f.parse() || !f.rewrite() {
		return body, nil
	}
	if f.top > 1 {
		check = append(check, opLocalGet, localSP, opI32Load8, 0)
		check = append(appendU32(check, f.top-1), opDrop)
	}
	out = append(f.out[:0:0], body[:f.start]...)
	out = append(out, opGlobalGet, GlobalSP, opI32Const, 8, opI32Sub)
	if f.size > 0 { // less the frame, if the function is not resumed
		out = append(out, opLocalGet, 0, opI32Eqz)
		out = appendS64(append(out, opI32Const), f.size)
		out = append(out, opI32Mul, opI32Sub)
	}
	out = append(out, opLocalSet, localSP)
	if !f.loop {
		out = append(out, check...)
		check = nil
	}
	return append(out, f.out...), check
}

// localSP is the local that Go has the stack pointer in.
const localSP = 1

// A scope is a block, loop or if that is open.
type scope struct {
	kind scopeKind
	sp   int64
}

type scopeKind int

const (
	inner  scopeKind = iota // within the code of a block of Go
	around                  // what the table leads to: the stack pointer is where calls leave it
	again                   // the loop around that
	exit                    // around all: the stack pointer does not matter any more
)

// home is where the stack pointer is between calls, above the value of the local.
const home = 8

// rewrite writes what follows the setting of the local.
func (f *frame) rewrite() bool {
	f.add = make([]uint32, len(f.code))
	f.out = make([]byte, 0, len(f.body)+len(f.body)/8)
	var open []scope
	for i := range f.first {
		switch f.code[i].op {
		case opBlock, opLoop:
			kind := around
			switch {
			case i == 0 && f.exit:
				kind = exit
			case f.code[i].op == opLoop:
				kind = again
			}
			open = append(open, scope{kind: kind, sp: home})
		}
		f.copy(i)
	}
	open = open[:len(open)-1] // the table's own
	sp := f.size + home
	dead, pushed, left := false, false, false
	fits := func(i int) bool { // whether a jump finds the stack pointer where it is expected
		n := int64(len(open)) - 1 - f.code[i].arg
		return n < 0 || open[n].kind == exit || sp == open[n].sp && (open[n].kind != again || f.goesOn(i))
	}
	for i := f.first; i < len(f.code); i++ {
		in := f.code[i]
		if left && (in.op == opLocalGet && in.arg == localSP || in.op == opGlobalSet) {
			return false
		}
		switch in.op {
		case opBlock, opLoop, opIf:
			open = append(open, scope{kind: inner, sp: sp})
		case opElse:
			if len(open) == 0 || !dead && sp != open[len(open)-1].sp {
				return false
			}
			sp, dead = open[len(open)-1].sp, false
		case opEnd:
			if len(open) == 0 { // the function's
				break
			}
			s := open[len(open)-1]
			open = open[:len(open)-1]
			if !dead && s.kind != exit && sp != s.sp {
				return false
			}
			sp, dead, left = s.sp, false, s.kind == exit
		case opBr, opBrIf:
			if !dead && !fits(i) {
				return false
			}
			dead = dead || in.op == opBr
		case opBrTable:
			return false // there is only the one that was read
		case opReturn, opUnreachable:
			dead = true
		case opLocalSet, opLocalTee:
			if in.arg == localSP {
				return false
			}
		case opGlobalSet:
			if in.arg == GlobalSP {
				return false
			}
		case opGlobalGet:
			if in.arg == GlobalSP && f.is(i+1, opLocalSet, localSP) { // after a call
				if pushed {
					sp += 8
				}
				pushed = false
				i++
				continue
			}
		case opLocalGet:
			if in.arg != localSP {
				break
			}
			if f.pushes(i) {
				if n := f.shortNilCheck(i, sp); n > 0 {
					i += n - 1
					continue
				}
				if pushed || !dead && !f.resumes(uint64(f.code[i+6].arg)&0xffff, sp) {
					return false
				}
				pushed = true
			}
			if by, ok := f.moves(i); ok {
				sp += by
				if sp < 0 {
					return false
				}
				f.address(sp)
				f.out = append(f.out, opGlobalSet, GlobalSP)
				i += 4
				continue
			}
			n, ok := f.use(i, sp)
			if !ok {
				return false
			}
			i += n - 1
			continue
		}
		f.copy(i)
	}
	return len(open) == 0
}

// resumes reports whether a call that is resumed at a block finds the local as it left it.
func (f *frame) resumes(block uint64, sp int64) bool {
	if f.size == 0 {
		return true
	}
	first := f.table[min(block, uint64(len(f.table)-1))] == 0
	return !first && sp == home || block == 0 && sp == f.size+home
}

// goesOn reports whether the jump at i, to the start of the loop around all, goes to a block that is not where the
// frame is made.
func (f *frame) goesOn(i int) bool {
	if i < 2 || f.code[i].op != opBr || !f.is(i-1, opLocalSet, 0) || f.code[i-2].op != opI32Const {
		return false
	}
	block := f.code[i-2].arg
	return f.size == 0 || block > 0 && f.table[min(block, int64(len(f.table)-1))] != 0
}

// copy copies instruction i.
func (f *frame) copy(i int) {
	in := f.code[i]
	add := f.add[i]
	if add == 0 {
		f.out = append(f.out, f.body[in.at:in.next]...)
		return
	}
	r := &reader{b: f.body, off: in.at + 1}
	align, offset := r.u32(), r.u32()
	f.out = appendU32(appendU32(append(f.out, in.op), align), offset+add)
}

// uses notes what instruction i uses of the frame.
func (f *frame) uses(i int) {
	in := f.code[i]
	r := &reader{b: f.body, off: in.at + 1}
	r.u32()
	f.top = max(f.top, r.u32()+f.add[i]+width(in.op))
}

// address pushes the stack pointer.
func (f *frame) address(sp int64) {
	f.out = append(f.out, opLocalGet, localSP)
	if sp != 0 {
		f.out = append(appendS64(append(f.out, opI32Const), sp), opI32Add)
	}
}

// maxOffset is the most that offsets grow by: more than any frame has that a goroutine could have.
const maxOffset = 1 << 24

// use writes a use of the stack pointer, or of an address in the frame, and returns how many instructions it takes.
func (f *frame) use(i int, sp int64) (n int, ok bool) {
	n = 1
	if f.is(i+1, opI64Extend, 0) && i+3 < len(f.code) && f.code[i+2].op == opI64Const && f.code[i+3].op == opI64Add {
		sp += f.code[i+2].arg
		n = 4
		if f.is(i+4, opI32Wrap, 0) {
			n = 5
		}
	}
	if sp < 0 || sp > maxOffset {
		return 0, false
	}
	if n == 4 { // as a Go pointer
		f.out = append(f.out, opLocalGet, localSP, opI64Extend)
		f.out = append(appendS64(append(f.out, opI64Const), sp), opI64Add)
		return n, true
	}
	if user, ok := f.user(i + n); ok {
		f.add[user] = uint32(sp)
		f.uses(user)
		f.out = append(f.out, opLocalGet, localSP)
		return n, true
	}
	f.address(sp)
	return n, true
}

// user returns the instruction that uses the value that was pushed before instruction i, if that is to load or to
// store there.
func (f *frame) user(i int) (user int, ok bool) {
	depth := 1
	for ; i < len(f.code); i++ {
		op := f.code[i].op
		pops, pushes, ok := arity(op)
		if !ok {
			return 0, false
		}
		if pops >= depth {
			return i, depth == pops && op >= opI32Load && op <= opI64Store32
		}
		depth += pushes - pops
	}
	return 0, false
}
