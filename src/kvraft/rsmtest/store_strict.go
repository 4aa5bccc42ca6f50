package rsmtest

import (
	"fmt"
	"time"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// What the contract and section 8 of the paper ask of the store.
const (
	maybe = `the lab, of Put: "ErrMaybe if the clerk cannot know whether it was executed: it was sent again after a ` +
		`reply may have been lost, or after ErrWrongLeader, and a server said ErrVersion."`
	notExecuted    = `the lab, of Put: "ErrVersion if the version is another, and the Put was not executed"`
	noStaleReads   = `section 8: "Linearizable reads must not return stale data"`
	clerksTryAgain = `section 8: "If the leader crashes, client requests will time out; clients then try again with ` +
		`randomly-chosen servers."`
	available = `section 2: "They are fully functional (available) as long as any majority of the servers are ` +
		`operational and can communicate with each other and with clients."`
)

// strictStore returns scenarios for what package kvraft and the paper demand of the store and the lab does not test.
func strictStore() []lab.Scenario {
	const noLimit = kvtest.NoLimit
	return []lab.Scenario{
		strict(Store, "NoMaybeWithoutLoss", 5, 1, kvtest.Reliable(), noLimit,
			"where nothing is lost a Put at the wrong version returns ErrVersion if the clerk has sent it once", maybe,
			noMaybeWithoutLoss),
		advice(strict(Store, "MissingKeys", 3, 1, kvtest.Reliable(), noLimit,
			"of a key that is not there Get returns ErrNoKey, and so does a Put at a version other than 0", "",
			missingKeys)),
		strict(Store, "LostReplies", 3, 1, kvtest.Reliable(), noLimit,
			"a Put whose reply is lost never returns ErrVersion if it was executed", notExecuted, lostReplies),
		strict(Store, "LateRequests", 3, 2, lateRequests(), noLimit,
			"a Put that comes late changes nothing that was put since", onceEach, amidPuts(6, func(c *kvtest.Cluster) {
				c.Sleep(8 * time.Second)
				c.SetWeather(kvtest.Reliable())
			})),
		strict(Store, "ClerksWithDeposedLeader", 5, 2, kvtest.Reliable(), noLimit,
			"clerks that reach only a deposed leader get no stale or false reply, and their operations return once "+
				"the partition heals", noStaleReads, amidPuts(6, kvtest.CutOffWithClerks)),
		strict(Store, "OneWayCuts", 5, 2, kvtest.Reliable(), noLimit,
			"no operation is lost or executed twice when servers can send but not receive, or the reverse", onceEach,
			amidPuts(6, kvtest.CutOneWay)),
		strict(Store, "CrashesInFlight", 5, 2, kvtest.Reliable(), noLimit,
			"no operation is lost or executed twice when servers crash one by one while operations are in flight", onceEach,
			amidPuts(6, kvtest.CrashInTurn)),
		strict(Store, "LongOutage", 3, 1, kvtest.Reliable(), noLimit,
			"clerks go on asking while no majority of the servers is up, and get their answers then", clerksTryAgain,
			amidPuts(3, kvtest.CrashMajority)),
		strict(Store, "RestartWithoutTraffic", 3, 1, kvtest.Reliable(), noLimit,
			"after all servers have crashed a single Get returns soon, with what was put", available,
			restartWithoutTraffic),
		strict(Store, "ClerksOnMachinesOfTheirOwn", 3, 4, kvtest.Reliable(), noLimit,
			"clerks of different machines are told apart", onceEach, func(s store) {
				s.KeepApart()
				amidPuts(4, func(c *kvtest.Cluster) { c.Sleep(3 * time.Second) })(s)
			}),
		strict(Store, "LongQuiet", 3, 1, kvtest.Reliable(), noLimit,
			"after a minute in which nobody asks for anything the store answers at once", available, longQuiet),
		faulty(strict(Store, "LeadersThatStandStill", 5, 2, kvtest.Reliable(), noLimit,
			"a leader that stands still for seconds, as a suspended machine does, gives no stale or false reply when "+
				"it goes on", noStaleReads, amidPuts(6, kvtest.PauseLeaders))),
		faulty(strict(Store, "StaleReadAfterPause", 5, 1, kvtest.Reliable(), noLimit,
			"a leader that stood still while another was elected, and is cut off, does not answer a Get from its old state",
			noStaleReads,
			staleReadAfterPause)),
		faulty(strict(Store, "WrongClocks", 5, 2, kvtest.Reliable(), noLimit,
			"clocks that run too fast or too slow make no read stale", noStaleReads,
			amidPuts(6, kvtest.CutOffSlowClocks))),
		faulty(strict(Store, "CrashesOnSave", 5, 2, kvtest.Reliable(), noLimit,
			"no operation is lost or executed twice when servers crash just after a save", onceEach,
			amidPuts(6, kvtest.CrashOnSaves))),
		strict(Store, "ChaosStore", 5, 3, kvtest.Reliable(), noLimit,
			"under a mix of faults, different for each seed, the clerks' history is linearizable, and all operations "+
				"return once the faults end", onceEach, amidPuts(5, kvtest.Chaos)),
	}
}

// strict returns a scenario of the strict tier, what the paper demands, with so many servers and nodes for clerks.
func strict(part, name string, servers, clerks int, weather labrpc.Weather, maxState int, checks, source string,
	play func(store)) lab.Scenario {
	return lab.Scenario{
		Name: name, Part: part, Tier: lab.Strict, Nodes: kvtest.NodesOf(servers, clerks), Weather: weather,
		Checks: checks, Source: source, Judge: storing(maxState, play),
	}
}

// advice is a scenario that fails nobody: the lab says so, and neither its tests nor the paper ask for it.
func advice(s lab.Scenario) lab.Scenario {
	s.Tier = lab.Advice
	return s
}

// faulty is a scenario with faults that only boxes allow.
func faulty(s lab.Scenario) lab.Scenario {
	s.Faults = true
	return s
}

// lateRequests is a weather in which a tenth of the requests are late by up to two seconds.
func lateRequests() labrpc.Weather {
	w := kvtest.Reliable()
	w.HoldRequest, w.HoldRequestBy = 0.1, labrpc.Delay{Min: 50 * time.Millisecond, Max: 2 * time.Second, Low: true}
	return w
}

// amidPuts is a scenario in which n clients put and get one key while faults are made.
func amidPuts(n int, faults func(*kvtest.Cluster)) func(store) {
	return func(s store) {
		p := newPutters(s)
		w := p.work(n)
		faults(s.Cluster)
		w.Finish(calmLimit)
		_, version, _ := s.Clerk().GetVersion(key)
		p.counts(int(version), true)
		s.Linearizable()
	}
}

// noMaybeWithoutLoss has clerks send each Put once, unless they forget who leads. A clerk that has to look for the leader
// may well return ErrMaybe: a server may say ErrWrongLeader of what the next leader executes.
func noMaybeWithoutLoss(s store) {
	first := s.Clerk()
	s.mustPut(first, "a", "first", 0)
	for i := range 10 {
		k := s.Clerk()
		k.GetVersion("a") // finds the leader
		for version := range kvraft.Version(3) {
			if version == 1 {
				continue // the right one
			}
			value := fmt.Sprintf("clerk %d, at version %d", i, version)
			// ErrMaybe of a Put that was sent once does not come back
			if err := k.PutVersion("a", value, version); err != kvraft.ErrVersion && err != kvraft.ErrMaybe {
				s.Failf("expected ErrVersion of Put(%q, %q, %d), since the version is 1, got %s", "a", value, version, err)
			}
		}
	}
	s.mustGet(first, "a", "first", 1)
	s.Linearizable()
}

// missingKeys gives advice and goes on: clients of this lab put at versions that they have seen.
func missingKeys(s store) {
	k := s.Clerk()
	if value, _, err := k.GetVersion("a"); err != kvraft.ErrNoKey {
		s.Advisef("Missing Keys: Get(\"a\") returned %q and %s: of a key that nobody has put it returns ErrNoKey", value, err)
	}
	if err := k.PutVersion("a", "never", 1); err != kvraft.ErrNoKey {
		s.Advisef("Missing Keys: Put(\"a\", \"never\", 1) returned %s: of a key that nobody has put it returns ErrNoKey, unless "+
			"its version is 0", err)
	}
	s.mustPut(k, "a", "first", 0)
	s.mustGet(k, "a", "first", 1)
}

// lostReplies has clients that each have a key to themselves and know its version, unless a Put returns ErrMaybe.
func lostReplies(s store) {
	const clients, puts = 5, 40
	var clerks []*kvtest.Clerk
	for range clients {
		clerks = append(clerks, s.Clerk())
		clerks[len(clerks)-1].GetVersion("a") // finds the leader
	}
	w := kvtest.Reliable()
	w.LoseReply = 0.25
	s.SetWeather(w)
	s.Together(clients, func(i int) {
		k, key, version := clerks[i], fmt.Sprintf("k%d", i), kvraft.Version(0)
		for n := range puts {
			value := fmt.Sprintf("<%d.%d>", i, n)
			err := k.PutVersion(key, value, version)
			if err == kvraft.OK {
				version++
				continue
			}
			if err != kvraft.ErrMaybe {
				s.Failf("expected OK or ErrMaybe of Put(%q, %q, %d), since nobody else puts this key and that is its "+
					"version, got %s", key, value, version, err)
			}
			got, now, _ := k.GetVersion(key)
			if got != value || now != version+1 {
				s.Failf("expected Put(%q, %q, %d), which returned ErrMaybe, to be executed, since only it can raise "+
					"the version; the key has the value %q at version %d", key, value, version, got, now)
			}
			version = now
		}
	})
	s.Linearizable()
}

func restartWithoutTraffic(s store) {
	k := s.Clerk()
	for i := range 9 {
		s.mustPut(k, "a", fmt.Sprint(i), kvraft.Version(i))
		if i%3 == 2 {
			s.CrashAll()
			s.Sleep(time.Duration(s.Rand().IntN(500)) * time.Millisecond)
			s.RestartAll()
			began := s.Now()
			s.mustGet(s.Clerk(), "a", fmt.Sprint(i), kvraft.Version(i+1))
			s.AtMost("ms until a Get returns after a restart", int((s.Now() - began).Milliseconds()),
				int(calmLimit.Milliseconds()))
		}
	}
	s.Linearizable()
}

func longQuiet(s store) {
	k := s.Clerk()
	s.mustPut(k, "a", "0", 0)
	s.Sleep(time.Minute)
	for i := 1; i < 4; i++ {
		began := s.Now()
		s.mustPut(k, "a", fmt.Sprint(i), kvraft.Version(i))
		s.AtMost("ms for an operation after a minute of quiet", int((s.Now() - began).Milliseconds()), 1000)
	}
	s.mustGet(k, "a", "3", 4)
	s.Linearizable()
}

// staleReadAfterPause has a Get reach a leader that stands still, after others have put what the Get must show. When it
// goes on it has heard of no other leader.
func staleReadAfterPause(s store) {
	k := s.Clerk()
	for i := range 4 {
		s.mustPut(k, "a", fmt.Sprint(2*i), kvraft.Version(2*i))
		leader := s.AwaitLeader()
		reader, writer := s.Clerk(leader), s.Clerk(s.Others(leader)...)
		s.Split(s.Others(leader), []int{leader})
		s.Pause(leader)
		s.mustPut(writer, "a", fmt.Sprint(2*i+1), kvraft.Version(2*i+1))
		reading := s.Start(1, func(int) { s.mustGet(reader, "a", fmt.Sprint(2*i+1), kvraft.Version(2*i+2)) })
		s.Sleep(100 * time.Millisecond)
		s.Resume(leader)
		s.Sleep(kvtest.ElectionTimeout)
		s.Heal()
		reader.Connect(s.All()...)
		s.AllReturn(calmLimit)
		reading.Wait()
	}
	s.Linearizable()
}
