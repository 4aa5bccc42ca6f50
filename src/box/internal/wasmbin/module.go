// Package wasmbin reads a WebAssembly module that the Go linker wrote and rewrites what a box needs to be
// different: the data segments leave the module (the host lays out the memory itself), the mutable globals and the
// runtime's main loop are exported, and a poll that finds nothing ready unwinds to the host. It also rewrites code
// of the Go compiler that takes long to translate or to run (directJumps, peephole, cacheStackPointer).
package wasmbin

import (
	"bytes"
	"errors"
	"fmt"
)

// The ids of the sections that are read here.
const (
	secCustom = 0
	secType   = 1
	secImport = 2
	secFunc   = 3
	secMemory = 5
	secGlobal = 6
	secExport = 7
	secElem   = 9
	secCode   = 10
	secData   = 11
)

// Kinds of imports and exports.
const (
	kindFunc   = 0
	kindTable  = 1
	kindMemory = 2
	kindGlobal = 3
)

var header = []byte("\x00asm\x01\x00\x00\x00")

// A section is one section of a module, undecoded.
type section struct {
	id   byte
	body []byte
}

// split cuts a module into its sections. The bodies alias wasm.
func split(wasm []byte) ([]section, error) {
	if !bytes.HasPrefix(wasm, header) {
		return nil, errors.New("not a WebAssembly module of version 1")
	}
	r := &reader{b: wasm, off: len(header)}
	var secs []section
	for !r.done() {
		id := r.byte()
		secs = append(secs, section{id, r.bytes(r.u32())})
	}
	return secs, r.err
}

func join(secs []section) []byte {
	n := len(header)
	for _, s := range secs {
		n += len(s.body) + 6
	}
	out := append(make([]byte, 0, n), header...)
	for _, s := range secs {
		out = append(out, s.id)
		out = appendU32(out, uint32(len(s.body)))
		out = append(out, s.body...)
	}
	return out
}

// find returns the section with the id, nil if there is none.
func find(secs []section, id byte) *section {
	for i := range secs {
		if secs[i].id == id {
			return &secs[i]
		}
	}
	return nil
}

// An imported is one entry of the import section.
type imported struct {
	module, name string
	kind         byte
}

func readImports(body []byte) ([]imported, error) {
	r := &reader{b: body}
	var list []imported
	for range r.count() {
		im := imported{module: r.name(), name: r.name(), kind: r.byte()}
		switch im.kind {
		case kindFunc:
			r.u32()
		case kindTable:
			r.byte()
			readLimits(r)
		case kindMemory:
			readLimits(r)
		case kindGlobal:
			r.bytes(2)
		default:
			r.fail(fmt.Errorf("unknown kind of import %d", im.kind))
		}
		if r.err != nil {
			return nil, r.err
		}
		list = append(list, im)
	}
	return list, nil
}

func readLimits(r *reader) (least uint32) {
	flags := r.byte()
	least = r.u32()
	if flags&1 != 0 {
		r.u32()
	}
	if flags > 1 {
		r.fail(fmt.Errorf("unsupported limits %#x", flags))
	}
	return least
}

// readMemory returns the number of 64 KiB pages a module starts with.
func readMemory(body []byte) (pages uint32, err error) {
	r := &reader{b: body}
	if n := r.count(); n != 1 && r.err == nil {
		return 0, fmt.Errorf("%d memories, want one", n)
	}
	pages = readLimits(r)
	return pages, r.err
}

const (
	typeI32 = 0x7f
	typeI64 = 0x7e
)

// readConst reads a constant expression, which here is one integer.
func readConst(r *reader) int64 {
	op := r.byte()
	if op != opI32Const && op != opI64Const {
		r.fail(fmt.Errorf("constant expression starts with opcode %#x, want an integer", op))
		return 0
	}
	v := r.s64()
	if end := r.byte(); end != opEnd {
		r.fail(fmt.Errorf("constant expression has more than one instruction"))
	}
	return v
}

// readGlobals returns the initial values of the globals, all of which must be mutable integers.
func readGlobals(body []byte) ([]uint64, error) {
	r := &reader{b: body}
	var vals []uint64
	for range r.count() {
		typ, mut := r.byte(), r.byte()
		if r.err == nil && (typ != typeI32 && typ != typeI64 || mut != 1) {
			r.fail(errors.New("global is not a mutable integer"))
		}
		v := uint64(readConst(r))
		if typ == typeI32 {
			v = uint64(uint32(v))
		}
		vals = append(vals, v)
	}
	return vals, r.err
}

// A Segment is a piece of the initial memory.
type Segment struct {
	Offset uint32
	Bytes  []byte
}

func readData(body []byte) ([]Segment, error) {
	r := &reader{b: body}
	n := r.count()
	segs := make([]Segment, 0, n)
	for range n {
		if flags := r.u32(); flags != 0 && r.err == nil {
			r.fail(fmt.Errorf("data segment of kind %d, want active", flags))
		}
		off := readConst(r)
		segs = append(segs, Segment{uint32(off), r.bytes(r.u32())})
		if r.err != nil {
			return nil, r.err
		}
	}
	return segs, nil
}

// readElements returns the table's start and the functions in it.
func readElements(body []byte) (start uint32, funcs []uint32, err error) {
	r := &reader{b: body}
	if n := r.count(); n != 1 && r.err == nil {
		return 0, nil, fmt.Errorf("%d element segments, want one", n)
	}
	if flags := r.u32(); flags != 0 && r.err == nil {
		return 0, nil, fmt.Errorf("element segment of kind %d, want active", flags)
	}
	start = uint32(readConst(r))
	n := r.count()
	funcs = make([]uint32, 0, n)
	for range n {
		funcs = append(funcs, r.u32())
	}
	return start, funcs, r.err
}

// readFuncNames returns the indices of the functions named in want, from the name section.
func readFuncNames(secs []section, want map[string]uint32) error {
	for _, s := range secs {
		r := &reader{b: s.body}
		if s.id != secCustom || r.name() != "name" {
			continue
		}
		for !r.done() {
			id := r.byte()
			sub := r.bytes(r.u32())
			if r.err != nil || id != 1 {
				continue
			}
			names := &reader{b: sub}
			for range names.count() {
				index := names.u32()
				name := names.bytes(names.u32())
				if _, ok := want[string(name)]; ok {
					want[string(name)] = index
				}
			}
			if names.err != nil {
				return names.err
			}
		}
		return r.err
	}
	return errors.New("no function names: build it without -ldflags=-s")
}
