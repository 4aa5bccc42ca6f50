package wasmbin

import "bytes"

// steady makes the Go stack pointer a value that stays the same in all of a function.
//
// Go keeps it in global 0, copies it to local 1 at the start of a function and moves both: down by
// the frame's size when the function is entered, down by 8 for the PC before each call, back up
// after it, and up again to return. A compiler of WebAssembly sees a new value after each
// step, and at each place where the code can be resumed one that may be either of two. So it looks
// with each use whether the address is within memory, which is a good part of all there is to do.
//
// Here local 1 gets, before anything else, the lowest value that the stack pointer will have in the
// function: that of its calls. It is the same whether the function is entered or resumed. Uses add the
// distance of the stack pointer from there, which is known at each place, to their offsets. Global 0
// has the values that it had. And one look at the start, at the highest address of the function
// that is known to be used, tells that all others are within memory: check is the code for that, to
// be put at the start of the loop around all code if there is one.
//
// After a call that returns the stack is where it was: nothing moves a stack but to let it grow,
// after which all functions on it are resumed. (The runtime's own shrinking of stacks is off in
// guests that gobuild has built.)
//
// The function is returned as it was if it has a form other than the Go compiler gives.
func steady(body []byte, place uint32, nilCheck nilChecks) (out, check []byte) {
	f := &frame{body: body, place: place, nil: nilCheck}
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

// nilChecks says how to shorten those.
type nilChecks struct {
	panics uint32 // the function that is called where a pointer is nil; it does not return
	helper uint32 // the one that calls it with the PC it is given
}

// A frame is what steady knows of a function.
type frame struct {
	body  []byte
	place uint32
	nil   nilChecks

	start int    // of the code that sets the local
	code  []inst // what follows it
	loop  bool   // whether there is a loop around all
	exit  bool   // whether there is a block around that, which is left at the end
	table []uint32
	first int   // the first instruction that the table leads to
	size  int64 // of the frame

	out []byte
	top uint32   // the end of the highest use
	add []uint32 // what the offset of each instruction grows by that uses memory in the frame
}

// An inst is one instruction.
type inst struct {
	op       byte
	at, next int
	arg      int64 // the constant, or the number of a local, global, function or depth
}

// parse reads the code and finds the parts at its start.
func (f *frame) parse() bool {
	r := &reader{b: f.body}
	for i := range r.count() {
		n, typ := r.u32(), r.byte()
		if i == 0 && (n != 1 || typ != typeI32) {
			return false
		}
	}
	f.start = r.off
	if r.err != nil || !bytes.HasPrefix(f.body[r.off:], copySP) {
		return false
	}
	r.off += len(copySP)
	f.code = make([]inst, 0, (len(f.body)-r.off)/2)
	for !r.done() {
		in := inst{op: r.byte(), at: r.off - 1}
		switch in.op {
		case opLocalGet, opLocalSet, opLocalTee, opGlobalGet, opGlobalSet, opBr, opBrIf, opCall:
			in.arg = int64(r.u32())
		case opI32Const, opI64Const:
			in.arg = r.s64()
		default:
			skipImmediates(r, in.op)
		}
		in.next = r.off
		f.code = append(f.code, in)
	}
	if r.err != nil {
		return false
	}
	i, blocks := 0, 0
	for ; i < len(f.code); i++ {
		if f.code[i].op == opLoop && blocks <= 1 && !f.loop {
			f.loop = true
		} else if f.code[i].op == opBlock {
			blocks++
		} else {
			break
		}
	}
	if !f.is(i, opLocalGet, 0) || i+2 >= len(f.code) || f.code[i+1].op != opBrTable || f.code[i+2].op != opEnd {
		return false
	}
	t := &reader{b: f.body, off: f.code[i+1].at + 1}
	f.table = make([]uint32, t.count()+1)
	codes := 0
	for k := range f.table {
		f.table[k] = t.u32()
		codes = max(codes, int(f.table[k])+1)
	}
	f.exit = blocks == codes+1
	if !f.exit && blocks != codes || f.exit && f.code[0].op != opBlock || !f.exit && f.loop && f.code[0].op != opLoop {
		return false
	}
	f.first = i + 3
	f.size = f.frameSize()
	return true
}

// copySP is how functions start.
var copySP = []byte{opGlobalGet, GlobalSP, opLocalSet, localSP}

// frameSize is how far the stack pointer moves when the function is entered.
func (f *frame) frameSize() int64 {
	for i := f.first; i < len(f.code); i++ {
		switch f.code[i].op {
		case opIf:
			for ; i < len(f.code) && f.code[i].op != opEnd; i++ { // where the stack grows
			}
		case opEnd, opBr, opReturn:
			return 0
		case opLocalGet:
			if by, ok := f.moves(i); ok && by < 0 && !f.pushes(i) {
				return -by
			}
		}
	}
	return 0
}

// is reports whether instruction i is this one.
func (f *frame) is(i int, op byte, arg int64) bool {
	return i < len(f.code) && f.code[i].op == op && f.code[i].arg == arg
}

// moves reports whether the stack pointer is moved from instruction i on, which takes five.
func (f *frame) moves(i int) (by int64, ok bool) {
	if !f.is(i, opLocalGet, localSP) || i+4 >= len(f.code) || f.code[i+1].op != opI32Const ||
		!f.is(i+3, opLocalTee, localSP) || !f.is(i+4, opGlobalSet, GlobalSP) {
		return 0, false
	}
	switch by = f.code[i+1].arg; f.code[i+2].op {
	case opI32Add:
		return by, true
	case opI32Sub:
		return -by, true
	}
	return 0, false
}

// pushes reports whether a PC of this function is pushed from instruction i on, which takes eight.
func (f *frame) pushes(i int) bool {
	by, ok := f.moves(i)
	return ok && by == -8 && f.is(i+5, opLocalGet, localSP) && i+7 < len(f.code) &&
		f.code[i+6].op == opI64Const && uint64(f.code[i+6].arg)>>16 == uint64(f.place) &&
		bytes.Equal(f.body[f.code[i+7].at:f.code[i+7].next], storePC)
}

var storePC = []byte{opI64Store, 3, 0}

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
			open = append(open, scope{sp: sp})
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

// goesOn reports whether the jump at i, to the start of the loop around all, goes to a block that is not
// where the frame is made.
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

// use writes a use of the stack pointer, or of an address in the frame, and returns how many
// instructions it takes.
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

// user returns the instruction that uses the value that was pushed before instruction i, if that is to
// load or to store there.
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

// shortNilCheck writes what happens where a pointer is nil, if that is what starts at instruction i, and
// returns how many instructions it takes:
//
//	push the PC; call the panic; br_if the function's exit
func (f *frame) shortNilCheck(i int, sp int64) int {
	const call = 9 // after push, and the parameter 0
	if f.nil.panics == none || !f.is(i+call-1, opI32Const, 0) || !f.is(i+call, opCall, int64(f.nil.panics)) ||
		!f.is(i+call+1, opGlobalGet, GlobalSP) || !f.is(i+call+2, opLocalSet, localSP) ||
		i+call+3 >= len(f.code) || f.code[i+call+3].op != opBrIf || sp != home {
		return 0
	}
	f.out = appendS64(append(f.out, opI64Const), f.code[i+6].arg)
	f.out = appendU32(append(f.out, opCall), f.nil.helper)
	f.out = appendU32(append(f.out, opBr), uint32(f.code[i+call+3].arg))
	return call + 4
}

// width is how many bytes of memory an instruction uses.
func width(op byte) uint32 {
	switch op {
	case 0x29, 0x2b, opI64Store, 0x39:
		return 8
	case opI32Load, 0x2a, 0x34, opI64Load32U, opI32Store, 0x38, opI64Store32:
		return 4
	case 0x2e, 0x2f, 0x32, 0x33, 0x3b, 0x3d:
		return 2
	}
	return 1
}

// arity is how many values an instruction pops and pushes. Not all are known.
func arity(op byte) (pops, pushes int, ok bool) {
	switch {
	case op == opNop:
		return 0, 0, true
	case op == opLocalGet || op == opGlobalGet || op >= opI32Const && op <= opF64Const:
		return 0, 1, true
	case op == opDrop || op == opLocalSet || op == opGlobalSet:
		return 1, 0, true
	case op == opSelect:
		return 3, 1, true
	case op == opLocalTee || op >= opI32Load && op <= opI64Load32U:
		return 1, 1, true
	case op >= opI32Store && op <= opI64Store32:
		return 2, 0, true
	case op == opI32Eqz || op == opI64Eqz || op >= 0x67 && op <= 0x69 || op >= 0x79 && op <= 0x7b || op >= 0x8b && op <= 0x91 ||
		op >= 0x99 && op <= 0x9f || op >= 0xa7 && op <= 0xc4: // of one operand: bits, floats, conversions
		return 1, 1, true
	case op > opI32Eqz && op < 0xa7:
		return 2, 1, true
	}
	return 0, 0, false
}
