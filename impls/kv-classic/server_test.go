package kvclassic

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	etcdraft "raftlab/impls/etcd-raft"
	"raftlab/impls/internal/kvcluster"
	pollingsleep "raftlab/impls/polling-sleep"
	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/kvraft/classic"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type cluster = kvcluster.Cluster[classic.Server]

// play runs a story with a cluster of n servers over ticker-timer in a bubble.
func play(t *testing.T, n, maxraftstate int, story func(*testing.T, *cluster)) {
	playOver(t, tickertimer.Make, n, maxraftstate, story)
}

func playOver(t *testing.T, makeRaft raft.MakeFunc, n, maxraftstate int, story func(*testing.T, *cluster)) {
	defer labgob.OnWarning(func(text string) { t.Error(text) })()
	synctest.Test(t, func(t *testing.T) {
		c := kvcluster.New(t, n, maxraftstate, StartKVServer, makeRaft)
		defer c.Close()
		story(t, c)
	})
}

func checkGet(t *testing.T, ck classic.Clerk, key, want string) {
	t.Helper()
	if got := ck.Get(key); got != want {
		t.Errorf("%q is %q, want %q", key, got, want)
	}
}

func TestBasic(t *testing.T) {
	play(t, 3, -1, func(t *testing.T, c *cluster) {
		ck := MakeClerk(c.Ends())
		checkGet(t, ck, "k", "")
		ck.Append("k", "a")
		ck.Append("k", "b")
		checkGet(t, ck, "k", "ab")
		ck.Put("k", "c")
		checkGet(t, MakeClerk(c.Ends()), "k", "c")
		ck.Put("k", "")
		checkGet(t, ck, "k", "")
		for i := range c.Servers {
			if n := c.Persister(i).SnapshotSize(); n > 0 {
				t.Errorf("S%d has a snapshot of %d bytes, without a limit", i, n)
			}
		}
	})
}

// Over any Raft a clerk's operations take less than the lab allows, which is 33 ms each.
func TestSpeed(t *testing.T) {
	for name, makeRaft := range map[string]raft.MakeFunc{
		"etcd-raft": etcdraft.Make, "polling-sleep": pollingsleep.Make, "ticker-timer": tickertimer.Make} {
		t.Run(name, func(t *testing.T) {
			playOver(t, makeRaft, 3, 1000, func(t *testing.T, c *cluster) {
				ck := MakeClerk(c.Ends())
				ck.Get("k")
				began := time.Now()
				const tokens = 200
				for i := range tokens {
					ck.Append("k", token(0, i))
				}
				if took := time.Since(began) / tokens; took > 30*time.Millisecond {
					t.Errorf("%v an operation", took)
				} else {
					t.Logf("%v an operation", took)
				}
				checkTokens(t, ck.Get("k"), 1, tokens)
			})
		})
	}
}

// Many clerks append to one key, in weather that loses requests and replies: each token is there once, and each clerk's
// in their order. The state stays near its limit on all servers.
func TestConcurrent(t *testing.T) {
	for _, test := range []struct {
		name         string
		reliable     bool
		maxraftstate int
	}{{"reliable", true, -1}, {"unreliable", false, -1}, {"snapshots", true, 1000}, {"both", false, 1000}} {
		t.Run(test.name, func(t *testing.T) {
			play(t, 5, test.maxraftstate, func(t *testing.T, c *cluster) {
				c.Net.Reliable(test.reliable)
				const clerks, tokens = 8, 30
				var all sync.WaitGroup
				for n := range clerks {
					ck := MakeClerk(c.Ends())
					all.Go(func() {
						for i := range tokens {
							ck.Append("k", token(n, i))
						}
					})
				}
				all.Wait()
				value := MakeClerk(c.Ends()).Get("k")
				checkTokens(t, value, clerks, tokens)
				time.Sleep(2 * time.Second)
				checkSizes(t, c, test.maxraftstate)
			})
		})
	}
}

func token(clerk, i int) string { return fmt.Sprintf("x %d %d y", clerk, i) }

func checkTokens(t *testing.T, value string, clerks, tokens int) {
	t.Helper()
	for n := range clerks {
		at := -1
		for i := range tokens {
			if k := strings.Count(value, token(n, i)); k != 1 {
				t.Fatalf("%q is there %d times", token(n, i), k)
			}
			next := strings.Index(value, token(n, i))
			if next < at {
				t.Fatalf("%q is before the one before it", token(n, i))
			}
			at = next
		}
	}
}

// checkSizes checks that in a quiet cluster no server's state exceeds the limit.
func checkSizes(t *testing.T, c *cluster, maxraftstate int) {
	t.Helper()
	for i := range c.Servers {
		if n := c.Persister(i).RaftStateSize(); maxraftstate > 0 && n > maxraftstate {
			t.Errorf("S%d has a state of %d bytes, the limit is %d", i, n, maxraftstate)
		}
	}
}

