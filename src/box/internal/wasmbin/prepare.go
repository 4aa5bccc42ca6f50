package wasmbin

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Names of what Prepare exports in addition to the module's own exports.
const (
	Resume       = "box.resume"
	globalFormat = "box.global.%d"

	// Stop is a global that Prepare adds. If it is not 0 the guest stops in its next loop, with an unreachable
	// instruction, and leaves there the Go PC where it stopped.
	Stop = "box.stop"
)

// Global returns the export name of global i.
func Global(i int) string { return fmt.Sprintf(globalFormat, i) }

// Park is the result of poll_oneoff that makes the guest unwind its WebAssembly stack and return to the host.
// Calling [Resume] repeats the poll.
const Park = 0x7fff

const (
	wasi       = "wasi_snapshot_preview1"
	poll       = "poll_oneoff"
	pollStub   = "runtime.poll_oneoff"
	netpoll    = "runtime.netpoll"
	wait       = "runtime.boxWait"       //
	checkpoint = "runtime.boxCheckpoint" // these only in guests
	trace      = "runtime.boxTrace"      // built by gobuild
	sigpanic   = "runtime.sigpanic"
	mainLoop   = "wasm_pc_f_loop"

	// The globals of a module written by the Go linker, in its order.
	GlobalSP    = 0 // Go's stack pointer
	GlobalPause = 7 // not 0 makes the main loop return
	goGlobals   = 8
	globalStop  = goGlobals // the one that is added
)

// A Prepared module runs in a box.
type Prepared struct {
	Wasm    []byte    // the module, without data
	Pages   uint32    // initial size of the memory, in pages of 64 KiB
	Data    []Segment // initial contents of the memory, in order
	Globals []uint64  // initial values of the globals
	Imports []string  // the modules it imports from, each once

	// Places in the function table of the functions whose polls may park the guest: those of the scheduler, and the
	// one at the checkpoint. (The runtime also polls to sleep for a moment where the stack cannot unwind.) Trace is
	// the place of the function that prints all stacks. All but Netpoll are 0 in a guest that was not built by
	// gobuild.
	Netpoll, Wait, Checkpoint, Trace uint32
}

// Names of the rewritings that only make a guest faster: what it does is the same without them.
const (
	Jumps        = "jumps"         // see directJumps
	Conditions   = "conditions"    // see peephole
	StackPointer = "stack-pointer" // see cacheStackPointer
)

// Speedups are all rewritings that only make a guest faster.
var Speedups = []string{Jumps, Conditions, StackPointer}

