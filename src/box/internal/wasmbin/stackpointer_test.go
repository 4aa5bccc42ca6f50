package wasmbin

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// The pieces of functions as Go writes them. SP is in local 1, and block 1 goes on after the first call.
var (
	enter  = []byte{opLocalGet, 1, opI32Const, 32, opI32Sub, opLocalTee, 1, opGlobalSet, 0}
	leave  = []byte{opLocalGet, 1, opI32Const, 32, opI32Add, opLocalTee, 1, opGlobalSet, 0}
	giveUp = []byte{
		opLocalGet, 1, opI32Const, 8, opI32Add, opLocalTee, 1, opGlobalSet, 0, opI32Const, 0, opReturn,
	}
	// [SP+8] = [SP+40]
	argTo8 = []byte{opLocalGet, 1, opLocalGet, 1, 0x29, 3, 40, opI64Store, 3, 8}
	// [SP] = &[SP+16]
	addrTo0 = []byte{opLocalGet, 1, opLocalGet, 1, opI64Extend, opI64Const, 16, opI64Add, opI64Store, 3, 0}
	// [SP+48] = [SP+8]
	result = []byte{
		opLocalGet, 1, opI64Extend, opI64Const, 48, opI64Add, opI32Wrap,
		opLocalGet, 1, 0x29, 3, 8, opI64Store, 3, 0,
	}
	// if SP <= limit { [SP+24] = 0 }
	deeper = []byte{
		opLocalGet, 1, opGlobalGet, 1, 0x4d, opIf, noType,
		opLocalGet, 1, opI32Const, 0, opI32Store, 2, 24, opEnd,
	}
	// if [SP+40] == nil {
	nilSeen = []byte{opLocalGet, 1, 0x29, 3, 40, opI64Eqz, opIf, noType}
	// SP is what it is; the function goes on with unwinding if the call does.
	after = []byte{opGlobalGet, 0, opLocalSet, 1, opBrIf}
	// [SP -= 8] = this place
	pushed = func(block byte) []byte {
		return []byte{
			opLocalGet, 1, opI32Const, 8, opI32Sub, opLocalTee, 1, opGlobalSet, 0,
			opLocalGet, 1, opI64Const, 0x80 | block, 0x80, 4, opI64Store, 3, 0, opI32Const, 0,
		}
	}
)

// goFunction is a function of place 1 with a frame of 32 bytes:
//
//	func f(p uintptr) uint64 {
//		if p == 0 { panic }
//		return g(p, &local)
//	}
//
// with loop, as if there were a loop in it.
func goFunction(loop bool) []byte {
	head, depth := []byte{opBlock, noType}, byte(1)
	if loop {
		head, depth = append(head, loopStart...), 2
	}
	return bytes.Join([][]byte{
		{1, 1, typeI32},
		copySP, head, block, block,
		dispatch, {1, 0, 1, opEnd},
		enter, deeper,
		nilSeen, pushed(2), {opCall, 2}, after, {depth + 1}, {opEnd},
		argTo8, addrTo0, pushed(1), {opCall, 1}, after, {depth},
		{opEnd}, // the code that goes on after it
		result, leave, giveUp,
		bytes.Repeat([]byte{opEnd}, int(depth)-1),
		{opEnd, opI32Const, 1, opEnd},
	}, nil)
}

