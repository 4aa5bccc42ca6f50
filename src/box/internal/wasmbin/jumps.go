package wasmbin

import "bytes"

// directJumps makes a function's forward jumps direct.
//
// Go compiles a jump to another block of the function to setting the parameter to that block's number and going to
// the start of the loop around all code, which goes to the block through a table:
//
//	loop
//	  block ... block block            // n of them
//	    local.get 0; br_table ...      // the innermost is left for code 0, the next for code 1
//	  end; code 0
//	  end; code 1
//	  ...
//	end
//
// Code further down starts at the end of a block around the jump, which can be left at once. That is shorter, and
// the compiler sees where values come from.
//
// The function is returned as it was if it has another form.
func directJumps(body []byte) []byte {
	at, blocks := findDispatch(body)
	if at < 0 {
		return body
	}
	r := &reader{b: body, off: at + len(loopStart) + blocks*len(block) + len(dispatch)}
	// The table's entries are the depths of blocks, which are the numbers of the code after them.
	table := make([]uint32, r.count()+1)
	for i := range table {
		if table[i] = r.u32(); int(table[i]) >= blocks {
			return body
		}
	}
	if r.byte() != opEnd || r.err != nil {
		return body
	}
	var out []byte
	copied := 0
	code, depth := 0, 0 // number of the code that is read, and how many blocks are open in it
	for code < blocks {
		start := r.off
		op := r.byte()
		switch op {
		case opBlock, opLoop, opIf:
			depth++
		case opEnd:
			if depth == 0 {
				code++
			} else {
				depth--
			}
			continue
		}
		if op == opI32Const {
			number := r.s64()
			set := r.off
			if !bytes.HasPrefix(body[set:], setParameter) {
				continue
			}
			r.off += len(setParameter)
			target := r.u32()
			toLoop := uint32(depth + blocks - 1 - code)
			if r.err != nil || target != toLoop || number < 0 {
				r.off = set
				continue
			}
			next := table[min(uint64(number), uint64(len(table)-1))]
			if int(next) <= code {
				continue
			}
			out = append(out, body[copied:start]...)
			out = appendU32(append(out, opBr), uint32(depth+int(next)-code-1))
			copied = r.off
			continue
		}
		skipImmediates(r, op)
		if r.err != nil {
			return body
		}
	}
	return append(out, body[copied:]...)
}

var setParameter = []byte{opLocalSet, 0, opBr}

// findDispatch returns where the loop around a function's code starts, and how many blocks start there. It returns
// -1 if there is none.
func findDispatch(body []byte) (at, blocks int) {
	for {
		i := bytes.Index(body[at:], loopStart)
		if i < 0 {
			return -1, 0
		}
		at += i
		rest := body[at+len(loopStart):]
		for blocks = 0; bytes.HasPrefix(rest, block); blocks++ {
			rest = rest[len(block):]
		}
		if bytes.HasPrefix(rest, dispatch) {
			return at, blocks
		}
		at += len(loopStart)
	}
}
