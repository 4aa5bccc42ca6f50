package wasmbin

import "bytes"

// A frame is what cacheStackPointer knows of a function.
type frame struct {
	body     []byte
	place    uint32
	nilCheck nilChecks

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
