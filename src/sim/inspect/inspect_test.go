package inspect_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/kvraft/editions"
	"raftlab/src/raft"
	"raftlab/src/sim/inspect"
	"raftlab/src/sim/inspect/testdata/shapes"
)

var zero = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

// lines are what is written down of values.
func lines(t testing.TB, roots ...inspect.Root) (list []string) {
	t.Helper()
	err := inspect.Read(inspect.Append(nil, zero, roots...), func(path, text []byte) {
		list = append(list, fmt.Sprintf("%s = %s", path, text))
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAppend(t *testing.T) {
	s := shapes.Make(zero)
	want := []string{
		`mu = locked`,
		`state = locked for reading by 1`,
		`cond = cond: 0 waiting`,
		`group = waits for 2`,
		`once = done`,
		`dead = true`,
		`term = 7`,
		`leader.Term = 9`,
		`leader.Command = nil`,
		`any = string("held")`,
		`shared = len 1`,
		`shared["key"] = int(1)`,
		`peers = len 3`,
		`disk = raft.Persister`,
		`applyCh = chan`,
		`buffered = chan: 1 of 5 buffered`,
		`closed = nil`,
		`role = 2`,
		`err = *shapes.failure`,
		`err.why = "disk"`,
		`log = len 5`,
		`log[0].Term = 1`,
		`log[0].Command = int(5)`,
		`log[1].Term = 2`,
		`log[1].Command = string("x")`,
		`log[2].Term = 3`,
		`log[2].Command = shapes.Entry`,
		`log[2].Command.Term = 4`,
		`log[2].Command.Command = nil`,
		`log[3].Term = 5`,
		`log[3].Command = shapes.role(1)`,
		`log[4].Term = 6`,
		`log[4].Command = *shapes.Entry`,
		`log[4].Command.Term = 7`,
		`log[4].Command.Command = []int(len 1)`,
		`log[4].Command.Command[0] = 8`,
		`first.Term = 2`,
		`first.Command = string("x")`,
		`self = as the whole`,
		`next = len 2`,
		`next[0] = 1`,
		`next[1] = 2`,
		`votes = len 3`,
		`votes[-1] = true`,
		`votes[9] = false`,
		`votes[10] = true`,
		`names = len 2`,
		`names["a"] = len 1`,
		`names["a"][0] = "x\n"`,
		`names["b"] = nil`,
		`keys = len 1`,
		`keys[{1 "k"}] = 0`,
		`pair[0] = 0.5`,
		`pair[1] = 1`,
		`data = len 3: "abc"`,
		`snapshot = len 300: ` + strings.Repeat("0", 200) + "…",
		`text = "` + strings.Repeat("a", 200) + `"… (len 300)`,
		`last = 1.3124s`,
		`never = zero`,
		`born = 1970-01-01T00:00:01Z`,
		`timeout = 150ms`,
		`timer = timer`,
		`handle = func shapes.Make.func1`,
		`nothing = {}`,
		`embedded.deep = 3`,
		`point.X = (0+0i)`,
		`point.Y = (0+0i)`,
		`none = nil`,
		`nils = nil`,
		`noMap = nil`,
		`iface = nil`,
		`free = 0`,
		`raw = unsafe.Pointer`,
	}
	if diff := cmp.Diff(want, lines(t, inspect.Root{Value: s})); diff != "" {
		t.Error(diff)
	}
}

// What begins with a name has it before its paths; what is no struct has a path, too.
func TestRoots(t *testing.T) {
	got := lines(t, inspect.Root{Name: "clerk 1", Value: &shapes.Entry{Term: 1}}, inspect.Root{Name: "number", Value: 3},
		inspect.Root{Name: "nothing"}, inspect.Root{Value: []int{4}})
	want := []string{
		"clerk 1.Term = 1", "clerk 1.Command = nil", "number = 3", "nothing = nil", " = len 1", "[0] = 4",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What the harness has put around a submission's value is left out, and so is what its own values hold.
func TestHarness(t *testing.T) {
	type node struct {
		Clerk any
		Disk  any
	}
	got := lines(t, inspect.Root{Value: &node{
		editions.Versioned[uint64, string](&shapes.Clerk{}), raft.NewPersister([]byte("state"), nil, nil),
	}})
	want := []string{"Clerk = *shapes.Clerk", "Clerk.leader = 0", "Disk = *raft.Persister"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What is large or goes round in circles is cut.
func TestLimits(t *testing.T) {
	var chain *shapes.List
	for i := range 100 {
		chain = &shapes.List{Value: i, Next: chain}
	}
	circle := &shapes.List{Value: 1}
	circle.Next = &shapes.List{Value: 2, Next: circle}
	own := make(shapes.Nest, 1)
	own[0] = own
	wide := make(shapes.Nest, 300)
	for i := range wide {
		wide[i] = wide
	}
	many := make(map[string]int)
	for i := range 20_000 {
		many[fmt.Sprint(i)] = i
	}
	few := make(map[int]int)
	for i := range 300 {
		few[i] = i
	}
	tests := []struct {
		name  string
		value any
		lines int
		has   string
	}{
		{"chain", chain, 17, strings.Repeat("Next.", 15) + "Next = …"},
		{"circle", circle, 3, "Next.Next = as the whole"},
		{"slice in itself", own, 34, strings.Repeat("[0]", 33) + " = …"},
		{"wide slice in itself", wide, 4000, "… = the rest is left out"},
		{"long", make([]int, 1000), 1 + 256 + 1, "[…] = 744 left out"},
		{"many keys", many, 1, " = len 20000"},
		{"some keys", few, 1 + 256 + 1, "[…] = 44 left out"},
		{"long key", map[string]int{strings.Repeat("x", 1000): 1}, 2, `["` + strings.Repeat("x", 59) + "…#0] = 1"},
		{"not a number", map[float64]int{nan(): 1}, 1, " = len 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := lines(t, inspect.Root{Value: test.value})
			if len(got) != test.lines || !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+test.has+"\n") {
				t.Errorf("%d lines, want %d, and among them %q:\n%s", len(got), test.lines, test.has,
					strings.Join(got[:min(len(got), 30)], "\n"))
			}
		})
	}
}

func nan() float64 {
	zero := 0.0
	return zero / zero
}

// What was appended by somebody else is read, or refused.
func FuzzRead(f *testing.F) {
	f.Add(inspect.Append(nil, zero, inspect.Root{Value: &shapes.Entry{Term: 1, Command: "x"}}))
	f.Add([]byte{1})
	f.Add([]byte{1, 'a', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		size := 0
		err := inspect.Read(data, func(path, text []byte) { size += len(path) + len(text) + 2 })
		if size > len(data) || err == nil && len(data) > 0 && size == 0 {
			t.Errorf("%x: %d bytes are read of %d, %v", data, size, len(data), err)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	s := shapes.Make(zero)
	var out []byte
	for b.Loop() {
		out = inspect.Append(out[:0], zero, inspect.Root{Value: s})
	}
}
