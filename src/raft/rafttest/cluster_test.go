package rafttest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/cluster"
	"raftlab/src/raft/rafttest"
)

// A link is open if both its servers are connected and it was not cut.
func TestLinks(t *testing.T) {
	tests := []struct {
		name  string
		story func(*rafttest.Cluster)
		cut   string
	}{
		{"nothing", func(*rafttest.Cluster) {}, ""},
		{"one server", func(c *rafttest.Cluster) { c.Disconnect(1) }, "0>1 1>0 1>2 1>3 2>1 3>1"},
		{"and back", func(c *rafttest.Cluster) { c.Disconnect(1); c.Connect(1) }, ""},
		{"twice, and back once", func(c *rafttest.Cluster) { c.Disconnect(1); c.Disconnect(1); c.Connect(1) }, ""},
		{"two servers, one back", func(c *rafttest.Cluster) { c.Disconnect(1); c.Disconnect(2); c.Connect(1) },
			"0>2 1>2 2>0 2>1 2>3 3>2"},
		{"one way", func(c *rafttest.Cluster) { c.Cut(0, 1, true) }, "0>1"},
		{"one way, and back", func(c *rafttest.Cluster) { c.Cut(0, 1, true); c.Cut(0, 1, false) }, ""},
		{"a cut outlives Connect", func(c *rafttest.Cluster) { c.Cut(0, 1, true); c.Disconnect(1); c.Connect(1) },
			"0>1"},
		{"healing does not connect",
			func(c *rafttest.Cluster) { c.Disconnect(1); c.Cut(0, 1, true); c.Cut(0, 1, false) },
			"0>1 1>0 1>2 1>3 2>1 3>1"},
		{"a restart changes nothing", func(c *rafttest.Cluster) { c.Disconnect(1); c.Crash(1); c.Restart(1) },
			"0>1 1>0 1>2 1>3 2>1 3>1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			play(t, func(c *rafttest.Cluster, _ *fake) { test.story(c) },
				func(_ cluster.Result, w *fake, _ *cluster.Run) {
					if diff := cmp.Diff(test.cut, strings.Join(w.cut(), " ")); diff != "" {
						t.Errorf("cut, -want +got:\n%s", diff)
					}
				})
		})
	}
}

// What servers say of themselves, and what the cluster's questions make of it.
func TestQuestions(t *testing.T) {
	oneLeader := func(want int) func(*testing.T, *rafttest.Cluster) {
		return func(t *testing.T, c *rafttest.Cluster) {
			if got := c.OneLeader(); got != want {
				t.Errorf("leader S%d, want S%d", got, want)
			}
			if now := c.Now(); now > 600*time.Millisecond {
				t.Errorf("it took %v", now)
			}
		}
	}
	noLeader := func(_ *testing.T, c *rafttest.Cluster) { c.NoLeader() }
	sameTerm := func(want int) func(*testing.T, *rafttest.Cluster) {
		return func(t *testing.T, c *rafttest.Cluster) {
			if got := c.SameTerm(); got != want {
				t.Errorf("T%d, want T%d", got, want)
			}
		}
	}
	tests := []struct {
		name  string
		says  [4]said
		story func(*rafttest.Cluster)
		ask   func(*testing.T, *rafttest.Cluster)
		want  string // the failure
	}{
		{"one leader", [4]said{{1, false}, {1, true}, {1, false}, {0, false}}, nil, oneLeader(1), ""},
		{"the leader of the highest term", [4]said{{2, true}, {4, false}, {3, true}, {1, true}}, nil, oneLeader(2), ""},
		{"the leader that is not cut off", [4]said{{2, true}, {3, true}, {3, false}, {3, false}},
			func(c *rafttest.Cluster) { c.Disconnect(1) }, oneLeader(0), ""},
		{"the leader that is up", [4]said{{2, true}, {3, true}, {3, false}, {3, false}},
			func(c *rafttest.Cluster) { c.Crash(1) }, oneLeader(0), ""},
		{"no leader where one is expected", [4]said{{1, false}, {2, false}, {3, true}, {1, false}},
			func(c *rafttest.Cluster) { c.Disconnect(2) }, oneLeader(-1),
			"expected one leader, got none: nobody led between 0 s and 5."},
		{"nobody leads", [4]said{{1, false}, {2, false}, {3, false}, {1, false}}, nil, noLeader, ""},
		{"who leads is cut off, or down", [4]said{{1, false}, {1, true}, {3, true}, {1, false}},
			func(c *rafttest.Cluster) { c.Disconnect(1); c.Crash(2) }, noLeader, ""},
		{"somebody leads", [4]said{{1, false}, {2, false}, {3, true}, {1, false}}, nil, noLeader,
			"expected no leader without a majority, S2 leads T3"},
		{"one term", [4]said{{2, false}, {2, true}, {2, false}, {2, false}}, nil, sameTerm(2), ""},
		{"one term among those that are there", [4]said{{1, false}, {2, true}, {3, false}, {2, false}},
			func(c *rafttest.Cluster) { c.Disconnect(0); c.Crash(2) }, sameTerm(2), ""},
		{"two terms", [4]said{{2, false}, {2, false}, {1, false}, {2, false}}, nil, sameTerm(-1),
			"expected all servers in one term, S0 is in T2 and S2 in T1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			story := func(c *rafttest.Cluster, w *fake) {
				w.hail(0, 1)
				for i, s := range test.says {
					w.says(i, s.term, s.leader)
				}
				if test.story != nil {
					test.story(c)
				}
				test.ask(t, c)
			}
			play(t, story, func(res cluster.Result, _ *fake, _ *cluster.Run) {
				got := ""
				if res.Failure != nil {
					got = res.Failure.Message
				}
				if (got == "") != (test.want == "") || !strings.HasPrefix(got, test.want) {
					t.Errorf("got  %q\nwant %q", got, test.want)
				}
			})
		})
	}
}

// The scenario's goroutines may ask the cluster while one of them changes it. The race detector sees to it.
func TestQuestionsMeanwhile(t *testing.T) {
	story := func(c *rafttest.Cluster, w *fake) {
		w.hail(0, 1)
		for i := range c.N() {
			w.says(i, 1, i == 0)
		}
		c.Go(func() {
			for range 10 {
				c.OneLeader()
			}
		})
		c.Go(func() {
			for range 500 {
				c.SameTerm()
				c.Sleep(10 * time.Millisecond)
			}
		})
		for range 100 {
			c.Disconnect(1)
			c.Cut(0, 2, true)
			c.Crash(3)
			c.Sleep(10 * time.Millisecond)
			c.Restart(3)
			c.Partition([]int{0, 1}, []int{2})
			c.Sleep(10 * time.Millisecond)
			c.Heal()
			c.Connect(1)
		}
		c.Wait()
		c.Disconnect(0)
		c.Go(c.NoLeader)
		c.Crash(2)
		c.Wait()
		if ways := w.cut(); len(ways) != 6 {
			t.Errorf("cut: %v, want all ways of S0", ways)
		}
	}
	play(t, story, func(res cluster.Result, _ *fake, _ *cluster.Run) {
		if res.Failure != nil {
			t.Errorf("%v", res.Failure)
		}
	})
}
