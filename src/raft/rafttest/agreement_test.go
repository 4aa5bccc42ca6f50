package rafttest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/raftnode"
)

// A scribe is a fake whose servers take commands and apply what they are told.
type scribe struct {
	*fake
	leader int // or -1
	term   int
	next   int // the index of the next command
	asked  []int
}

func (w *scribe) Ask(server int, q cluster.Question) (answer []byte, ok bool) {
	if q.Method != "Start" {
		return w.fake.Ask(server, q)
	}
	return w.started(server).Append(nil), true
}

func (w *scribe) started(server int) raftnode.Started {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, server)
	if server != w.leader {
		return raftnode.Started{Index: -1, Term: w.term}
	}
	w.next++
	return raftnode.Started{Index: w.next, Term: w.term, Leader: true}
}

// applies has servers apply a command after a while.
func (w *scribe) applies(after time.Duration, index int, command any, servers ...int) {
	w.Go(func() {
		w.Sleep(after)
		for _, s := range servers {
			w.applied(s, raft.ApplyMsg{CommandValid: true, Command: command, CommandIndex: index})
		}
	})
}

func playLog(t *testing.T, story func(*rafttest.Cluster, *scribe)) cluster.Result {
	t.Helper()
	var res cluster.Result
	synctest.Test(t, func(t *testing.T) {
		w := &scribe{
			fake: newFake(),
			term: 1,
		}
		run := newRun(lab.Scenario{
			Name: "Story", Part: rafttest.Log, Nodes: cluster.Servers(3),
			Judge: rafttest.Playing(func(c *rafttest.Cluster) { story(c, w) }),
		}, "")
		w.observer = run.Observer()
		run.Play(w)
		res = run.Result()
	})
	return res
}

func TestAgree(t *testing.T) {
	tests := []struct {
		name    string
		story   func(*rafttest.Cluster, *scribe)
		failure string        // of its first line; none if empty
		took    time.Duration // at least; at most half a second more
	}{
		{"at once", func(c *rafttest.Cluster, w *scribe) {
			w.applies(time.Second, 1, "x", 0, 1, 2)
			if got := c.AgreeAtOnce("x", 3); got != 1 {
				t.Errorf("index %d, want 1", got)
			}
		}, "", time.Second},
		{"too late for a first try", func(c *rafttest.Cluster, w *scribe) {
			w.applies(3*time.Second, 1, "x", 0, 1, 2)
			c.AgreeAtOnce("x", 3)
		}, "expected command x to be applied by 3 servers between 0 s and 2 s: S0 accepted it at index 1 in T1 at 0 " +
			"s, and no server applied anything there", 2 * time.Second},
		{"by too few", func(c *rafttest.Cluster, w *scribe) {
			w.applies(time.Second, 1, "x", 0, 1)
			c.AgreeAtOnce("x", 3)
		}, "expected command x to be applied by 3 servers between 0 s and 2 s: S0 accepted it at index 1 in T1 at 0 " +
			"s, and 2 servers applied it", 2 * time.Second},
		{"another command", func(c *rafttest.Cluster, w *scribe) {
			c.Start(1, "y")
			w.applies(time.Second, 1, "y", 0, 1, 2)
			c.AgreeAtOnce("x", 3)
		}, "expected command x to be applied by 3 servers between 0 s and 2 s: S0 accepted it at index 1 in T1 at 0 " +
			"s, and 3 servers applied y there", 2 * time.Second},
		{"in a later try", func(c *rafttest.Cluster, w *scribe) {
			w.applies(2900*time.Millisecond, 1, "x", 0, 1, 2)
			w.applies(3*time.Second, 2, "x", 0, 1, 2)
			if got := c.Agree("x", 3); got != 2 {
				t.Errorf("index %d, want 2", got)
			}
		}, "", 3 * time.Second},
		{"never", func(c *rafttest.Cluster, w *scribe) { c.Agree("x", 2) },
			"expected command x to be applied by 2 servers between 0 s and 10 s: S0 accepted it at index 5 in T1 at " +
				"8 s, and no server applied anything there", 10 * time.Second},
		{"no leader", func(c *rafttest.Cluster, w *scribe) {
			w.leader = -1
			c.Agree("x", 2)
		}, "expected command x to be applied by 2 servers between 0 s and 10 s: no connected server said that it leads",
			10 * time.Second},
		{"a leader that is cut off is not asked", func(c *rafttest.Cluster, w *scribe) {
			c.Disconnect(0)
			c.Agree("x", 2)
		}, "expected command x to be applied by 2 servers between 0 s and 10 s: no connected server said that it leads",
			10 * time.Second},
		{"of nobody", func(c *rafttest.Cluster, w *scribe) {
			w.applies(0, 1, "z", 0)
			c.Sleep(time.Second)
		}, "expected S0 to apply a command that was started, got z of type string at index 1", 0},
		{"once too often", func(c *rafttest.Cluster, w *scribe) {
			c.Start(0, "x")
			w.applies(0, 1, "x", 0)
			w.applies(time.Second, 2, "x", 0)
			c.Sleep(2 * time.Second)
		}, "expected command x, started 1 times, to be applied at 1 indexes at most; S0 applied it at index 2, which " +
			"is one more", time.Second},
		{"long commands", func(c *rafttest.Cluster, w *scribe) {
			text := strings.Repeat("x", 5000)
			w.applies(time.Second, 1, text, 0, 1, 2)
			c.AgreeAtOnce(text, 3)
			if n, got := c.Committed(1); n != 3 || got == text {
				t.Errorf("%d servers, %v kept", n, got)
			}
		}, "", time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			res := playLog(t, test.story)
			first := ""
			if res.Failure != nil {
				first, _, _ = strings.Cut(res.Failure.Message, "\n")
			}
			if first != test.failure {
				t.Errorf("got  %s\nwant %s", first, test.failure)
			}
			if res.Virtual < test.took || res.Virtual > test.took+500*time.Millisecond {
				t.Errorf("it took %v, want %v", res.Virtual, test.took)
			}
		})
	}
}

