package history

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"raftlab/src/kvraft"
)

// big are histories of the size that the labs' tests make, and larger.
var big = []struct {
	name string
	w    workload
}{
	{"15 clerks on 15 keys", workload{model: Classic, clerks: 15, ops: 7500, stuck: 400, puts: 10, appends: 45, keys: 15}},
	{"20 clerks on 20 keys", workload{model: Classic, clerks: 20, ops: 20000, puts: 10, appends: 45, keys: 20}},
	{"15 clerks on 15 keys, versioned", workload{model: Versioned, clerks: 15, ops: 7500, stuck: 400, puts: 50, keys: 15}},
	{"5 clerks append to one key", workload{model: Classic, clerks: 5, ops: 500, stuck: 400, unread: true}},
	{"10 clerks append to one key", workload{model: Classic, clerks: 10, ops: 1700, stuck: 400, unread: true}},
	{"10 clerks append to one key and read", workload{model: Classic, clerks: 10, ops: 3000, stuck: 400, appends: 50}},
	{"10 clerks put to one key", workload{model: Versioned, clerks: 10, ops: 3000, stuck: 400, puts: 50}},
	{"20 clerks put to one key", workload{model: Versioned, clerks: 20, ops: 6000, stuck: 400, puts: 50}},
}

// falsify has a Get nine tenths into a history, or the last, return an older value, or one without its
// first write.
func falsify(history []Op) {
	gets := make(map[string]*Op) // by key
	last := &history[0]
	for i := range history {
		op := &history[i]
		if op.Method != Get || op.Return == 0 {
			continue
		}
		if i > len(history)*9/10 && last.Method == Get {
			break
		}
		last = op
		if gets[op.Key] == nil {
			gets[op.Key] = op
		}
	}
	if old := gets[last.Key]; old.Value != last.Value {
		last.Value, last.Version, last.Err = old.Value, old.Version, old.Err
		return
	}
	last.Value = last.Value[1+strings.Index(last.Value[1:], "x"):]
}

func TestBigHistories(t *testing.T) {
	for _, b := range big {
		for _, want := range []Result{Linearizable, Illegal} {
			t.Run(fmt.Sprint(b.name, ", ", want), func(t *testing.T) {
				history := b.w.play(rand.New(rand.NewPCG(1, 1)))
				if want == Illegal {
					falsify(history)
				}
				start := time.Now()
				v := Check(b.w.model, history)
				t.Logf("%d operations, %v", len(history), time.Since(start))
				for _, f := range v.Findings {
					t.Log(f)
				}
				if v.Result() != want {
					t.Errorf("%s: got %s, want %s", b.name, v.Result(), want)
				}
			})
		}
	}
}

// A store that refuses every Put is found out as fast, and in few words.
func TestAllRefused(t *testing.T) {
	var history []Op
	for i := range int64(3000) {
		history = append(history, Op{Clerk: int(i % 10), Method: Put, Key: "k", Value: fmt.Sprint(i), Err: kvraft.ErrVersion,
			Call: 1 + i, Return: 3015 + i})
	}
	v := Check(Versioned, history)
	if len(v.Findings) != 1 || v.Findings[0].Name != NoReason || len(v.Findings[0].Core) != 1 {
		t.Errorf("got %v, want one Put that was refused without a reason", v.Findings)
	}
}

func BenchmarkCheck(b *testing.B) {
	for _, h := range big {
		for _, wrong := range []bool{false, true} {
			history := h.w.play(rand.New(rand.NewPCG(1, 1)))
			name := h.name
			if wrong {
				falsify(history)
				name += ", a false Get"
			}
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					Check(h.w.model, history)
				}
			})
		}
	}
}
