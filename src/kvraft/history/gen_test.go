package history

import (
	"fmt"
	"math/rand/v2"
	"time"

	"raftlab/src/kvraft"
)

// A workload says what clerks do to a store that the test simulates.
type workload struct {
	model         Model
	clerks, ops   int
	puts, appends int  // in 100; the rest are Gets
	values        int  // how many different values are written; 0: each is another
	keys          int  // 0: one
	stuck         int  // of so many calls one never returns; 0: all return
	faulty        bool // the store makes mistakes
	unread        bool // Gets come only at the end
}

// play returns the history of a random run of a workload. It is linearizable unless the store is faulty.
func (w workload) play(r *rand.Rand) []Op {
	type call struct {
		op   int
		done bool // has had its effect
	}
	var (
		history []Op
		event   int64
		calls   = make([]call, w.clerks)
		states  = make(map[string][]content) // all of each key, the present one last
	)
	tick := func() (int64, time.Duration) { event += 32; return event, time.Duration(event/32) * time.Millisecond }
	for i := range calls {
		calls[i].op = -1
	}
	execute := func(op *Op) {
		all := states[op.Key]
		if all == nil {
			all = []content{{}}
		}
		now := all[len(all)-1]
		if w.faulty && r.IntN(8) == 0 {
			now = all[r.IntN(len(all))]
		}
		next := now.execute(w.model, op)
		if op.write() && next != now && !(w.faulty && r.IntN(10) == 0) {
			all = append(all, next)
			if w.faulty && r.IntN(10) == 0 {
				all = append(all, next.execute(w.model, &Op{Method: op.Method, Value: op.Value, Version: op.Version}))
			}
		}
		states[op.Key] = all
		if w.model == Versioned && op.write() && op.Err == kvraft.OK && r.IntN(6) == 0 ||
			w.faulty && r.IntN(20) == 0 && op.Err != "" {
			op.Err = kvraft.ErrMaybe
			if op.Method == Get || r.IntN(4) == 0 && w.faulty {
				op.Err = []kvraft.Err{kvraft.OK, kvraft.ErrNoKey, kvraft.ErrVersion}[r.IntN(3)]
			}
		}
		if w.model == Versioned && op.Err == kvraft.ErrVersion && r.IntN(4) == 0 {
			op.Err = kvraft.ErrMaybe
		}
	}
	for done := 0; done < w.ops; {
		clerk := r.IntN(w.clerks)
		c := &calls[clerk]
		switch {
		case c.op < 0 && len(history) < w.ops:
			op := Op{Clerk: clerk, Key: "k", Method: Get}
			if w.keys > 1 {
				op.Key = fmt.Sprint("k", r.IntN(w.keys))
			}
			if d := r.IntN(100); w.unread && len(history) < w.ops*9/10 && d >= w.puts || d < w.appends {
				op.Method = Append
			} else if d < w.puts+w.appends {
				op.Method = Put
			}
			if op.write() {
				op.Value = fmt.Sprintf("x %d %d y", clerk, len(history))
				if w.values > 0 {
					op.Value = []string{"a", "b", "", "ab", "aa", "c"}[r.IntN(w.values)]
				}
			}
			if all := states[op.Key]; w.model == Versioned && op.write() {
				if len(all) > 0 {
					op.Version = all[len(all)-1].version
				}
				if r.IntN(5) == 0 {
					op.Version = kvraft.Version(max(0, int(op.Version)-1+r.IntN(3)))
				}
			}
			op.Call, op.Called = tick()
			*c = call{op: len(history)}
			history = append(history, op)
		case c.op < 0:
			done = w.ops // Others are left as they are: some have had their effect, some not.
		case !c.done:
			execute(&history[c.op])
			c.done = true
		case w.stuck > 0 && r.IntN(w.stuck) == 0:
			c.op = -1 // It never returns: the clerk's next call is another clerk's.
			done++
		default:
			op := &history[c.op]
			op.Return, op.Returned = tick()
			c.op = -1
			done++
		}
	}
	for i := range history {
		if history[i].Return == 0 && history[i].Method == Put {
			history[i].Err = ""
		}
	}
	return history
}

// execute is a correct store: it fills in what the operation returns.
func (c content) execute(model Model, op *Op) content {
	switch {
	case model == Classic && op.Method == Get:
		op.Value = c.value
	case model == Classic && op.Method == Put:
		c.value = op.Value
	case model == Classic:
		c.value += op.Value
	case op.Method == Get && c.version == 0:
		op.Err = kvraft.ErrNoKey
	case op.Method == Get:
		op.Value, op.Version, op.Err = c.value, c.version, kvraft.OK
	case c.version == op.Version:
		c, op.Err = content{value: op.Value, version: c.version + 1}, kvraft.OK
	case c.version == 0:
		op.Err = kvraft.ErrNoKey
	default:
		op.Err = kvraft.ErrVersion
	}
	return c
}

// mutate makes a mistake in a history, which may then be one that is not linearizable.
func mutate(r *rand.Rand, history []Op) {
	i := r.IntN(len(history))
	a, b := &history[i], &history[r.IntN(len(history))]
	switch r.IntN(7) {
	case 0: // what two Gets have seen
		if a.Method == Get && b.Method == Get {
			a.Value, b.Value, a.Version, b.Version, a.Err, b.Err = b.Value, a.Value, b.Version, a.Version, b.Err, a.Err
		}
	case 1: // when two were called
		a.Clerk, a.Call, a.Return, b.Clerk, b.Call, b.Return = b.Clerk, b.Call, b.Return, a.Clerk, a.Call, a.Return
	case 2: // a part of a value
		if a.Method == Get && len(a.Value) > 0 {
			a.Value = a.Value[:r.IntN(len(a.Value))]
		}
	case 3:
		if a.Method == Get {
			a.Value += b.Value
		}
	case 4:
		if b.Call >= a.Call {
			a.Return = b.Call + 1 + int64(i) // There is room for it: see tick.
		}
	case 5:
		if a.Err != "" {
			a.Err = []kvraft.Err{kvraft.OK, kvraft.ErrNoKey, kvraft.ErrVersion, kvraft.ErrMaybe}[r.IntN(4)]
		}
	case 6:
		a.Version = kvraft.Version(max(0, int(a.Version)-1+r.IntN(3)))
	}
}
