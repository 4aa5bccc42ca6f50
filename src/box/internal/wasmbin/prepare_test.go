package wasmbin

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"raftlab/internal/testinputs"
	"raftlab/src/box/gobuild"
)

func build(tb testing.TB, flags ...string) []byte {
	tb.Helper()
	testinputs.Note(tb)
	hello := gobuild.Config{Dir: "testdata/hello", Packages: []string{"."}, Flags: flags}
	wasm, err := gobuild.Build(context.Background(), hello)
	if err != nil {
		tb.Fatal(err)
	}
	return wasm
}

// A prepared module is valid, and runs to its end with the data put back and real WASI.
func TestPrepare(t *testing.T) {
	p, err := Prepare(build(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	rt := wazero.NewRuntime(ctx)
	defer rt.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, rt)
	_, err = rt.NewHostModuleBuilder("raftlab").
		NewFunctionBuilder().WithFunc(func() uint64 { return 0 }).Export("schedule").
		NewFunctionBuilder().WithFunc(func() uint64 { return 0 }).Export("places").
		NewFunctionBuilder().WithFunc(func(int32) int64 { return 0 }).Export("linger").
		Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	config := wazero.NewModuleConfig().WithStdout(&out).WithArgs("hello").WithStartFunctions()
	mod, err := rt.InstantiateWithConfig(ctx, p.Wasm, config)
	if err != nil {
		t.Fatal(err)
	}
	if got := mod.Memory().Size() >> 16; got != p.Pages {
		t.Errorf("%d pages of memory, want %d", got, p.Pages)
	}
	for _, s := range p.Data {
		if !mod.Memory().Write(s.Offset, s.Bytes) {
			t.Fatalf("data at %#x does not fit", s.Offset)
		}
	}
	for i, want := range p.Globals {
		g, ok := mod.ExportedGlobal(Global(i)).(api.MutableGlobal)
		if !ok {
			t.Fatalf("global %d is not exported as mutable", i)
		}
		if g.Get() != want {
			t.Errorf("global %d is %d, want %d", i, g.Get(), want)
		}
	}
	if g, ok := mod.ExportedGlobal(Stop).(api.MutableGlobal); !ok || g.Get() != 0 || len(p.Globals) != goGlobals {
		t.Errorf("%s is not a global beside the Go linker's that is mutable and 0", Stop)
	}
	if mod.ExportedFunction(Resume) == nil {
		t.Errorf("%s is not exported", Resume)
	}
	_, err = mod.ExportedFunction("_start").Call(ctx)
	if got := out.String(); got != "hello, world\n" || !strings.Contains(err.Error(), "exit_code(0)") {
		t.Errorf("printed %q, %v", got, err)
	}
	if diff := cmp.Diff([]string{"raftlab", wasi}, slices.Sorted(slices.Values(p.Imports))); diff != "" {
		t.Error(diff)
	}
}

// A prepared module is the same when it is read again.
func TestFile(t *testing.T) {
	p, err := Prepare(build(t))
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(p.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, again); diff != "" {
		t.Error(diff)
	}
	if len(p.Data) > 100 {
		t.Errorf("%d segments, want a few large ones", len(p.Data))
	}
	if _, err := Parse(p.Bytes()[:1000]); err == nil {
		t.Error("half of it is read without an error")
	}
}

func TestPrepareRefuses(t *testing.T) {
	good := build(t)
	edit := func(id byte, change func(body []byte) []byte) []byte {
		secs, err := split(good)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range secs {
			if s.id == id {
				secs[i].body = change(bytes.Clone(s.body))
			}
		}
		return join(secs)
	}
	replace := func(old, new string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(old), []byte(new)) }
	}
	none := func([]byte) []byte { return nil }
	for _, tt := range []struct {
		name string
		wasm []byte
		want string
	}{
		{"nothing", nil, "not a WebAssembly module"},
		{"another version", []byte("\x00asm\x02\x00\x00\x00"), "not a WebAssembly module of version 1"},
		{"no sections", header, "imports: section is missing"},
		{"half a module", good[:len(good)/2], "unexpected end of data"},
		{"stripped", build(t, "-ldflags=-s"), "names: no function names: build it without -ldflags=-s"},
		{"library", build(t, "-buildmode=c-shared"), "exports: it is a library: build it without -buildmode=c-shared"},
		{"no poll", edit(secImport, replace("poll_oneoff", "pull_oneoff")),
			"imports: wasi_snapshot_preview1.poll_oneoff is not imported: not a Go program for wasip1"},
		{"no Go", edit(secCustom, replace("runtime.netpoll", "runtime_netpoll")),
			"names: no function runtime.netpoll: not a Go program for wasip1"},
		{"no main loop", edit(secCustom, replace("wasm_pc_f_loop", "wasm_pc_f_lop!")), "names: no function wasm_pc_f_loop"},
		{"no start", edit(secExport, replace("_start", "_tarts")), "exports: no _start or no memory"},
		{"no code", edit(secCode, none), "code: runtime.poll_oneoff has no code"},
		{"no globals", edit(secGlobal, func([]byte) []byte { return []byte{0} }),
			"globals: 0 globals, want the Go linker's 8"},
		{"data twice", edit(secData, func(b []byte) []byte {
			r := &reader{b: b}
			n := r.count()
			twice := bytes.Repeat([]byte{0, opI32Const, 0x80, 0x20, opEnd, 1, 'x'}, 2)
			return append(append(appendU32(nil, uint32(n)+2), r.rest()...), twice...)
		}), "data: two segments at 0x1000"},
		{"data outside", edit(secMemory, func([]byte) []byte { return []byte{1, 0, 1} }), "outside of the memory"},
	} {
		if _, err := Prepare(tt.wasm); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestIntegers(t *testing.T) {
	for _, v := range []int64{
		0, 1, -1, 63, 64, -64, -65, 127, 128, 1 << 20, -1 << 20, 1<<31 - 1, -1 << 31, 1<<63 - 1, -1 << 63,
	} {
		r := &reader{b: appendS64(nil, v)}
		if got := r.s64(); got != v || r.err != nil || !r.done() {
			t.Errorf("signed %d: read %d, %v", v, got, r.err)
		}
		r = &reader{b: appendU32(nil, uint32(v))}
		if got := r.u32(); got != uint32(v) || r.err != nil || !r.done() {
			t.Errorf("unsigned %d: read %d, %v", uint32(v), got, r.err)
		}
	}
	for _, b := range []string{"", "\x80", "\xff\xff\xff\xff\x1f", "\x80\x80\x80\x80\x80\x00"} {
		r := &reader{b: []byte(b)}
		if r.u32(); r.err == nil {
			t.Errorf("%x: no error", b)
		}
	}
}

// Prepare does not panic, and what it accepts it can read again.
func FuzzPrepare(f *testing.F) {
	f.Add(tiny)
	for i := range tiny {
		b := bytes.Clone(tiny)
		b[i] ^= 0x55
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, wasm []byte) {
		p, err := Prepare(wasm)
		if err != nil {
			return
		}
		if _, err := split(p.Wasm); err != nil {
			t.Errorf("prepared module: %v", err)
		}
		for _, s := range p.Data {
			if uint64(s.Offset)+uint64(len(s.Bytes)) > uint64(p.Pages)<<16 {
				t.Errorf("data at %#x of %d bytes is outside of %d pages", s.Offset, len(s.Bytes), p.Pages)
			}
		}
	})
}

