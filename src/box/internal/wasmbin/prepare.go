package wasmbin

import (
	"bytes"
	"errors"
	"fmt"
)

// Names of what Prepare exports in addition to the module's own exports.
const (
	Resume       = "box.resume"
	globalFormat = "box.global.%d"
)

// Global returns the export name of global i.
func Global(i int) string { return fmt.Sprintf(globalFormat, i) }

// Park is the result of poll_oneoff that makes the guest unwind its WebAssembly
// stack and return to the host. Calling [Resume] repeats the poll.
const Park = 0x7fff

const (
	wasi       = "wasi_snapshot_preview1"
	poll       = "poll_oneoff"
	pollStub   = "runtime.poll_oneoff"
	netpoll    = "runtime.netpoll"
	wait       = "runtime.boxWait"       // this and
	checkpoint = "runtime.boxCheckpoint" // this only in guests built by gobuild
	mainLoop   = "wasm_pc_f_loop"

	// The globals of a module written by the Go linker, in its order.
	GlobalSP    = 0 // Go's stack pointer
	globalPause = 7
	goGlobals   = 8
)

// A Prepared module runs in a box.
type Prepared struct {
	Wasm    []byte    // the module, without data
	Pages   uint32    // initial size of the memory, in pages of 64 KiB
	Data    []Segment // initial contents of the memory; alias the original module
	Globals []uint64  // initial values of the globals
	Imports []string  // the modules it imports from, each once

	// Places in the function table of the functions whose polls may park the guest: those of
	// the scheduler, and the one at the checkpoint. Wait and Checkpoint may be missing, which is 0.
	// The runtime also polls to sleep for a moment where the stack cannot unwind.
	Netpoll, Wait, Checkpoint uint32
}

// Prepare rewrites a command ("_start") that the Go linker wrote for wasip1.
func Prepare(wasm []byte) (*Prepared, error) {
	secs, err := split(wasm)
	if err != nil {
		return nil, err
	}
	p := new(Prepared)
	m := layout{secs: secs}
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
	secs []section

	imported  uint32            // number of imported functions
	poll      uint32            // index of the imported poll_oneoff
	funcs     map[string]uint32 // indices of functions by name
	pollEntry int64             // pollStub's entry as a Go PC
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
	if err == nil && len(p.Globals) != goGlobals {
		err = fmt.Errorf("%d globals, want the Go linker's %d", len(p.Globals), goGlobals)
	}
	return err
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
			if uint64(seg.Offset)+uint64(len(seg.Bytes)) > uint64(p.Pages)<<16 {
				return fmt.Errorf("segment at %#x of %d bytes is outside of the memory", seg.Offset, len(seg.Bytes))
			}
		}
		p.Data = segs
		m.secs = append(m.secs[:i:i], m.secs[i+1:]...)
		return nil
	}
	return nil
}

func (m *layout) names(*Prepared) error {
	m.funcs = map[string]uint32{pollStub: none, netpoll: none, wait: none, checkpoint: none, mainLoop: none}
	if err := readFuncNames(m.secs, m.funcs); err != nil {
		return err
	}
	for name, index := range m.funcs {
		if index == none && name != wait && name != checkpoint {
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
	var stub uint32
	for i, f := range funcs {
		place := start + uint32(i)
		switch f {
		case m.funcs[pollStub]:
			stub = place
		case m.funcs[netpoll]:
			p.Netpoll = place
		case m.funcs[wait]:
			p.Wait = place
		case m.funcs[checkpoint]:
			p.Checkpoint = place
		}
	}
	if stub == 0 || p.Netpoll == 0 {
		return fmt.Errorf("%s or %s is not in the function table", pollStub, netpoll)
	}
	m.pollEntry = int64(stub) << 16
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
	body := appendU32(nil, uint32(n+1+len(p.Globals)))
	body = append(body, entries...)
	body = append(appendName(body, Resume), kindFunc)
	body = appendU32(body, m.funcs[mainLoop])
	for i := range p.Globals {
		body = append(appendName(body, Global(i)), kindGlobal)
		body = appendU32(body, uint32(i))
	}
	s.body = body
	return nil
}

// code gives the stub of poll_oneoff the branch that parks.
func (m *layout) code(*Prepared) error {
	s := find(m.secs, secCode)
	if s == nil {
		return errors.New("section is missing")
	}
	r := &reader{b: s.body}
	n := r.count()
	stubIndex := m.funcs[pollStub]
	if stubIndex < m.imported || uint64(stubIndex-m.imported) >= uint64(n) {
		return fmt.Errorf("%s has no code", pollStub)
	}
	for range stubIndex - m.imported {
		r.bytes(r.u32())
	}
	before := r.off
	old := r.bytes(r.u32())
	if r.err != nil {
		return r.err
	}
	stub, err := m.parkingStub(old)
	if err != nil {
		return fmt.Errorf("%s: %w", pollStub, err)
	}
	body := make([]byte, 0, len(s.body)+len(stub))
	body = append(body, s.body[:before]...)
	body = appendU32(body, uint32(len(stub)))
	body = append(body, stub...)
	s.body = append(body, s.body[r.off:]...)
	return nil
}

// parkingStub inserts after the stub's only call, that of the import, with its
// result on the WebAssembly stack:
//
//	if result == Park {
//		*(SP-8) = this function's entry  // where the main loop goes on
//		PAUSE = 1                        // the main loop returns to the host
//		return 1                         // every caller unwinds
//	}
//
// The arguments stay in the caller's frame, so that the stub can simply be
// entered again. The stub's parameter, the block to resume at, has been used by
// then and holds the result.
func (m *layout) parkingStub(old []byte) ([]byte, error) {
	call := appendU32([]byte{0x10}, m.poll)
	at := bytes.Index(old, call)
	if at < 0 || bytes.Index(old[at+1:], call) >= 0 {
		return nil, errors.New("does not call the import exactly once: unknown version of Go")
	}
	at += len(call)
	out := append([]byte(nil), old[:at]...)
	out = append(out, 0x22, 0) // local.tee 0
	out = appendS64(append(out, opI32Const), Park)
	out = append(out, 0x46, 0x04, 0x40) // i32.eq; if
	out = append(out, 0x23, GlobalSP, opI32Const, 8, 0x6b)
	out = appendS64(append(out, opI64Const), m.pollEntry)
	out = append(out, 0x37, 3, 0)                          // i64.store
	out = append(out, opI32Const, 1, 0x24, globalPause)    // global.set
	out = append(out, opI32Const, 1, 0x0f, opEnd, 0x20, 0) // return; end; local.get 0
	return append(out, old[at:]...), nil
}
