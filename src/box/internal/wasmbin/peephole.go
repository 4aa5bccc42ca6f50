package wasmbin

// peephole shortens what Go writes at length: conditions, which it makes i64 and tests once or twice before they
// are used, and jumps that are alone in an if.
func peephole(body []byte) []byte {
	r := &reader{b: body}
	for range r.count() {
		r.u32()
		r.byte()
	}
	out := append(make([]byte, 0, len(body)), body[:min(r.off, len(body))]...)
	var starts []int // of the instructions in out since the start of the block
	back := func(n int) byte {
		if len(starts) < n {
			return opUnreachable
		}
		return out[starts[len(starts)-n]]
	}
	drop := func(n int) {
		out = out[:starts[len(starts)-n]]
		starts = starts[:len(starts)-n]
	}
	for !r.done() {
		at := r.off
		op := r.byte()
		skipImmediates(r, op)
		if r.err != nil {
			return body
		}
		switch {
		case op == opI64Eqz && back(1) == opI64Extend && compares(back(2)):
			// As an i64 it is 0 if the i32 is.
			drop(1)
			starts = append(starts, len(out))
			out = append(out, opI32Eqz)
			continue
		case op == opI32Eqz && back(1) == opI32Eqz && compares(back(2)):
			// A double negation.
			drop(1)
			continue
		case op == opEnd && back(1) == opBr && back(2) == opIf:
			jump := &reader{b: out, off: starts[len(starts)-1] + 1}
			if depth := jump.u32(); depth > 0 && out[starts[len(starts)-2]+1] == noType {
				drop(2)
				starts = append(starts, len(out))
				out = appendU32(append(out, opBrIf), depth-1)
				continue
			}
		}
		starts = append(starts, len(out))
		out = append(out, body[at:r.off]...)
	}
	return out
}

// compares reports whether the result of an instruction is 0 or 1.
func compares(op byte) bool { return op >= opI32Eqz && op <= 0x66 }