// Prepare rewrites a command ("_start") that the Go linker wrote for wasip1. The Speedups named in without are left
// out.
func Prepare(wasm []byte, without ...string) (*Prepared, error) {
	secs, err := split(wasm)
	if err != nil {
		return nil, err
	}
	p := new(Prepared)
	m := layout{secs: secs, without: without}
	for _, step := range []struct {
		name string
		run  func(*Prepared) error
	}{
		{"imports", m.imports},
		{"memory", m.memory},
		{"globals", m.globals},
		{"data", m.data},
		{"names", m.names},
		{"elements", m.elements},
		{"exports", m.exports},
		{"code", m.code},
	} {
		if err := step.run(p); err != nil {
			return nil, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	p.Wasm = join(m.secs)
	return p, nil
}

// A layout is what the steps of Prepare find out about a module, for later steps.
type layout struct {
	secs    []section
	without []string // names of rewritings

	imported uint32            // number of imported functions
	poll     uint32            // index of the imported poll_oneoff
	funcs    map[string]uint32 // indices of functions by name
	places   map[uint32]uint32 // places in the function table, by index
}

const none = ^uint32(0)

func (m *layout) body(id byte) ([]byte, error) {
	s := find(m.secs, id)
	if s == nil {
		return nil, errors.New("section is missing")
	}
	return s.body, nil
}

func (m *layout) imports(p *Prepared) error {
	body, err := m.body(secImport)
	if err != nil {
		return err
	}
	list, err := readImports(body)
	if err != nil {
		return err
	}
	m.poll = none
	seen := map[string]bool{}
	for _, im := range list {
		if im.kind != kindFunc {
			return fmt.Errorf("%s.%s is not a function", im.module, im.name)
		}
		if im.module == wasi && im.name == poll && m.poll == none {
			m.poll = m.imported
		}
		if !seen[im.module] {
			seen[im.module] = true
			p.Imports = append(p.Imports, im.module)
		}
		m.imported++
	}
	if m.poll == none {
		return fmt.Errorf("%s.%s is not imported: not a Go program for wasip1", wasi, poll)
	}
	return nil
}

func (m *layout) memory(p *Prepared) error {
	body, err := m.body(secMemory)
	if err != nil {
		return err
	}
	p.Pages, err = readMemory(body)
	return err
}

func (m *layout) globals(p *Prepared) error {
	body, err := m.body(secGlobal)
	if err != nil {
		return err
	}
	p.Globals, err = readGlobals(body)
	if err != nil {
		return err
	}
	if len(p.Globals) != goGlobals {
		return fmt.Errorf("%d globals, want the Go linker's %d", len(p.Globals), goGlobals)
	}
	grow(find(m.secs, secGlobal), []byte{typeI64, 1, opI64Const, 0, opEnd})
	return nil
}

// grow adds an entry to a section that is a vector, and returns its index.
func grow(s *section, entry []byte) (index uint32) {
	r := &reader{b: s.body}
	index = uint32(r.count())
	s.body = slices.Concat(appendU32(nil, index+1), r.rest(), entry)
	return index
}

func (m *layout) data(p *Prepared) error {
	for i, s := range m.secs {
		if s.id != secData {
			continue
		}
		segs, err := readData(s.body)
		if err != nil {
			return err
		}
		for _, seg := range segs {
			if seg.Offset < nilPage {
				return fmt.Errorf("segment at %#x, where Go has none", seg.Offset)
			}
			if uint64(seg.Offset)+uint64(len(seg.Bytes)) > uint64(p.Pages)<<16 {
				return fmt.Errorf("segment at %#x of %d bytes is outside of the memory", seg.Offset, len(seg.Bytes))
			}
		}
		if p.Data, err = joined(segs); err != nil {
			return err
		}
		m.secs = append(m.secs[:i:i], m.secs[i+1:]...)
		return nil
	}
	return nil
}

// maxGap is how many zeros may stand between two pieces of data that become one.
const maxGap = 4096

// joined makes few segments of many: Go writes tens of thousands, with short gaps between them. They are returned
// in the order of their places.
func joined(segs []Segment) ([]Segment, error) {
	slices.SortFunc(segs, func(a, b Segment) int { return cmp.Compare(a.Offset, b.Offset) })
	var list []Segment
	end := uint64(0) // of the last one
	for _, s := range segs {
		at := uint64(s.Offset)
		switch {
		case at < end:
			return nil, fmt.Errorf("two segments at %#x", at)
		case list == nil || at-end > maxGap:
			list = append(list, Segment{s.Offset, slices.Clone(s.Bytes)})
		default:
			last := &list[len(list)-1]
			last.Bytes = append(append(last.Bytes, make([]byte, at-end)...), s.Bytes...)
		}
		end = at + uint64(len(s.Bytes))
	}
	return list, nil
}

func (m *layout) names(*Prepared) error {
	m.funcs = map[string]uint32{
		pollStub: none, netpoll: none, mainLoop: none,
		wait: none, checkpoint: none, trace: none, sigpanic: none,
	}
	if err := readFuncNames(m.secs, m.funcs); err != nil {
		return err
	}
	for _, name := range []string{pollStub, netpoll, mainLoop} {
		if m.funcs[name] == none {
			return fmt.Errorf("no function %s: not a Go program for wasip1", name)
		}
	}
	return nil
}

// elements finds the functions' places in the function table, which their Go PCs are made of.
func (m *layout) elements(p *Prepared) error {
	body, err := m.body(secElem)
	if err != nil {
		return err
	}
	start, funcs, err := readElements(body)
	if err != nil {
		return err
	}
	m.places = make(map[uint32]uint32, len(funcs))
	for i, f := range funcs {
		place := start + uint32(i)
		m.places[f] = place
		switch f {
		case m.funcs[netpoll]:
			p.Netpoll = place
		case m.funcs[wait]:
			p.Wait = place
		case m.funcs[checkpoint]:
			p.Checkpoint = place
		case m.funcs[trace]:
			p.Trace = place
		}
	}
	if m.places[m.funcs[pollStub]] == 0 || p.Netpoll == 0 {
		return fmt.Errorf("%s or %s is not in the function table", pollStub, netpoll)
	}
	return nil
}

func (m *layout) exports(p *Prepared) error {
	s := find(m.secs, secExport)
	if s == nil {
		return errors.New("section is missing")
	}
	r := &reader{b: s.body}
	n := r.count()
	entries := r.b[r.off:]
	command, memory := false, false
	for range n {
		switch r.name() {
		case "_start":
			command = true
		case "memory":
			memory = true
		case "_initialize":
			return errors.New("it is a library: build it without -buildmode=c-shared")
		}
		r.byte()
		r.u32()
	}
	if r.err != nil {
		return r.err
	}
	if !command || !memory {
		return errors.New("no _start or no memory: not a Go program for wasip1")
	}
	body := appendU32(nil, uint32(n+2+len(p.Globals)))
	body = append(body, entries...)
	body = append(appendName(body, Resume), kindFunc)
	body = appendU32(body, m.funcs[mainLoop])
	body = append(appendName(body, Stop), kindGlobal, globalStop)
	for i := range p.Globals {
		body = append(appendName(body, Global(i)), kindGlobal)
		body = appendU32(body, uint32(i))
	}
	s.body = body
	return nil
}