// outcome runs a function with a stack, and returns what it leaves.
func outcome(t *testing.T, body []byte, block, sp, arg uint64) map[string]any {
	t.Helper()
	ctx := context.Background()
	rt := wazero.NewRuntime(ctx)
	defer rt.Close(ctx)
	// g(p, q): [SP+16] += [SP+8], return to where the PC on the stack says; it unwinds if p is 7.
	g := []byte{0,
		opGlobalGet, 0, 0x29, 3, 16, opI64Const, 7, 0x51, opIf, noType, opI32Const, 1, opReturn, opEnd,
		opGlobalGet, 0, opGlobalGet, 0, 0x29, 3, 16, opGlobalGet, 0, 0x29, 3, 8, opI64Add, opI64Store, 3, 16,
		opGlobalGet, 0, opI32Const, 8, opI32Add, opGlobalSet, 0, opI32Const, 0, opEnd}
	panics := []byte{0, opI32Const, 1, opEnd}
	help := []byte{0, opGlobalGet, 0, opI32Const, 8, opI32Sub, opGlobalSet, 0,
		opGlobalGet, 0, opLocalGet, 0, opI64Store, 3, 0, opI32Const, 0, opCall, 2, opDrop, opEnd}
	code := []byte{4}
	for _, f := range [][]byte{body, g, panics, help} {
		code = append(appendU32(code, uint32(len(f))), f...)
	}
	mod, err := rt.Instantiate(ctx, join([]section{
		{secType, []byte{2, 0x60, 1, typeI32, 1, typeI32, 0x60, 1, typeI64, 0}},
		{secFunc, []byte{4, 0, 0, 0, 1}},
		{secMemory, []byte{1, 0, 1}},
		testGlobals,
		{secExport, append(appendName(append(appendName([]byte{2}, "f"), kindFunc, 0), "sp"), kindGlobal, 0)},
		{secCode, code},
	}))
	if err != nil {
		t.Fatal(err)
	}
	mod.ExportedGlobal("sp").(api.MutableGlobal).Set(sp)
	mod.Memory().WriteUint64Le(uint32(sp)+8, arg) // above the PC to return to
	mod.Memory().WriteUint64Le(uint32(sp)+40, arg)
	got, err := mod.ExportedFunction("f").Call(ctx, block)
	if err != nil {
		t.Fatal(err)
	}
	stack, _ := mod.Memory().Read(0, 4096)
	return map[string]any{"result": got[0], "sp": mod.ExportedGlobal("sp").Get(), "stack": bytes.Clone(stack)}
}

// What a function does is the same, entered or resumed, returning, unwinding or panicking.
func TestCacheStackPointer(t *testing.T) {
	for _, loop := range []bool{false, true} {
		old := goFunction(loop)
		body, check := cacheStackPointer(old, 1, nilChecks{panics: 2, helper: 3})
		if bytes.Equal(body, old) {
			t.Fatalf("loop %v: left as it was", loop)
		}
		if bytes.Contains(body, enter[2:]) || bytes.Contains(body, after) {
			t.Errorf("loop %v: the stack pointer still moves", loop)
		}
		body = stoppable(body, 1, check)
		for _, tt := range []struct {
			name           string
			block, sp, arg uint64
		}{
			{"enters", 0, 1024, 100},
			{"enters deep in the stack", 0, 200, 100},
			{"unwinds", 0, 1024, 7},
			{"panics", 0, 1024, 0},
			{"goes on", 1, 992, 55},
		} {
			want := outcome(t, old, tt.block, tt.sp, tt.arg)
			if diff := cmp.Diff(want, outcome(t, body, tt.block, tt.sp, tt.arg)); diff != "" {
				t.Errorf("loop %v, %s: %s", loop, tt.name, diff)
			}
		}
	}
}

// Whatever moves the stack pointer in another way stays as it is.
func TestCacheStackPointerLeavesOthers(t *testing.T) {
	good := goFunction(true)
	for _, tt := range []struct{ name, old, new string }{
		{"another local", string([]byte{1, 1, typeI32}), string([]byte{1, 2, typeI64})},
		{"sets the local", string(argTo8), string([]byte{opI32Const, 0, opLocalSet, 1}) + string(argTo8)},
		{"sets the global", string(argTo8), string([]byte{opI32Const, 0, opGlobalSet, 0}) + string(argTo8)},
		{"moves in one branch", string(argTo8),
			string([]byte{opI32Const, 1, opIf, noType}) + string(enter) + string([]byte{opEnd}) + string(argTo8)},
		{"goes back to the start", string(giveUp), string([]byte{opI32Const, 0, opLocalSet, 0, opBr, 0})},
		{"below the stack", string(argTo8), string(enter) + string(argTo8)},
	} {
		if !bytes.Contains(good, []byte(tt.old)) {
			t.Fatalf("%s: the function has changed", tt.name)
		}
		body := bytes.Replace(good, []byte(tt.old), []byte(tt.new), 1)
		if got, _ := cacheStackPointer(body, 1, nilChecks{panics: 2, helper: 3}); !bytes.Equal(got, body) {
			t.Errorf("%s: rewritten", tt.name)
		}
	}
}

