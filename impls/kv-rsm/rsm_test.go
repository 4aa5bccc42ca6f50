package kvrsm

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/impls/internal/kvcluster"
	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/kvraft"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// An Inc adds one to a counter. Its result is the sum.
type Inc struct{ By string }

// A counter is a state machine that knows who has added one, in order.
type counter struct{ by []string }

func (c *counter) DoOp(op any) any {
	c.by = append(c.by, op.(Inc).By)
	return len(c.by)
}

func (c *counter) Snapshot() []byte {
	data, err := labgob.Marshal(c.by)
	if err != nil {
		panic(err)
	}
	return data
}

func (c *counter) Restore(snapshot []byte) {
	c.by = nil
	if err := labgob.Unmarshal(snapshot, &c.by); err != nil {
		panic(err)
	}
}

// A counterServer is an RSM of a counter as a server.
type counterServer struct {
	*RSM
	counter *counter
}

func (s *counterServer) Kill() { s.Raft().Kill() }

func startCounter(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int,
	makeRaft raft.MakeFunc) *counterServer {
	labgob.Register(Inc{})
	sm := new(counter)
	return &counterServer{MakeRSM(servers, me, persister, maxraftstate, sm, makeRaft).(*RSM), sm}
}

type counters = kvcluster.Cluster[*counterServer]

// count runs a story with counters on three servers in a bubble.
func count(t *testing.T, maxraftstate int, story func(*testing.T, *counters)) {
	defer labgob.OnWarning(func(text string) { t.Error(text) })()
	synctest.Test(t, func(t *testing.T) {
		c := kvcluster.New(t, 3, maxraftstate, startCounter, tickertimer.Make)
		defer c.Close()
		story(t, c)
	})
}

// inc submits until a server has it done, and returns the result.
func inc(t *testing.T, c *counters, by string) int {
	t.Helper()
	for range 20 {
		if err, sum := c.Servers[c.Leader()].Submit(Inc{by}); err == kvraft.OK {
			return sum.(int)
		}
	}
	t.Fatal("no leader has it done")
	return 0
}

// checkCounters checks that soon all servers have counted the same, and that many.
func checkCounters(t *testing.T, c *counters, sum int) {
	t.Helper()
	time.Sleep(time.Second)
	synctest.Wait()
	for i, s := range c.Servers {
		if len(s.counter.by) != sum || !slices.Equal(s.counter.by, c.Servers[0].counter.by) {
			t.Errorf("S%d has counted %q, S0 %q, want %d", i, s.counter.by, c.Servers[0].counter.by, sum)
		}
	}
}

func TestResults(t *testing.T) {
	count(t, -1, func(t *testing.T, c *counters) {
		for i := range 10 {
			if got := inc(t, c, ""); got != i+1 {
				t.Errorf("got %d, want %d", got, i+1)
			}
		}
		checkCounters(t, c, 10)
		follower := c.Servers[(c.Leader()+1)%3]
		if err, got := follower.Submit(Inc{}); err != kvraft.ErrWrongLeader || got != nil {
			t.Errorf("a follower says %s, %v", err, got)
		}
	})
}

// Of many at a time each gets the result of its own operation.
func TestResultsOfMany(t *testing.T) {
	count(t, -1, func(t *testing.T, c *counters) {
		leader := c.Servers[c.Leader()]
		const n = 50
		results := make([]int, n)
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				err, sum := leader.Submit(Inc{fmt.Sprint(i)})
				if err != kvraft.OK {
					t.Errorf("%d: %s", i, err)
					return
				}
				results[i] = sum.(int)
			})
		}
		all.Wait()
		checkCounters(t, c, n)
		for i, sum := range results {
			if sum < 1 || leader.counter.by[sum-1] != fmt.Sprint(i) {
				t.Errorf("%d was told %d", i, sum)
			}
		}
	})
}

// submitAlone has operations submitted to a server that is cut off, until who calls them has them end.
func submitAlone(c *counters, server, n int) <-chan kvraft.Err {
	c.Cut(server, true)
	ends := make(chan kvraft.Err, n)
	for range n {
		go func() {
			err, _ := c.Servers[server].Submit(Inc{"alone"})
			ends <- err
		}()
	}
	return ends
}

