package kvrsm

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	etcdraft "raftlab/impls/etcd-raft"
	"raftlab/impls/internal/kvcluster"
	pollingsleep "raftlab/impls/polling-sleep"
	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/kvraft"
	"raftlab/src/labgob"
	"raftlab/src/raft"
)

type cluster = kvcluster.Cluster[kvraft.Server]

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

func checkPut(t *testing.T, ck kvraft.Clerk, key, value string, version kvraft.Version, want kvraft.Err) {
	t.Helper()
	if got := ck.Put(key, value, version); got != want {
		t.Errorf("Put of %q at %d: %s, want %s", key, version, got, want)
	}
}

func checkGet(t *testing.T, ck kvraft.Clerk, key, value string, version kvraft.Version, want kvraft.Err) {
	t.Helper()
	if v, n, err := ck.Get(key); v != value || n != version || err != want {
		t.Errorf("Get of %q: %q, %d, %s, want %q, %d, %s", key, v, n, err, value, version, want)
	}
}

func TestBasic(t *testing.T) {
	play(t, 3, -1, func(t *testing.T, c *cluster) {
		ck := MakeClerk(c.Ends())
		checkGet(t, ck, "k", "", 0, kvraft.ErrNoKey)
		checkPut(t, ck, "k", "a", 1, kvraft.ErrNoKey)
		checkPut(t, ck, "k", "a", 0, kvraft.OK)
		checkGet(t, ck, "k", "a", 1, kvraft.OK)
		checkPut(t, ck, "k", "b", 0, kvraft.ErrVersion)
		checkPut(t, ck, "k", "b", 2, kvraft.ErrVersion)
		checkPut(t, ck, "k", "", 1, kvraft.OK)
		for first := range 3 { // whoever is asked first
			checkGet(t, MakeClerk(c.Ends(first, (first+1)%3, (first+2)%3)), "k", "", 2, kvraft.OK)
			checkPut(t, MakeClerk(c.Ends(first, (first+1)%3, (first+2)%3)), "k", "b", 1, kvraft.ErrVersion)
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
				const puts = 200
				for i := range puts {
					checkPut(t, ck, "k", fmt.Sprint(i), kvraft.Version(i), kvraft.OK)
				}
				if took := time.Since(began) / puts; took > 30*time.Millisecond {
					t.Errorf("%v an operation", took)
				}
			})
		})
	}
}

// Many clerks put to one key. Each OK has raised the version by one, no ErrVersion has, and an ErrMaybe may have; there
// is none if no reply is lost. The state stays near its limit on all servers.
func TestConcurrent(t *testing.T) {
	for _, test := range []struct {
		name         string
		reliable     bool
		maxraftstate int
	}{{"reliable", true, -1}, {"unreliable", false, -1}, {"snapshots", true, 1000}, {"both", false, 1000}} {
		t.Run(test.name, func(t *testing.T) {
			play(t, 5, test.maxraftstate, func(t *testing.T, c *cluster) {
				c.Net.Reliable(test.reliable)
				const clerks, puts = 8, 30
				outcomes := make([]map[kvraft.Err]int, clerks)
				var all sync.WaitGroup
				for n := range clerks {
					ck := MakeClerk(c.Ends())
					outcomes[n] = make(map[kvraft.Err]int)
					all.Go(func() {
						for i := range puts {
							_, version, _ := ck.Get("k")
							outcomes[n][ck.Put("k", fmt.Sprint(n, i), version)]++
						}
					})
				}
				all.Wait()
				sum := make(map[kvraft.Err]int)
				for _, o := range outcomes {
					for err, n := range o {
						sum[err] += n
					}
				}
				_, version, _ := MakeClerk(c.Ends()).Get("k")
				ok, maybe := sum[kvraft.OK], sum[kvraft.ErrMaybe]
				if int(version) < ok || int(version) > ok+maybe || ok == 0 || test.reliable && maybe > 0 {
					t.Errorf("version %d after %v", version, sum)
				}
				if ok+maybe+sum[kvraft.ErrVersion] != clerks*puts {
					t.Errorf("Puts came to %v", sum)
				}
				time.Sleep(2 * time.Second)
				for i := range c.Servers {
					if n := c.Persister(i).RaftStateSize(); test.maxraftstate > 0 && n > test.maxraftstate {
						t.Errorf("S%d has a state of %d bytes, the limit is %d", i, n, test.maxraftstate)
					}
				}
			})
		})
	}
}

// A Put that was in the log of a leader which ceased to lead may be executed yet. Its clerk must not be told what it is
// told of a server that does not lead at all.
func TestPutOfDeposedLeader(t *testing.T) {
	play(t, 3, -1, func(t *testing.T, c *cluster) {
		checkPut(t, MakeClerk(c.Ends()), "k", "a", 0, kvraft.OK)
		old := c.Leader()
		var reply kvraft.PutReply
		args := kvraft.PutArgs{Key: "k", Value: "b", Version: 1}
		c.Servers[(old+1)%3].(*KVServer).Put(&args, &reply)
		if reply.Err != kvraft.ErrWrongLeader {
			t.Errorf("a follower says %s", reply.Err)
		}
		c.Cut(old, true)
		done := make(chan kvraft.PutReply, 1)
		go func() {
			var reply kvraft.PutReply
			c.Servers[old].(*KVServer).Put(&args, &reply)
			done <- reply
		}()
		checkPut(t, MakeClerk(c.Ends((old+1)%3, (old+2)%3)), "k", "c", 1, kvraft.OK)
		c.Cut(old, false)
		if reply := <-done; reply.Err != errLost {
			t.Errorf("a deposed leader says %s", reply.Err)
		}
		checkGet(t, MakeClerk(c.Ends()), "k", "c", 2, kvraft.OK)
	})
}

// What was acknowledged outlasts a crash of all.
func TestRestartStore(t *testing.T) {
	for _, maxraftstate := range []int{-1, 1000} {
		t.Run(fmt.Sprint(maxraftstate), func(t *testing.T) {
			play(t, 3, maxraftstate, func(t *testing.T, c *cluster) {
				ck := MakeClerk(c.Ends())
				for i := range 50 {
					checkPut(t, ck, fmt.Sprint(i%20), fmt.Sprint("value ", i), kvraft.Version(i/20), kvraft.OK)
				}
				for i := range c.Servers {
					c.Crash(i)
				}
				for i := range c.Servers {
					c.Restart(i)
				}
				checkGet(t, ck, "0", "value 40", 3, kvraft.OK)
				checkGet(t, ck, "19", "value 39", 2, kvraft.OK)
				checkPut(t, ck, "0", "again", 2, kvraft.ErrVersion)
			})
		})
	}
}