// Nearly all functions of a Go program have the form that cacheStackPointer knows. If not, Go has changed, and
// boxes have become slow.
func TestCacheStackPointerKnowsGo(t *testing.T) {
	secs, err := split(build(t))
	if err != nil {
		t.Fatal(err)
	}
	m := layout{secs: secs}
	p := new(Prepared)
	for _, step := range []func(*Prepared) error{m.imports, m.names, m.elements} {
		if err := step(p); err != nil {
			t.Fatal(err)
		}
	}
	imports := map[string]uint32{"runtime.box_schedule": none, "runtime.box_places": none, "runtime.box_linger": none}
	if err := readFuncNames(secs, imports); err != nil {
		t.Fatal(err)
	}
	r := &reader{b: find(secs, secCode).body}
	all, known := 0, 0
	for i := range uint32(r.count()) {
		body := r.bytes(r.u32())
		place, ok := m.places[m.imported+i]
		if !ok || !bytes.Contains(body, copySP) || slices.Contains(slices.Collect(maps.Values(imports)), m.imported+i) {
			continue // there is nothing in it but a call of the host
		}
		all++
		body = peephole(directJumps(body))
		out, _ := cacheStackPointer(body, place, nilChecks{panics: m.funcs[sigpanic], helper: 1})
		if !bytes.Equal(out, body) {
			known++
		}
	}
	if all < 1000 || known*100 < all*95 {
		t.Errorf("knows %d of %d functions", known, all)
	}
}

// A condition is the same when it is written shorter, and so is a jump.
func TestPeephole(t *testing.T) {
	const lt = 0x48
	body := func(test ...byte) []byte { // if test(param < 3) is false, 1, otherwise 2
		return bytes.Join([][]byte{{0, opBlock, noType, opLocalGet, 0, opI32Const, 3, lt}, test,
			{opIf, noType, opBr, 1, opEnd, opI32Const, 1, opReturn, opEnd, opI32Const, 2, opEnd}}, nil)
	}
	for _, tt := range []struct {
		name string
		test []byte
		less int
	}{
		{"not", []byte{opI64Extend, opI64Eqz}, 1 + 3},
		{"not not", []byte{opI64Extend, opI64Eqz, opI32Eqz}, 3 + 3},
		{"not not not", []byte{opI64Extend, opI64Eqz, opI32Eqz, opI32Eqz}, 3 + 3},
		{"as it is", nil, 3},
	} {
		old := body(tt.test...)
		short := peephole(old)
		if len(old)-len(short) != tt.less {
			t.Errorf("%s: %d bytes less, want %d", tt.name, len(old)-len(short), tt.less)
		}
		for param := range uint64(6) {
			if want, got := call(t, old, param), call(t, short, param); got != want {
				t.Errorf("%s of %d: %d, want %d", tt.name, param, got, want)
			}
		}
	}
}

// No function makes those that rewrite it panic.
func FuzzRewrite(f *testing.F) {
	f.Add(goFunction(true))
	f.Add(goFunction(false))
	f.Add(jumper())
	f.Fuzz(func(t *testing.T, body []byte) {
		body, check := cacheStackPointer(peephole(directJumps(body)), 1, nilChecks{panics: 2, helper: 3})
		stoppable(body, 1, check)
	})
}