// A Submit on a leader that is cut off waits as long as that is so; then it learns within two intervals that the leader
// leads no more, though nobody submits anything else.
func TestDeposedLeader(t *testing.T) {
	count(t, -1, func(t *testing.T, c *counters) {
		inc(t, c, "first")
		old := c.Leader()
		const n = 100
		ends := submitAlone(c, old, n)
		c.Leader()
		time.Sleep(time.Second)
		synctest.Wait()
		if len(ends) > 0 {
			t.Fatalf("%d of %d did not wait", len(ends), n)
		}
		c.Cut(old, false)
		for _, leads := c.Servers[old].Raft().GetState(); leads; _, leads = c.Servers[old].Raft().GetState() {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(2 * pollInterval)
		synctest.Wait()
		if len(ends) < n {
			t.Fatalf("%d of %d wait still", n-len(ends), n)
		}
		for range n {
			if err := <-ends; err != kvraft.ErrWrongLeader {
				t.Errorf("a deposed leader says %s", err)
			}
		}
		if left := len(c.Servers[old].waiting); left > 0 {
			t.Errorf("%d are waited for still", left)
		}
		inc(t, c, "last")
		checkCounters(t, c, 2)
	})
}

func TestKillWithSubmits(t *testing.T) {
	count(t, -1, func(t *testing.T, c *counters) {
		leader := c.Leader()
		const n = 100
		ends := submitAlone(c, leader, n)
		time.Sleep(20 * time.Millisecond)
		c.Crash(leader)
		synctest.Wait()
		if len(ends) < n {
			t.Fatalf("%d of %d wait still", n-len(ends), n)
		}
		if err := <-ends; err != kvraft.ErrWrongLeader {
			t.Errorf("a killed server says %s", err)
		}
	})
}

// After a crash of all, the state is what it was, from the log or from snapshots, and no operation of the life before
// is taken for one of this life.
func TestRestart(t *testing.T) {
	for _, maxraftstate := range []int{-1, 1000} {
		t.Run(fmt.Sprint(maxraftstate), func(t *testing.T) {
			count(t, maxraftstate, func(t *testing.T, c *counters) {
				const n = 50
				for range n {
					inc(t, c, "before")
				}
				time.Sleep(time.Second)
				for i := range c.Servers {
					if size := c.Persister(i).SnapshotSize(); (size > 0) != (maxraftstate > 0) {
						t.Errorf("S%d has a snapshot of %d bytes", i, size)
					}
					if size := c.Persister(i).RaftStateSize(); maxraftstate > 0 && size > maxraftstate {
						t.Errorf("S%d has a state of %d bytes, the limit is %d", i, size, maxraftstate)
					}
					c.Crash(i)
				}
				for i := range c.Servers {
					c.Restart(i)
				}
				if got := inc(t, c, "after"); got != n+1 {
					t.Errorf("got %d, want %d", got, n+1)
				}
				checkCounters(t, c, n+1)
			})
		})
	}
}

// A server that was away for so long that the log it lacks is gone gets a snapshot.
func TestInstallSnapshot(t *testing.T) {
	count(t, 1000, func(t *testing.T, c *counters) {
		away := (c.Leader() + 1) % 3
		c.Cut(away, true)
		for range 50 {
			inc(t, c, "")
		}
		c.Cut(away, false)
		checkCounters(t, c, 50)
	})
}

// No two operations have one name, not even in two lives of a server: an operation of the life before, executed again
// from the log, must not be taken for one of this life.
func TestNames(t *testing.T) {
	names := make(map[ID]bool)
	for range 2 { // lives
		synctest.Test(t, func(t *testing.T) {
			c := kvcluster.New(t, 3, -1, startCounter, tickertimer.Make)
			defer c.Close()
			for _, s := range c.Servers {
				for range 2 {
					id, _ := s.expect()
					names[id] = true
				}
			}
		})
	}
	if len(names) != 2*3*2 {
		t.Errorf("%d names of %d operations: %v", len(names), 2*3*2, names)
	}
}

// What is older than what was applied is not installed.
func TestOlderSnapshot(t *testing.T) {
	r := &RSM{sm: new(counter)}
	r.execute(1, Op{Request: Inc{"a"}})
	before := r.sm.Snapshot()
	r.execute(2, Op{Request: Inc{"b"}})
	r.install(1, before)
	if by := r.sm.(*counter).by; len(by) != 2 {
		t.Errorf("the counter has gone back to %q", by)
	}
	r.install(3, before)
	if by := r.sm.(*counter).by; len(by) != 1 || r.applied != 3 {
		t.Errorf("a newer snapshot is not installed: %q at %d", by, r.applied)
	}
}