func TestAwaitCommitted(t *testing.T) {
	tests := []struct {
		name    string
		story   func(*testing.T, *rafttest.Cluster, *scribe)
		failure string
		took    time.Duration // at least; at most two seconds more
	}{
		{"it comes", func(t *testing.T, c *rafttest.Cluster, w *scribe) {
			w.applies(5*time.Second, 1, "x", 0, 1)
			if got, ok := c.AwaitCommitted(1, 2, 1); !ok || got != "x" {
				t.Errorf("got %v, %v", got, ok)
			}
		}, "", 5 * time.Second},
		{"the term changes", func(t *testing.T, c *rafttest.Cluster, w *scribe) {
			w.Go(func() { w.Sleep(3 * time.Second); w.says(2, 4, false) })
			if _, ok := c.AwaitCommitted(1, 2, 3); ok {
				t.Error("it was found committed")
			}
		}, "", 3 * time.Second},
		{"the term may change", func(t *testing.T, c *rafttest.Cluster, w *scribe) {
			w.says(2, 4, false)
			w.applies(5*time.Second, 1, "x", 0, 1)
			if _, ok := c.AwaitCommitted(1, 2, -1); !ok {
				t.Error("it was not found committed")
			}
		}, "", 5 * time.Second},
		{"it does not come", func(t *testing.T, c *rafttest.Cluster, w *scribe) {
			w.applies(5*time.Second, 1, "x", 0)
			c.AwaitCommitted(1, 2, 1)
		}, "expected 2 servers to have applied index 1 within 30.71s, 1 have (x)", 30 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			res := playLog(t, func(c *rafttest.Cluster, w *scribe) {
				c.Start(0, "x")
				test.story(t, c, w)
			})
			first := ""
			if res.Failure != nil {
				first, _, _ = strings.Cut(res.Failure.Message, "\n")
			}
			if first != test.failure {
				t.Errorf("got  %s\nwant %s", first, test.failure)
			}
			if res.Virtual < test.took || res.Virtual > test.took+2*time.Second {
				t.Errorf("it took %v, want %v", res.Virtual, test.took)
			}
		})
	}
}

// Limits leave margins, of which the worst is told.
func TestMargins(t *testing.T) {
	res := playLog(t, func(c *rafttest.Cluster, w *scribe) {
		c.AtMost("sheep", 2, 5)
		c.AtMost("goats", 1, 1)
		c.AtMost("sheep", 4, 5)
		c.AtMost("sheep", 3, 5)
		c.AtMost("goats", 2, 1)
	})
	if got, want := res.Margins, []cluster.Margin{{Name: "sheep", Used: 4, Limit: 5},
		{Name: "goats", Used: 2, Limit: 1}}; len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("margins %v, want %v", got, want)
	}
	if f := res.Failure; f == nil || !strings.HasPrefix(f.Message, "expected at most 1 goats, got 2\n") {
		t.Errorf("failure %v", f)
	}
}
