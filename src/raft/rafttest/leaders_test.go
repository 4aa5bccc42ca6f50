package rafttest_test

import (
	"strings"
	"testing"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest"
)

// ask passes a request for a vote and, if it is answered, the reply.
func (w *fake) ask(call uint64, from, to, term int, answered, granted bool) {
	args, err := labgob.Marshal(struct{ Term, CandidateId, LastLogIndex, LastLogTerm int }{term, from, 0, 0})
	if err != nil {
		panic(err)
	}
	reply, err := labgob.Marshal(struct {
		Term        int
		VoteGranted bool
	}{term, granted})
	if err != nil {
		panic(err)
	}
	e := labrpc.Event{End: labrpc.Route{From: from, To: to, Life: 1}, Call: call, Method: "Raft.RequestVote",
		Args: args}
	steps := []labrpc.Step{labrpc.Sent, labrpc.Unreachable}
	if answered {
		steps = []labrpc.Step{labrpc.Sent, labrpc.Arrived, labrpc.Handled, labrpc.Answered}
	}
	for _, e.Step = range steps {
		if e.Step == labrpc.Handled {
			e.Reply = reply
		}
		w.observer.Message(e)
	}
}

// Where a leader was waited for in vain it is said what did happen.
func TestWhatCameOfElections(t *testing.T) {
	for _, tt := range []struct {
		name  string
		story func(w *fake)
		want  string
	}{
		{"nothing", func(*fake) {}, "nobody asked for votes; no term rose above T0"},
		{"other messages", func(w *fake) { w.hail(0, 1) },
			"what was said of votes is not understood; no term rose above T0"},
		{"no answers", func(w *fake) {
			for i := range 3 {
				w.ask(uint64(i), 0, 1, 2+i, false, false)
			}
		}, "requests for votes: 3 were sent, none was answered; terms went up from T0 to T4"},
		{"no votes", func(w *fake) {
			w.ask(0, 0, 1, 1, true, false)
			w.ask(0, 0, 2, 1, true, false)
			w.ask(0, 0, 3, 1, false, false)
		}, "requests for votes: 3 were sent, 2 were answered, none with a vote; terms went up from T0 to T1"},
		{"too few votes", func(w *fake) {
			w.ask(0, 0, 1, 1, true, true)
			w.ask(0, 0, 2, 1, true, false)
		}, "requests for votes: 2 were sent, 2 were answered, 1 with a vote; terms went up from T0 to T1"},
		{"a leader in between", func(w *fake) {
			w.ask(0, 0, 1, 1, true, true)
			w.ask(0, 0, 2, 1, true, true)
			w.state(0, 1, true)
			w.state(0, 2, false)
			w.says(0, 2, false)
		}, "requests for votes: 2 were sent, 2 were answered, 2 with a vote; terms went up from T0 to T2; S0 led T1 " +
			"for a time"},
		{"leaders in between", func(w *fake) {
			for i := range 2 {
				w.ask(uint64(i), i, 2, 1+i, true, true)
				w.ask(uint64(i), i, 3, 1+i, true, true)
				w.state(i, 1+i, true)
				w.state(i, 2+i, false)
				w.says(i, 2+i, false)
			}
		}, "requests for votes: 4 were sent, 4 were answered, 4 with a vote; terms went up from T0 to T3; 2 terms " +
			"had a leader that did not last, the last one S1 in T2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(c *rafttest.Cluster, w *fake) {
				c.Go(func() { // while the cluster waits
					c.Sleep(100 * time.Millisecond)
					tt.story(w)
				})
				c.OneLeader()
			}, func(res cluster.Result, _ *fake, _ *cluster.Run) {
				if res.Failure == nil {
					t.Fatal("no failure")
				}
				if lines := strings.Split(res.Failure.Message, "\n"); len(lines) != 3 || lines[1] != tt.want {
					t.Errorf("said %q\nwant %q", lines, tt.want)
				}
			})
		})
	}
}
