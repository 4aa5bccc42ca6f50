package rafttest_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/raft"
	"raftlab/src/raft/editions"
	"raftlab/src/raft/rafttest"
)

// How a run ends.
func TestVerdict(t *testing.T) {
	tests := []struct {
		name  string
		story func(*rafttest.Cluster, *fake)
		want  cluster.Result
	}{
		{
			"it passes",
			func(c *rafttest.Cluster, w *fake) { c.Sleep(3 * time.Second) },
			cluster.Result{Virtual: 3 * time.Second},
		},
		{
			"it passes although others of its goroutines would go on",
			func(c *rafttest.Cluster, w *fake) {
				c.Go(func() { c.Sleep(time.Hour); c.Failf("too late") })
				c.Sleep(time.Second)
			},
			cluster.Result{Virtual: time.Second},
		},
		{
			"the first failure wins",
			func(c *rafttest.Cluster, w *fake) {
				c.Go(func() { c.Sleep(2 * time.Second); c.Failf("second") })
				c.Go(func() { c.Sleep(time.Second); c.Failf("first") })
				c.Wait()
				c.Failf("third")
			},
			cluster.Result{
				Failure: &cluster.Failure{Kind: cluster.Assertion, Message: "first", At: time.Second},
				Virtual: time.Second,
			},
		},
		{
			"the world sees a failure",
			func(c *rafttest.Cluster, w *fake) {
				c.Sleep(time.Second)
				w.observer.Failed(cluster.Failure{Kind: cluster.Deadlock, Message: "S1 hangs", At: c.Now()})
				c.Sleep(time.Second)
				c.Failf("it went on")
			},
			cluster.Result{
				Failure: &cluster.Failure{Kind: cluster.Deadlock, Message: "S1 hangs", At: time.Second},
				Virtual: time.Second,
			},
		},
		{
			"a monitor sees one, while the scenario sleeps",
			func(c *rafttest.Cluster, w *fake) {
				c.Go(func() {
					c.Sleep(time.Second)
					w.state(0, 5, false)
					w.state(0, 4, false)
				})
				c.Sleep(time.Hour)
			},
			cluster.Result{
				Failure: &cluster.Failure{Kind: cluster.Safety,
					Message: "Terms Never Fall: S0 was in T5 and GetState now says T4", At: time.Second},
				Virtual: time.Second,
			},
		},
		{
			"it skips",
			func(c *rafttest.Cluster, w *fake) {
				c.Sleep(time.Second)
				c.Skipf("needs %s", "a disk")
			},
			cluster.Result{Skipped: "needs a disk", Virtual: time.Second},
		},
		{
			"it is undecided",
			func(c *rafttest.Cluster, w *fake) { c.Undecidedf("whether it is odd") },
			cluster.Result{Skipped: "undecided: whether it is odd", Undecided: true},
		},
		{
			"it fails, which is more than to be undecided",
			func(c *rafttest.Cluster, w *fake) {
				w.observer.Failed(cluster.Failure{Kind: cluster.Panic, Message: "they stay"})
				c.Undecidedf("whether it is odd")
			},
			cluster.Result{Failure: &cluster.Failure{Kind: cluster.Panic, Message: "they stay"}},
		},
		{
			"it fails, which is more than to skip",
			func(c *rafttest.Cluster, w *fake) {
				w.observer.Failed(cluster.Failure{Kind: cluster.Panic, Message: "they stay"})
				c.Skipf("needs a disk")
			},
			cluster.Result{Failure: &cluster.Failure{Kind: cluster.Panic, Message: "they stay"}},
		},
		{
			"warnings, each once",
			func(c *rafttest.Cluster, w *fake) {
				for _, term := range []int{1, 2, 1} {
					c.Warnf("T%d is odd", term)
				}
			},
			cluster.Result{Warnings: []string{"T1 is odd", "T2 is odd"}},
		},
		{
			"a monitor that is off is a warning",
			func(c *rafttest.Cluster, w *fake) {
				w.hail(0, 1)
				c.Warnf("it is odd")
			},
			cluster.Result{Unwatched: true, Warnings: []string{
				"it is odd",
				"monitor off: votes are not watched: no request has an integer field Term and a field CandidateId; " +
					"Raft.Hail has Term",
				"monitor off: AppendEntries is not watched: no request has an integer field Term and a field " +
					"LeaderId or PrevLogIndex; Raft.Hail has Term",
			}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			play(t, test.story, func(got cluster.Result, w *fake, _ *cluster.Run) {
				if f := got.Failure; f != nil {
					first, _, _ := strings.Cut(f.Message, "\n")
					got.Failure = &cluster.Failure{Kind: f.Kind, Message: first, At: f.At}
				}
				test.want.Scenario, test.want.Seed = "Story", 1
				test.want.Traffic = w.Traffic()
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("result, -want +got:\n%s", diff)
				}
			})
		})
	}
}

