package wasmbin

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// goto_ is how Go jumps to a block; loop is the depth of the loop around all code.
func goto_(number, loop byte) []byte {
	return []byte{opI32Const, number, opLocalSet, 0, opBr, loop}
}

// jumper is a function of the form that Go gives to functions with loops. It adds up in local 1 powers of 2 of the
// codes that it goes through, starting with the one in its parameter.
func jumper() []byte {
	add := func(n byte) []byte { // local 1 += n
		return []byte{opLocalGet, 1, opI32Const, n, 0x6a, opLocalSet, 1}
	}
	unless := func(limit byte, then []byte) []byte { // if local 1 >= limit { then }
		return append(append([]byte{opLocalGet, 1, opI32Const, limit, 0x4e, opIf, noType}, then...), opEnd)
	}
	return bytes.Join([][]byte{
		{1, 1, typeI32}, // a local
		loopStart, block, block, block, block,
		dispatch, {5, 0, 0, 1, 2, 3, 3, opEnd}, // the table has an entry twice
		add(1), unless(30, goto_(4, 4)), unless(3, goto_(3, 4)), // code 0, goes on to 1
		{opEnd}, add(2), goto_(3, 2), // code 1 (number 2)
		{opEnd}, add(4), unless(60, []byte{opLocalGet, 1, opReturn}), goto_(0, 1), // code 2, back to code 0
		{opEnd}, add(8), goto_(3, 0), // code 3, back to code 2
		{opEnd}, // the loop
		{opUnreachable, opEnd},
	}, nil)
}

// testGlobals are globals as a box's module has them. The second is the end of a stack.
var testGlobals = section{secGlobal, slices.Concat([]byte{goGlobals + 1},
	[]byte{typeI32, 1, opI32Const, 0, opEnd, typeI32, 1, opI32Const, 0x80, 2, opEnd},
	bytes.Repeat([]byte{typeI32, 1, opI32Const, 0, opEnd}, goGlobals-2),
	[]byte{typeI64, 1, opI64Const, 0, opEnd})}

func call(t *testing.T, body []byte, param uint64) uint64 {
	t.Helper()
	got, _, err := callStopped(t, body, param, 0)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// callStopped calls a function where the global has a value, and returns what it is then.
func callStopped(t *testing.T, body []byte, param, stop uint64) (result, stopped uint64, err error) {
	t.Helper()
	ctx := context.Background()
	rt := wazero.NewRuntime(ctx)
	defer rt.Close(ctx)
	mod, err := rt.Instantiate(ctx, join([]section{
		{1, []byte{1, 0x60, 1, typeI32, 1, typeI32}},
		{3, []byte{1, 0}},
		{secMemory, []byte{1, 0, 1}},
		testGlobals,
		{secExport, append(appendName(append(appendName([]byte{2}, "f"), kindFunc, 0), Stop), kindGlobal, globalStop)},
		{secCode, append(appendU32([]byte{1}, uint32(len(body))), body...)},
	}))
	if err != nil {
		t.Fatal(err)
	}
	global := mod.ExportedGlobal(Stop).(api.MutableGlobal)
	global.Set(stop)
	got, err := mod.ExportedFunction("f").Call(ctx, param)
	return append(got, 0)[0], global.Get(), err
}

// A function that is told to stop does so at once, and leaves its place.
func TestStoppable(t *testing.T) {
	body := stoppable(jumper(), 5, nil)
	for param := range uint64(7) {
		_, stopped, err := callStopped(t, body, param, 1)
		if err == nil || !strings.Contains(err.Error(), "unreachable") || stopped != PC(5)+param {
			t.Errorf("from block %d: %v at %#x, want it unreachable at %#x", param, err, stopped, PC(5)+param)
		}
		if _, stopped, err := callStopped(t, body, param, 0); err != nil || stopped != 0 {
			t.Errorf("from block %d, not stopped: %v at %#x", param, err, stopped)
		}
	}
}

func TestDirectJumps(t *testing.T) {
	old := jumper()
	direct := directJumps(old)
	count := func(b []byte) int { return bytes.Count(b, setParameter) }
	if count(old) != 5 || count(direct) != 2 {
		t.Errorf("%d jumps through the table of %d, want the 2 backward ones", count(direct), count(old))
	}
	for param := range uint64(7) {
		want := call(t, old, param)
		if got := call(t, direct, param); got != want {
			t.Errorf("from block %d: %d, want %d", param, got, want)
		}
		if got := call(t, stoppable(direct, 1, nil), param); got != want {
			t.Errorf("from block %d, stoppable: %d, want %d", param, got, want)
		}
	}
}

func TestDirectJumpsLeavesOthers(t *testing.T) {
	for _, body := range [][]byte{
		nil,
		{0, opEnd},
		append([]byte{0}, loopStart...),
		bytes.Join([][]byte{{0}, loopStart, block, dispatch}, nil),
		bytes.Join([][]byte{{0}, loopStart, block, dispatch, {1, 0, 7, opEnd}}, nil), // the table leads elsewhere
		bytes.Join([][]byte{
			{0}, loopStart, block, block, dispatch, {1, 0, 1, opEnd, 0xff}, goto_(1, 1), {opEnd, opEnd, opEnd},
		}, nil),
	} {
		if got := directJumps(body); !bytes.Equal(got, body) {
			t.Errorf("%x became %x", body, got)
		}
	}
}

func FuzzDirectJumps(f *testing.F) {
	f.Add(jumper())
	for i := range jumper() {
		b := jumper()
		b[i] ^= 0x55
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if got := directJumps(body); len(got) > len(body) {
			t.Errorf("%d bytes became %d", len(body), len(got))
		}
	})
}
