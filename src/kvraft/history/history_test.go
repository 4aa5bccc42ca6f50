package history

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/anishathalye/porcupine"
)

// linearizable asks porcupine, without any of the checks that come first.
func linearizable(model Model, history []Op) bool {
	var ops []*Op
	for i := range history {
		if history[i].Method != Get || history[i].Return != 0 {
			ops = append(ops, &history[i])
		}
	}
	return porcupine.CheckOperations(model.porcupine(content{}), operations(ops))
}

// agree compares a verdict with porcupine's, and sees that the core is one.
func agree(t *testing.T, model Model, history []Op) (legal bool) {
	t.Helper()
	wrong := func(format string, args ...any) {
		t.Helper()
		for i := range history {
			t.Logf("%d-%d %v", history[i].Call, history[i].Return, history[i])
		}
		t.Fatalf(format, args...)
	}
	v := Check(model, history)
	legal = linearizable(model, history)
	want := Linearizable
	if !legal {
		want = Illegal
	}
	if v.Result() != want {
		wrong("history is %s, verdict %s: %v", want, v.Result(), v.Findings)
	}
	for _, f := range v.Findings {
		if f.Name == NoOrder {
			if c, _, _ := search(model, f.first, pointers(f.Core), math.MaxInt); c == nil {
				wrong("core is linearizable: %v", f)
			}
			continue
		}
		// What the clue of a classic store tells is all it takes; else core would have had to look for more.
		if model == Classic {
			clue, _ := classicClue(f.history)
			if c, _ := classicClue(forgetting(f.history, clue.ops)); c == nil {
				wrong("the operations that the clue names can be ordered: %v", f)
			}
		}
		for without := -1; without < len(f.Core); without++ {
			var core []*Op
			for i := range f.Core {
				if i != without {
					for _, op := range f.history {
						if op.Call == f.Core[i].Call {
							core = append(core, op)
						}
					}
				}
			}
			if c, _, _ := search(model, content{}, forgetting(f.history, core), math.MaxInt); (c == nil) != (without >= 0) {
				wrong("core without %d is linearizable: %v\n%v", without, c == nil, f)
			}
		}
	}
	return legal
}

func TestAgainstPorcupine(t *testing.T) {
	runs := 20000
	if testing.Short() {
		runs = 1000
	}
	for _, w := range []workload{
		{model: Classic, clerks: 3, ops: 8, puts: 20, appends: 40},
		{model: Classic, clerks: 4, ops: 9, puts: 40, appends: 30},
		{model: Classic, clerks: 3, ops: 10, puts: 0, appends: 60},
		{model: Classic, clerks: 2, ops: 9, puts: 20, appends: 40, values: 3},
		{model: Classic, clerks: 3, ops: 7, puts: 30, appends: 40, values: 6},
		{model: Versioned, clerks: 3, ops: 8, puts: 60},
		{model: Versioned, clerks: 4, ops: 9, puts: 80},
		{model: Versioned, clerks: 3, ops: 8, puts: 70, values: 2},
	} {
		for _, faulty := range []bool{false, true} {
			w.faulty, w.stuck = faulty, 40
			t.Run(fmt.Sprintf("%+v", w), func(t *testing.T) {
				var legal int
				for seed := range runs {
					r := rand.New(rand.NewPCG(uint64(seed), 1))
					history := w.play(r)
					if !faulty && !linearizable(w.model, history) {
						t.Fatalf("seed %d: a correct store's history is not linearizable", seed)
					}
					if seed%2 == 1 {
						for range 1 + r.IntN(3) {
							mutate(r, history)
						}
					}
					if agree(t, w.model, history) {
						legal++
					}
				}
				t.Logf("%d of %d are linearizable", legal, runs)
			})
		}
	}
}

// What the limit leaves open is undecided, and not a success; what can be decided still is.
func TestUndecided(t *testing.T) {
	hard := workload{model: Classic, clerks: 12, ops: 120, unread: true, values: 2}
	history := hard.play(rand.New(rand.NewPCG(1, 1)))
	const limit = 1 << 16
	if v := check(Classic, history, limit); v.Result() != Undecided || !slices.Equal(v.Undecided, []string{"k"}) {
		t.Errorf("got %v, want key k undecided", v)
	}
	history = append(history, Op{Method: Get, Key: "other", Value: "x", Call: 1, Return: 2})
	v := check(Classic, history, limit)
	if v.Result() != Illegal || len(v.Findings) != 1 || len(v.Undecided) != 1 {
		t.Errorf("got %v, want key other illegal and key k undecided", v)
	}
}

// Operations may come in any order, and Check leaves them as they are.
func TestAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, w := range wrong {
		history := parse(t, w.model, w.history)
		want := Check(w.model, history)
		r.Shuffle(len(history), func(i, j int) { history[i], history[j] = history[j], history[i] })
		before := slices.Clone(history)
		if got := Check(w.model, history); fmt.Sprint(got.Findings) != fmt.Sprint(want.Findings) {
			t.Errorf("%s: got %v, want %v", w.story, got.Findings, want.Findings)
		}
		if !slices.Equal(before, history) {
			t.Errorf("%s: Check changed the history", w.story)
		}
	}
}

func TestNoOperation(t *testing.T) {
	for _, op := range []Op{
		{Method: "Delete", Call: 1, Return: 2},
		{Method: Append, Call: 1, Return: 2},
		{Method: Get, Call: 0, Return: 2},
		{Method: Get, Call: 2, Return: 2},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v is accepted", op)
				}
			}()
			Check(Versioned, []Op{op})
		}()
	}
}

// Of a long history without an order a short part is shown.
func TestWindow(t *testing.T) {
	w := workload{model: Classic, clerks: 5, ops: 1000, puts: 10, appends: 45, values: 6, stuck: 400}
	history := w.play(rand.New(rand.NewPCG(1, 1)))
	falsify(history)
	v := Check(Classic, history)
	if len(v.Findings) != 1 || v.Findings[0].Name != NoOrder || len(v.Findings[0].Core) > 10 {
		t.Fatalf("got %v, want some ten operations that have no order", v)
	}
}