// Whatever a scenario's goroutine does when there is a verdict, it leaves then.
func TestStopUnwinds(t *testing.T) {
	waits := map[string]func(*rafttest.Cluster){
		"asleep": func(c *rafttest.Cluster) { c.Sleep(time.Hour) },
		"asking, forever": func(c *rafttest.Cluster) {
			for {
				c.State(0)
				c.Sleep(time.Millisecond)
			}
		},
	}
	for name, wait := range waits {
		t.Run(name, func(t *testing.T) {
			story := func(c *rafttest.Cluster, w *fake) {
				for range 3 {
					c.Go(func() {
						defer w.note("left")
						wait(c)
						w.note("went on")
					})
				}
				c.Sleep(time.Second)
				w.observer.Failed(cluster.Failure{Kind: cluster.Timeout, At: c.Now()})
				wait(c)
				w.note("went on")
			}
			play(t, story, func(_ cluster.Result, w *fake, _ *cluster.Run) {
				want := []string{"left", "left", "left"}
				if diff := cmp.Diff(want, w.did[4:]); diff != "" || w.Now() != time.Second {
					t.Errorf("at %v, -want +got:\n%s", w.Now(), diff)
				}
			})
		})
	}
}

// A panic in a scenario is the suite's mistake; nothing hides it.
func TestPanicIsNoVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer func() {
			if p := recover(); p != "oops" {
				t.Errorf("recovered %v", p)
			}
		}()
		w := &fake{start: time.Now(), stop: make(chan struct{})}
		run := newRun(lab.Scenario{Judge: rafttest.Playing(func(*rafttest.Cluster) { panic("oops") })}, "")
		run.Play(w)
		t.Error("it went on")
	})
}

// A failure that a scenario reports shows the servers as they were.
func TestFailureShowsServers(t *testing.T) {
	story := func(c *rafttest.Cluster, w *fake) {
		w.hail(0, 1) // how leaders are elected here cannot be seen
		w.says(0, 3, true)
		w.says(1, 4, false)
		w.says(2, 2, true)
		for i := range 3 {
			c.State(i)
		}
		c.Disconnect(1)
		c.Crash(2)
		c.Sleep(1500 * time.Microsecond)
		c.Failf("expected %d, got %d", 1, 2)
	}
	play(t, story, func(res cluster.Result, _ *fake, _ *cluster.Run) {
		const want = "assertion at 1.5ms: expected 1, got 2\n" +
			"S0: leader of T3, S1: not leader in T4 (cut off), S2: not leader in T2 (crashed), S3: unknown"
		if res.Failure == nil || res.Failure.Error() != want {
			t.Errorf("got  %v\nwant %s", res.Failure, want)
		}
	})
}

// What comes after the verdict.
func TestAfterPlay(t *testing.T) {
	nothing := func(*rafttest.Cluster, *fake) {}
	late := cluster.Failure{Kind: cluster.Panic, Message: "they stay", At: time.Minute}
	play(t, nothing, func(_ cluster.Result, w *fake, run *cluster.Run) {
		w.observer.Failed(late) // as the world is put away
		run.Abandon(cluster.Failure{Kind: cluster.Timeout})
		want := cluster.Result{Scenario: "Story", Seed: 1, Failure: &late, Virtual: time.Minute, Traffic: w.Traffic()}
		if diff := cmp.Diff(want, run.Result()); diff != "" {
			t.Errorf("result, -want +got:\n%s", diff)
		}
	})
	play(t, nothing, func(_ cluster.Result, w *fake, run *cluster.Run) {
		run.Abandon(late)
		w.observer.Failed(cluster.Failure{Kind: cluster.Timeout})
		if f := run.Result().Failure; f == nil || *f != late {
			t.Errorf("%v, want %v", f, late)
		}
	})
}