// A handler that waits on a leader which is cut off waits as long as that is so; then it learns within two intervals
// that the leader leads no more, though nobody submits anything.
func TestWaiterOfDeposedLeader(t *testing.T) {
	play(t, 3, -1, func(t *testing.T, c *cluster) {
		MakeClerk(c.Ends()).Put("k", "a")
		old := c.Leader()
		c.Cut(old, true)
		const handlers = 5
		replies := make(chan Err, handlers)
		for n := range handlers {
			go func() {
				var reply PutAppendReply
				c.Servers[old].(*KVServer).PutAppend(&PutAppendArgs{Append, "k", "b", ID{int64(n), 1}}, &reply)
				replies <- reply.Err
			}()
		}
		c.Leader()
		time.Sleep(time.Second)
		synctest.Wait()
		if n := len(replies); n > 0 {
			t.Fatalf("%d of %d handlers did not wait", n, handlers)
		}
		c.Cut(old, false)
		for {
			if _, leads := c.Servers[old].Raft().GetState(); !leads {
				break
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(2 * pollInterval)
		synctest.Wait()
		if n := len(replies); n < handlers {
			t.Fatalf("%d of %d handlers wait still", handlers-n, handlers)
		}
		for range handlers {
			if err := <-replies; err != ErrWrongLeader {
				t.Errorf("a deposed leader says %s", err)
			}
		}
		checkGet(t, MakeClerk(c.Ends()), "k", "a")
	})
}

// What waits at an index where another leader's command comes is woken by that.
func TestWaiterAtAnothersIndex(t *testing.T) {
	play(t, 3, -1, func(t *testing.T, c *cluster) {
		MakeClerk(c.Ends()).Put("k", "a")
		old := c.Leader()
		c.Cut(old, true)
		done := make(chan string, 1)
		ck := MakeClerk(c.Ends(old, (old+1)%3, (old+2)%3)) // asks the deposed leader first
		go func() {
			ck.Append("k", "b")
			done <- ck.Get("k")
		}()
		c.Leader()
		MakeClerk(c.Ends((old+1)%3, (old+2)%3)).Append("k", "c")
		c.Cut(old, false)
		if got := <-done; got != "acb" {
			t.Errorf("got %q", got)
		}
	})
}

// Kill ends whoever waits.
func TestKillWithWaiters(t *testing.T) {
	play(t, 3, -1, func(t *testing.T, c *cluster) {
		leader := c.Leader()
		c.Cut(leader, true)
		reply := make(chan GetReply, 1)
		go func() {
			var r GetReply
			c.Servers[leader].(*KVServer).Get(&GetArgs{"k", ID{1, 1}}, &r)
			reply <- r
		}()
		time.Sleep(100 * time.Millisecond)
		c.Crash(leader)
		synctest.Wait()
		select {
		case r := <-reply:
			if r.Err != ErrWrongLeader {
				t.Errorf("got %+v", r)
			}
		default:
			t.Fatal("a handler of a killed server waits")
		}
	})
}

// After a crash of all, what was acknowledged is there, and what was executed is not executed again: clients are known.
func TestRestart(t *testing.T) {
	for _, maxraftstate := range []int{-1, 1000} {
		t.Run(fmt.Sprint(maxraftstate), func(t *testing.T) {
			play(t, 3, maxraftstate, func(t *testing.T, c *cluster) {
				ck := MakeClerk(c.Ends())
				want := ""
				for i := range 50 {
					ck.Append("k", token(0, i))
					want += token(0, i)
				}
				time.Sleep(time.Second) // for the followers
				for i := range c.Servers {
					if n := c.Persister(i).SnapshotSize(); (n > 0) != (maxraftstate > 0) {
						t.Errorf("S%d has a snapshot of %d bytes", i, n)
					}
					c.Crash(i)
				}
				for i := range c.Servers {
					c.Restart(i)
				}
				last := PutAppendArgs{Append, "k", token(0, 49), ck.(*Clerk).last}
				ask(ck.(*Clerk), "KVServer.PutAppend", &last, func(r *PutAppendReply) bool { return r.Err == OK })
				checkGet(t, ck, "k", want)
			})
		})
	}
}

// A server that was away for so long that the log it lacks is gone gets a snapshot.
func TestInstallSnapshot(t *testing.T) {
	play(t, 3, 1000, func(t *testing.T, c *cluster) {
		away := (c.Leader() + 1) % 3
		c.Cut(away, true)
		ck := MakeClerk(c.Ends())
		for i := range 50 {
			ck.Put(fmt.Sprint(i), fmt.Sprint("value ", i))
		}
		ck.Append("k", "a")
		again := PutAppendArgs{Append, "k", "a", ck.(*Clerk).last}
		c.Cut(away, false)
		time.Sleep(2 * time.Second)
		other := (away + 1) % 3
		if other == c.Leader() {
			other = (away + 2) % 3
		}
		c.Cut(other, true) // so that the majority is with the server that was away
		checkGet(t, ck, "49", "value 49")
		time.Sleep(time.Second)
		synctest.Wait()
		if s := c.Servers[away].(*KVServer).store; s.Data["0"] != "value 0" {
			t.Errorf("S%d has %q", away, s.Data)
		}
		var reply PutAppendReply
		c.Servers[away].(*KVServer).PutAppend(&again, &reply)
		if reply.Err != ErrOutdated {
			t.Errorf("an old copy of a request is answered with %q", reply.Err)
		}
		checkSizes(t, c, 1000)
	})
}

// A clerk's reply may be lost; then another server may answer, of what it has in its table, if it does not lead either.
func TestFollowerKnowsResult(t *testing.T) {
	play(t, 3, -1, func(t *testing.T, c *cluster) {
		ck := MakeClerk(c.Ends())
		ck.Put("k", "a")
		ck.Get("k")
		time.Sleep(time.Second)
		args := GetArgs{"k", ck.(*Clerk).last}
		for i, s := range c.Servers {
			var reply GetReply
			s.(*KVServer).Get(&args, &reply)
			if reply != (GetReply{OK, "a"}) {
				t.Errorf("S%d says %+v", i, reply)
			}
		}
	})
}

// Two clerks' names differ.
func TestClerkNames(t *testing.T) {
	a, b := MakeClerk([]*labrpc.ClientEnd{}).(*Clerk), MakeClerk([]*labrpc.ClientEnd{}).(*Clerk)
	if a.last.Client == b.last.Client || a.last.Client < 0 || a.last.Client >= 1<<62 {
		t.Errorf("%d and %d", a.last.Client, b.last.Client)
	}
}
