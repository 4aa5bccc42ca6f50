package wasmbin

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// Go leaves the memory below nilPage alone, so that a pointer to it can only be nil. In a box this memory holds the
// time, for guests built by gobuild: the monotonic clock, what the wall clock is ahead of it, how often the guest may
// use them before it must ask the host, and how many bytes a goroutine may allocate at a stretch, 8 bytes each.
const (
	nilPage = 4096
	Time    = 32

	// Allocated is where the guest has the number of bytes that it has allocated, when it asks the host for the time.
	Allocated = Time + 32
)

// PC returns the Go PC of a function's entry from its place in the function table. The lower 16 bits of a PC are a
// place in the function.
func PC(place uint32) uint64 { return uint64(place) << 16 }

// code rewrites the functions.
func (m *layout) code(*Prepared) error {
	s := find(m.secs, secCode)
	if s == nil {
		return errors.New("section is missing")
	}
	r := &reader{b: s.body}
	n := r.count()
	stub := m.funcs[pollStub]
	if stub < m.imported || uint64(stub-m.imported) >= uint64(n) {
		return fmt.Errorf("%s has no code", pollStub)
	}
	nilCheck := nilChecks{panics: m.funcs[sigpanic], helper: m.imported + uint32(n)}
	var help []byte
	if nilCheck.panics != none {
		if help = m.nilHelper(nilCheck.panics); help == nil {
			return errors.New("no types or functions")
		}
	}
	out := make([]byte, 0, len(s.body)+len(s.body)/16)
	if help != nil {
		out = appendU32(out, uint32(n)+1)
	} else {
		out = appendU32(out, uint32(n))
	}
	for i := range uint32(n) {
		body := r.bytes(r.u32())
		if r.err != nil {
			return r.err
		}
		index := m.imported + i
		if index == stub {
			var err error
			if body, err = m.parkingStub(body); err != nil {
				return fmt.Errorf("%s: %w", pollStub, err)
			}
		}
		if place, ok := m.places[index]; ok {
			if m.does(Jumps) {
				body = directJumps(body)
			}
			if m.does(Conditions) {
				body = peephole(body)
			}
			var check []byte
			if index != stub && m.funcs[wait] != none && m.does(StackPointer) {
				body, check = cacheStackPointer(body, place, nilCheck)
			}
			body = stoppable(body, place, check)
		}
		out = appendU32(out, uint32(len(body)))
		out = append(out, body...)
	}
	out = append(out, help...)
	s.body = append(out, r.rest()...)
	return nil
}

func (m *layout) does(rewriting string) bool { return !slices.Contains(m.without, rewriting) }

// parkingStub inserts after the stub's only call, that of the import, with its result on the WebAssembly stack:
//
//	if result == Park {
//		*(SP-8) = this function's entry  // where the main loop goes on
//		PAUSE = 1                        // the main loop returns to the host
//		return 1                         // every caller unwinds
//	}
//
// The arguments stay in the caller's frame, so that the stub can simply be entered again. The stub's parameter, the
// block to resume at, has been used by then and holds the result.
func (m *layout) parkingStub(old []byte) ([]byte, error) {
	call := appendU32([]byte{opCall}, m.poll)
	at := bytes.Index(old, call)
	if at < 0 || bytes.Contains(old[at+1:], call) {
		return nil, errors.New("does not call the import exactly once: unknown version of Go")
	}
	at += len(call)
	out := append([]byte(nil), old[:at]...)
	out = append(out, opLocalTee, 0)
	out = appendS64(append(out, opI32Const), Park)
	out = append(out, opI32Eq, opIf, noType)
	out = append(out, opGlobalGet, GlobalSP, opI32Const, 8, opI32Sub)
	out = appendS64(append(out, opI64Const), int64(PC(m.places[m.funcs[pollStub]])))
	out = append(out, opI64Store, 3, 0)
	out = append(out, opI32Const, 1, opGlobalSet, GlobalPause)
	out = append(out, opI32Const, 1, opReturn, opEnd)
	out = append(out, opLocalGet, 0)
	return append(out, old[at:]...), nil
}

// Go compiles a function with a loop in it to one WebAssembly loop around all of it, that starts by going to the
// block whose number is in the parameter. A loop of the source gives the parameter a new value and goes to the
// start.
var (
	loopStart = []byte{opLoop, noType}
	block     = []byte{0x02, noType}
	dispatch  = []byte{opLocalGet, 0, 0x0e}
)

// stoppable inserts at the start of such a function's loop
//
//	if stop != 0 {
//		stop = entry | parameter
//		unreachable
//	}
//
// and then more.
func stoppable(body []byte, place uint32, more []byte) []byte {
	at, _ := findDispatch(body)
	if at < 0 {
		return body
	}
	at += len(loopStart)
	out := make([]byte, 0, len(body)+32)
	out = append(out, body[:at]...)
	out = append(out, opGlobalGet, globalStop, opI64Const, 0, opI64Ne, opIf, noType)
	out = appendS64(append(out, opI64Const), int64(PC(place)))
	out = append(out, opLocalGet, 0, opI64Extend, opI64Or, opGlobalSet, globalStop)
	out = append(out, opUnreachable, opEnd)
	out = append(out, more...)
	return append(out, body[at:]...)
}