// A world may hold a lock where it counts, and where it tells what it sees.
func TestFailsWhileCounting(t *testing.T) {
	seen := cluster.Failure{Kind: cluster.Safety, Message: "at the last moment"}
	story := func(c *rafttest.Cluster, w *fake) {
		w.counting = func() {
			w.counting = nil
			w.observer.Failed(seen)
		}
	}
	play(t, story, func(res cluster.Result, _ *fake, _ *cluster.Run) {
		if res.Failure == nil || *res.Failure != seen {
			t.Errorf("%v, want %v", res.Failure, seen)
		}
	})
}

// A server that does not start ends the run; whoever sees why says so.
func TestBootFails(t *testing.T) {
	story := func(c *rafttest.Cluster, w *fake) {
		c.Crash(1)
		w.unbootable = true
		c.Restart(1)
		c.Failf("it went on")
	}
	play(t, story, func(res cluster.Result, w *fake, _ *cluster.Run) {
		if res.Failure != nil {
			t.Error(res.Failure)
		}
		want := []string{"boot S0", "boot S1", "boot S2", "boot S3", "crash S1", "boot S1"}
		if diff := cmp.Diff(want, w.did); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

// A seed decides a scenario's choices and the weather, each apart from the other.
func TestSeeds(t *testing.T) {
	draw := func(seed uint64, choices int) (drawn []int, weather uint64) {
		synctest.Test(t, func(*testing.T) {
			run := rafttest.Lab().Run(&lab.Scenario{Judge: rafttest.Playing(func(c *rafttest.Cluster) {
				for range choices {
					drawn = append(drawn, c.Rand().IntN(1000))
				}
			})}, seed, "")
			run.Play(&fake{start: time.Now(), stop: make(chan struct{})})
			weather = run.WeatherSeed()
		})
		return drawn, weather
	}
	once, weather := draw(5, 20)
	again, same := draw(5, 20)
	if diff := cmp.Diff(once, again); diff != "" || weather != same {
		t.Errorf("seed 5 draws something else the second time (weather %d and %d):\n%s", weather, same, diff)
	}
	if _, unmoved := draw(5, 3); unmoved != weather {
		t.Errorf("the weather depends on what the scenario draws")
	}
	others, climate := draw(6, 20)
	if cmp.Equal(once, others) || weather == climate {
		t.Errorf("seeds 5 and 6 draw alike")
	}
}

// A service of 2021 passes over what it has applied; others do not. What it passes over must be the same all the same.
func TestOldCommands(t *testing.T) {
	apply := func(edition string, commands ...raft.ApplyMsg) (res cluster.Result) {
		synctest.Test(t, func(t *testing.T) {
			w := newFake()
			run := newRun(lab.Scenario{Name: "Story", Part: rafttest.Log, Nodes: cluster.Servers(3),
				Judge: rafttest.Playing(func(c *rafttest.Cluster) {
					for _, m := range commands {
						c.Start(0, m.Command)
					}
					for _, m := range commands {
						w.applied(1, m)
					}
				})}, edition)
			w.observer = run.Observer()
			run.Play(w)
			res = run.Result()
		})
		return res
	}
	at := func(index int, command string) raft.ApplyMsg {
		return raft.ApplyMsg{CommandValid: true, CommandIndex: index, Command: command}
	}
	lenient := editions.Of2021.Name
	for _, test := range []struct {
		name     string
		edition  string
		commands []raft.ApplyMsg
		want     string // in the failure; "" is none
	}{
		{"again, 2021", lenient, []raft.ApplyMsg{at(1, "a"), at(2, "b"), at(1, "a"), at(2, "b"), at(3, "c")}, ""},
		{"again", editions.Of2022.Name, []raft.ApplyMsg{at(1, "a"), at(2, "b"), at(2, "b")},
			"Apply Order: S1 applied index 2; expected 3"},
		{"another, 2021", lenient, []raft.ApplyMsg{at(1, "a"), at(2, "b"), at(1, "x")},
			"State Machine Safety: at index 1 S1 applied x, where a was applied before"},
		{"a gap, 2021", lenient, []raft.ApplyMsg{at(1, "a"), at(3, "b")},
			"Apply Order: S1 applied index 3; expected 2"},
	} {
		res := apply(test.edition, test.commands...)
		switch {
		case test.want == "" && res.Failure != nil, test.want != "" &&
			(res.Failure == nil || !strings.HasPrefix(res.Failure.Message, test.want)):
			t.Errorf("%s: %v, want %q", test.name, res.Failure, test.want)
		}
	}
}

// In 2021 only the Raft reads what it saves as its snapshot: it may be anything. The service goes on from where it was,
// over two restarts, too, or from a snapshot that is applied. In other years the service reads it.
func TestForeignSnapshotOnDisk(t *testing.T) {
	at := func(index int) raft.ApplyMsg {
		return raft.ApplyMsg{CommandValid: true, CommandIndex: index, Command: fmt.Sprint("c", index)}
	}
	for _, test := range []struct {
		name    string
		edition string
		first   func(taken []byte) raft.ApplyMsg // after the restarts
		want    string                           // in the failure; "" is none
	}{
		{"it goes on", editions.Of2021.Name, func([]byte) raft.ApplyMsg { return at(5) }, ""},
		{"again", editions.Of2021.Name, func([]byte) raft.ApplyMsg { return at(3) }, ""},
		{"a gap", editions.Of2021.Name, func([]byte) raft.ApplyMsg { return at(6) },
			"Apply Order: S1 applied index 6; expected 5"},
		{"a snapshot", editions.Of2021.Name, func(taken []byte) raft.ApplyMsg {
			return raft.ApplyMsg{SnapshotValid: true, SnapshotIndex: 2, SnapshotTerm: 1, Snapshot: taken}
		}, ""},
		{"later", editions.Of2022.Name, func([]byte) raft.ApplyMsg { return at(5) },
			"expected the service's own snapshot on S1's disk"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newFake()
			run := newRun(lab.Scenario{Name: "Story", Part: rafttest.Snapshots, Nodes: cluster.Servers(3),
				Judge: rafttest.Snapshotting(3, func(c *rafttest.Cluster) {
					var taken []byte
					for index := range 7 {
						c.Start(0, at(index).Command)
					}
					for index := 1; index <= 4; index++ {
						if snapshot := w.applied(1, at(index)); snapshot != nil {
							taken = snapshot
						}
					}
					w.disk = []byte("whatever a Raft may write")
					for range 2 {
						c.Crash(1)
						c.Restart(1)
					}
					w.applied(1, test.first(taken))
				})}, test.edition)
			w.observer = run.Observer()
			run.Play(w)
			res := run.Result()
			if test.want == "" && res.Failure != nil || test.want != "" &&
				(res.Failure == nil || !strings.HasPrefix(res.Failure.Message, test.want)) {
				t.Errorf("%s: %v, want %q", test.name, res.Failure, test.want)
			}
		})
	}
}

// Advice fails nobody: where nobody kills a Raft nobody looks for what stays after it, and what fails before there is
// advice to give is for other scenarios to find.
func TestAdviceFailsNobody(t *testing.T) {
	all, err := rafttest.Lab().Select("^KillStopsGoroutines$")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		edition string
		want    string
	}{
		{"nobody kills", editions.Of2026.Name, "nobody kills a Raft of this edition"},
		{"nobody is elected", "", "it did not come to the advice: assertion at "},
	} {
		synctest.Test(t, func(t *testing.T) {
			run := newRun(all[0], test.edition)
			w := newFake()
			w.observer = run.Observer()
			run.Play(w)
			if res := run.Result(); !strings.HasPrefix(res.Skipped, test.want) || res.Failure != nil {
				t.Errorf("%s: %+v", test.name, res)
			}
		})
	}
}

// Only the tests of early editions accept a first leader of a term below 1.
func TestFirstTerm(t *testing.T) {
	all, err := rafttest.Lab().Select("^InitialElection$")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		edition       string
		failed, warns string // how the failure and the warnings begin
	}{
		{editions.Of2018.Name, "[]", "[the first leader leads T0"},
		{editions.Of2021.Name, "[assertion at 599ms: expected a term of at least 1", "[]"},
	} {
		synctest.Test(t, func(t *testing.T) {
			run := newRun(all[0], test.edition)
			w := newFake()
			w.observer = run.Observer()
			w.says(0, 0, true)
			w.Go(func() {
				w.Sleep(100 * time.Millisecond)
				w.ask(1, 0, 1, 0, true, true)
				w.ask(2, 0, 2, 0, true, true)
			})
			run.Play(w)
			res := run.Result()
			failed := []cluster.Failure{}
			if res.Failure != nil {
				failed = append(failed, *res.Failure)
			}
			if got := fmt.Sprint(failed); !strings.HasPrefix(got, test.failed) {
				t.Errorf("%s: failed with %s, want %s", test.edition, got, test.failed)
			}
			if got := fmt.Sprint(res.Warnings); !strings.HasPrefix(got, test.warns) {
				t.Errorf("%s: warnings %s, want %s", test.edition, got, test.warns)
			}
		})
	}
}
