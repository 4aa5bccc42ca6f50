package history

import (
	"fmt"
	"math"
	"math/rand/v2"
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
	defer func() {
		if t.Failed() {
			for i := range history {
				t.Logf("%v (%d-%d)", history[i].whole(), history[i].Call, history[i].Return)
			}
			t.FailNow()
		}
	}()
	v := Check(model, history)
	legal = linearizable(model, history)
	want := Linearizable
	if !legal {
		want = Illegal
	}
	if v.Result() != want {
		t.Errorf("history is %s, verdict %s: %v", want, v.Result(), v.Findings)
		return legal
	}
	for _, f := range v.Findings {
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
			if c, _, _ := search(model, forgetting(f.history, core), math.MaxInt); (c == nil) != (without >= 0) {
				t.Errorf("core without %d is linearizable: %v\n%v", without, c == nil, f)
			}
		}
	}
	return legal
}

func TestAgainstPorcupine(t *testing.T) {
	runs := 20000
	if testing.Short() {
		runs = 2000
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
			w.faulty = faulty
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