// tiny has all that Prepare looks for, and nothing else.
var tiny = join([]section{
	{1, []byte{1, 0x60, 0, 0}},
	{secImport, append(appendName(appendName([]byte{1}, wasi), poll), kindFunc, 0)},
	{secMemory, []byte{1, 0, 1}},
	{secGlobal, append([]byte{8}, bytes.Repeat([]byte{typeI64, 1, opI64Const, 5, opEnd}, 8)...)},
	{secExport, append(append(appendName(append(appendName([]byte{2}, "_start"), kindFunc, 1), "memory"), kindMemory), 0)},
	{secElem, []byte{1, 0, opI32Const, 1, opEnd, 3, 1, 2, 3}},
	{secCode, []byte{3, 4, 0, 0x10, 0, opEnd, 2, 0, opEnd, 2, 0, opEnd}},
	{secData, []byte{1, 0, opI32Const, 0x80, 0x20, opEnd, 1, 'x'}},
	{secCustom, append(appendName(nil, "name"), tinyNames()...)},
})

func tinyNames() []byte {
	sub := []byte{3}
	for i, name := range []string{pollStub, netpoll, mainLoop} {
		sub = appendName(appendU32(sub, uint32(i+1)), name)
	}
	return append(appendU32([]byte{1}, uint32(len(sub))), sub...)
}

func TestTiny(t *testing.T) {
	if _, err := Prepare(tiny); err != nil {
		t.Error(err)
	}
}
