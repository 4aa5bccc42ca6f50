package monitor_test

import (
	"testing"
	"time"

	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/monitor"
)

// passes lets time pass.
func (c *cluster) passes(d time.Duration) { c.now += d }

// refuses is what follows if the follower does not have the entry before.
func (k *call) refuses(term int) *call {
	return k.arrives().handled(&AppendEntriesReply{term, false}).answered()
}

// commits is an AppendEntries like appends, of a leader that has committed its log up to an index.
func (c *cluster) commits(upTo, leader, follower, term, prev, prevTerm int, terms ...int) *call {
	args := &AppendArgs{Term: term, LeaderId: leader, PrevLogIndex: prev, PrevLogTerm: prevTerm, LeaderCommit: upTo}
	for i, t := range terms {
		args.Entries = append(args.Entries, Entry{t, prev + 1 + i})
	}
	return c.send(leader, follower, "AppendEntries", args)
}

// snapshots is an InstallSnapshot.
func (c *cluster) snapshots(leader, follower, term, last, lastTerm int) *call {
	return c.send(leader, follower, "InstallSnapshot", &struct {
		Term, LeaderId, LastIncludedIndex, LastIncludedTerm int
		Data                                                []byte
	}{term, leader, last, lastTerm, []byte("snapshot")})
}

// snapshotsAll is an InstallSnapshot that brings what follows in the log, too.
func (c *cluster) snapshotsAll(leader, follower, term, last, lastTerm int, terms ...int) *call {
	args := struct {
		Term, LeaderId, LastIncludedIndex, LastIncludedTerm int
		Entries                                             []Entry
		Data                                                []byte
	}{Term: term, LeaderId: leader, LastIncludedIndex: last, LastIncludedTerm: lastTerm, Data: []byte("snapshot")}
	for i, t := range terms {
		args.Entries = append(args.Entries, Entry{t, last + 1 + i})
	}
	return c.send(leader, follower, "InstallSnapshot", &args)
}

func TestLaterTermsFollowed(t *testing.T) {
	tell(t, []story{
		{
			name: "a leader does not look at the term of a reply",
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				c.heartbeat(0, 2, 1).arrives().handled(&AppendEntriesReply{4, false}).answered()
				c.passes(900 * time.Millisecond)
				c.set.State(0, 1, true)
				c.passes(100 * time.Millisecond)
				c.set.State(0, 1, true)
			},
			want: []string{"Later Terms Followed: S0 says that it is in T1, 1s after S2 told it of T4"},
		},
		{
			name: "a candidate stands in the next term, and not in that which it was told of",
			happens: func(c *cluster) {
				c.asks(0, 1, 1).replies(7, false).answered()
				c.passes(3 * time.Second)
				c.asks(0, 1, 2)
				c.asks(0, 2, 2)
			},
			want: []string{"Later Terms Followed: S0 stands for election in T2, 3s after S1 told it of T7"},
		},
		{
			name: "it asks again in a term in which it stood before",
			happens: func(c *cluster) {
				c.asks(0, 1, 1).replies(7, false).answered()
				c.passes(3 * time.Second)
				c.asks(0, 2, 1)
			},
		},
		{
			name: "a follower is told by a leader's request",
			happens: func(c *cluster) {
				c.elects(0, 3, 1)
				c.heartbeat(0, 2, 3).arrives().handled(&AppendEntriesReply{0, false})
				c.passes(3 * time.Second)
				c.set.State(2, 1, false)
			},
			want: []string{"Later Terms Followed: S2 says that it is in T1, 3s after S0 told it of T3"},
		},
		{
			name: "it goes on in that term, or in a later one",
			happens: func(c *cluster) {
				c.asks(0, 1, 1).replies(3, false).answered()
				c.asks(0, 2, 1).replies(4, false).answered()
				c.passes(999 * time.Millisecond)
				c.set.State(0, 3, false)
				c.asks(0, 1, 5)
				c.passes(3 * time.Second)
				c.set.State(0, 5, false)
			},
		},
		{
			name: "it disregards a candidate (section 6)",
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				c.asks(2, 0, 5).replies(1, false)
				c.passes(3 * time.Second)
				c.set.State(0, 1, true)
			},
		},
		{
			name: "it stood still, or crashed",
			happens: func(c *cluster) {
				c.asks(0, 1, 1).replies(7, false).answered()
				c.asks(2, 1, 1).replies(7, false).answered()
				c.passes(3 * time.Second)
				c.set.Resumed(0)
				c.set.State(0, 1, false)
				c.restart(2)
				c.set.State(2, 0, false)
			},
		},
	})
}

func TestStaleRequestsRefused(t *testing.T) {
	tell(t, []story{
		{
			name: "a vote in a term that has passed",
			happens: func(c *cluster) {
				c.asks(0, 1, 4).replies(4, true)
				c.asks(2, 1, 3).replies(4, true)
			},
			want: []string{"Stale Requests Refused: S1 is in T4 and votes for S2 in T3"},
		},
		{
			name: "a reply that says itself that the term has passed",
			happens: func(c *cluster) {
				c.asks(2, 1, 3).replies(4, true)
			},
			want: []string{"Stale Requests Refused: S1 is in T4 and votes for S2 in T3"},
		},
		{
			name: "a leader of an earlier term, and a reply without a term",
			happens: func(c *cluster) {
				c.elects(0, 3, 1)
				c.set.State(1, 4, false)
				c.heartbeat(0, 1, 3).arrives().handled(&AppendEntriesReply{0, true})
			},
			want: []string{"Stale Requests Refused: S1 is in T4 and says to S0 that it has stored what that sends " +
				"in T3"},
		},
		{
			name: "the term rises while the reply is under way, and refusals",
			happens: func(c *cluster) {
				k := c.asks(0, 1, 3).arrives()
				c.set.State(1, 4, false)
				k.handled(&RequestVoteReply{3, true})
				c.asks(2, 1, 3).replies(4, false)
			},
		},
	})
}

func TestRefusedForReason(t *testing.T) {
	// The followers of a leader that is gone stand again and again, and S2 refuses S1.
	stand := func(c *cluster, from, to int, log func(candidate int) (index, term int)) {
		for i := from - 1; i < to; i++ {
			index, term := log(2)
			c.asksWith(2, 1, 2+2*i, index, term).arrives().handled(&RequestVoteReply{2 + 2*i, false})
			index, term = log(1)
			c.asksWith(1, 2, 3+2*i, index, term).arrives().handled(&RequestVoteReply{3 + 2*i, false})
		}
	}
	alike := func(int) (index, term int) { return 1, 1 }
	refused := "Refused for a Reason: S2 refuses S1 its vote in T9, as it did in 4 terms in a row, although nobody " +
		"else " +
		"has it and the candidate's log is as up-to-date as its own"
	other := "Refused for a Reason: S1 refuses S2 its vote in T10, as it did in 4 terms in a row, although nobody " +
		"else " +
		"has it and the candidate's log is as up-to-date as its own"
	var empties monitor.Rules
	tell(t, []story{
		{name: "equal logs", happens: func(c *cluster) { stand(c, 1, 5, alike) }, want: []string{refused, other}},
		{name: "three times", happens: func(c *cluster) { stand(c, 1, 3, alike) }},
		{name: "one log is more up-to-date", happens: func(c *cluster) {
			stand(c, 1, 5, func(candidate int) (index, term int) { return 3 - candidate, candidate })
		}, want: []string{other}},
		{name: "a leader is heard in between", happens: func(c *cluster) {
			stand(c, 1, 3, alike)
			c.votes(1, 0, 8)
			c.heartbeat(0, 2, 8).arrives()
			c.heartbeat(0, 1, 8).arrives()
			stand(c, 5, 7, alike)
		}},
		{name: "it stands itself", happens: func(c *cluster) {
			for term := range 9 {
				c.asksWith(2, 1, term+1, 1, 1)
				c.asksWith(1, 2, term+1, 1, 1).arrives().handled(&RequestVoteReply{term + 1, false})
			}
		}},
		{name: "it stood itself in an earlier term, with a shorter log, and asks late", happens: func(c *cluster) {
			c.asksWith(2, 1, 3, 9, 1)
			c.asksWith(2, 1, 2, 1, 1)
			for term := 4; term < 9; term++ {
				c.asksWith(1, 2, term, 5, 1).arrives().handled(&RequestVoteReply{term, false})
			}
		}},
		{name: "it stands itself and asks later", happens: func(c *cluster) {
			c.asksWith(2, 1, 1, 1, 1)
			for term := 2; term < 9; term++ {
				c.asksWith(1, 2, term, 1, 1).arrives().handled(&RequestVoteReply{term, false})
				c.asksWith(2, 1, term, 1, 1)
			}
		}},
		{
			name: "a candidate refuses the leader of its term", rules: empties,
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				for range 4 {
					c.heartbeat(0, 2, 1).refuses(1)
				}
			},
			want: []string{"Refused for a Reason: S2 refuses S0, leader of T1, 3 times what begins a log, which " +
				"fits any other"},
		},
		{name: "nobody says yes to heartbeats", happens: func(c *cluster) {
			c.votes(1, 0, 1)
			for range 4 {
				c.heartbeat(0, 1, 1).refuses(1)
				c.heartbeat(0, 2, 1).refuses(1)
			}
		}},
		{name: "entries", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			for range 4 {
				c.appends(0, 1, 1, 0, 0, 1).refuses(1)
			}
			c.appends(0, 2, 1, 0, 0, 1).stores(1) // so do others
			for range 4 {
				c.appends(0, 1, 1, 0, 0, 1).refuses(1)
			}
		}, want: []string{"Refused for a Reason: S1 refuses S0, leader of T1, 3 times what begins a log, which fits " +
			"any other"}},
		{name: "requests that were overtaken, and one of them twice", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			var late []*call
			for range 4 {
				late = append(late, c.appends(0, 1, 1, 0, 0, 1))
			}
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			for _, k := range late {
				k.refuses(1)
			}
			last := c.appends(0, 1, 1, 0, 0, 1)
			for range 4 {
				last.refuses(1)
			}
		}},
		{name: "requests are dated, and a clock is behind", rules: empties, happens: func(c *cluster) {
			c.elects(0, 1, 1)
			c.set.Skewed(0, 1, -time.Hour)
			for range 4 {
				c.heartbeat(0, 2, 1).refuses(1)
			}
		}},
		{name: "less than the server has from this leader", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.appends(0, 2, 1, 0, 0).stores(1)
			c.appends(0, 1, 1, 0, 0, 1, 1).arrives().handled(&AppendEntriesReply{1, true}) // which gets lost
			for range 4 {
				c.appends(0, 1, 1, 0, 0).refuses(1)
				c.appends(0, 1, 1, 0, 0, 1).refuses(1)
			}
		}},
		{name: "less than the server has from another leader", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			c.leader(2, 2, 2, 1, 0)
			c.appends(2, 0, 2, 0, 0).stores(2)
			for range 4 {
				c.appends(2, 1, 2, 0, 0).refuses(2)
			}
		}, want: []string{"Refused for a Reason: S1 refuses S2, leader of T2, 3 times what begins a log, which fits " +
			"any other"}},
		{name: "an earlier term, or an entry before", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.appends(0, 1, 1, 0, 0, 1).stores(1)
			for range 4 {
				c.appends(0, 1, 1, 1, 1, 1).refuses(1)
			}
			for range 4 {
				c.appends(0, 1, 1, 0, 0, 1).refuses(2)
			}
		}},
	})
}

func TestRefusalsHeeded(t *testing.T) {
	tell(t, []story{
		{name: "the same again and again", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			for range 150 {
				c.appends(0, 1, 1, 7, 1).refuses(1)
			}
		}, want: []string{"Refusals Heeded: S0, as leader of T1, was refused 100 times by S1 what comes after index " +
			"7, and " +
			"goes on sending that"}},
		{name: "since it is dated, and a clock is behind", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.set.Skewed(0, 0.5, 0)
			for range 150 {
				c.appends(0, 1, 1, 7, 1).refuses(1)
			}
		}},
		{name: "of what it had stored", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			for range 150 {
				c.appends(0, 1, 1, 2, 1).refuses(1)
			}
		}, want: []string{"Stored Entries Stay: S1 stored an entry of T1 at index 2, and in the same T1 refuses 100 " +
			"times in a " +
			"row to have one of T1 at index 2"}},
		{name: "requests that were under way at the first refusal", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			var all []*call
			for range 150 {
				all = append(all, c.appends(0, 1, 1, 7, 1))
			}
			for _, k := range all {
				k.refuses(1)
			}
		}},
		{name: "it goes back, and what is before gets lost", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			for range 150 {
				c.appends(0, 1, 1, 7, 1).refuses(1)
				c.appends(0, 1, 1, 3, 1, 1, 1, 1, 1)
			}
		}},
		{name: "it goes back in vain", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			for range 301 {
				c.appends(0, 1, 1, 7, 1).refuses(1)
				c.snapshots(0, 1, 1, 7, 1).arrives().handled(&struct{ Term int }{1}).answered()
			}
		}, want: []string{"Refusals Heeded: S0, as leader of T1, was refused 300 times by S1 what comes after index " +
			"7, " +
			"each time after it had gone back"}},
		{name: "the snapshot that it sends takes its time", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			for range 400 {
				c.appends(0, 1, 1, 7, 1).refuses(1)
				c.snapshots(0, 1, 1, 7, 1).arrives()
			}
		}},
		{name: "a follower that lost its log, or a later term", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			for i := range 150 {
				if i%50 == 0 {
					c.restart(1)
				}
				c.appends(0, 1, 1, 7, 1).refuses(1)
				c.appends(0, 2, 1, 7, 1).refuses(2)
			}
		}},
	})
}

func TestSnapshotTerms(t *testing.T) {
	committed := func(c *cluster) {
		c.leader(0, 1, 0, 0, 1, 2)
		c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
		c.applies(1, 0)
		c.applies(2, 0)
		c.set.Snapshotted(2, []byte("snapshot"))
		c.leader(0, 3, 2, 1, 1, 2)
	}
	tell(t, []story{
		{name: "the leader's own", rules: snapping, happens: func(c *cluster) {
			committed(c)
			c.snapshots(0, 2, 3, 2, 3)
		}, want: []string{"Snapshots: S0, leader of T3, sends S2 a snapshot up to index 2 as one that ends with T3; " +
			"the " +
			"entry there is of T1"}},
		{name: "the entry's, or none, or of an entry that is not known", rules: snapping, happens: func(c *cluster) {
			committed(c)
			c.snapshots(0, 2, 3, 2, 1)
			c.snapshots(0, 2, 3, 2, 0)
			c.snapshots(0, 2, 3, 9, 3)
		}},
	})
	for term, advice := range map[int]int{1: 0, 0: 0, 3: 1} {
		c := newCluster(t, 3, snapping)
		committed(c)
		c.set.Applied(2, raft.ApplyMsg{
			SnapshotValid: true, Snapshot: []byte("snapshot"), SnapshotIndex: 2, SnapshotTerm: term,
		})
		if got := c.set.Advice(); len(got) != advice || len(c.said) > 0 {
			t.Errorf("SnapshotTerm %d: advice %q, violations %q", term, got, c.said)
		}
	}
}

func TestStarted(t *testing.T) {
	tell(t, []story{
		{name: "by a leader", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.set.Started(0, 1, 1)
			c.set.Started(0, 1, 2)
			c.leader(2, 2, 0, 0, 1)
			c.set.Started(2, 2, 1)
		}},
		{name: "by a candidate", rules: logged, happens: func(c *cluster) {
			c.asksWith(0, 1, 1, 0, 0)
			c.set.Started(0, 1, 1)
		}, want: []string{"Elected by a Majority: S0 leads T1 (Start says) with the votes of S0 only, 1 of 3 " +
			"servers, cast in " +
			"that term"}},
		{name: "two at one index", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.set.Started(0, 1, 1)
			c.set.Started(0, 1, 1)
		}, want: []string{"Leader Append-Only: S0, as leader of T1, puts two commands at index 1"}},
		{name: "where there was another entry", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			c.applies(1, 0)
			c.leader(0, 2, 2, 1, 1)
			c.appends(0, 1, 2, 1, 1, 1)
			c.set.Started(0, 2, 3)
			c.set.Started(0, 2, 2)
		}, want: []string{"Leader Append-Only: S0, as leader of T2, had an entry of T1 at index 2 and puts a " +
			"command there"}},
	})
}

func TestCommittedIsApplied(t *testing.T) {
	knows := func(c *cluster, server, applied int) {
		c.leader(0, 1, 0, 0, 1, 2)
		c.appends(0, server, 1, 0, 0, 1, 1).stores(1)
		for i := range applied {
			c.applies(i+1, 0, server)
		}
		for i := applied; i < 2; i++ {
			c.applies(i+1, 0)
		}
		c.commits(2, 0, server, 1, 2, 1).arrives().handled(&AppendEntriesReply{1, true})
	}
	asked := func(c *cluster, server int) {
		c.passes(3900 * time.Millisecond)
		c.set.State(server, 1, server == 0)
		if server != 0 {
			c.appends(0, server, 1, 2, 1).arrives()
		}
		c.passes(100 * time.Millisecond)
		c.set.State(server, 1, server == 0)
		c.set.State(server, 1, server == 0)
	}
	tell(t, []story{
		{name: "a follower stops", rules: logged, happens: func(c *cluster) {
			knows(c, 1, 1)
			asked(c, 1)
		}, want: []string{"Committed Is Applied: S1 knows that index 2 is committed, and has applied nothing after " +
			"index 1 for 4s"}},
		{name: "it never begins", rules: logged, happens: func(c *cluster) {
			knows(c, 1, 0)
			asked(c, 1)
		}, want: []string{"Committed Is Applied: S1 knows that index 2 is committed, and has applied nothing after " +
			"index 0 for 4s"}},
		{name: "a leader stops", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			c.applies(1, 0)
			c.commits(2, 0, 2, 1, 0, 0)
			asked(c, 0)
		}, want: []string{"Committed Is Applied: S0 knows that index 2 is committed, and has applied nothing after " +
			"index 1 for 4s"}},
		{name: "a leader that a majority has answered", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			c.applies(1, 0)
			c.passes(4 * time.Second)
			c.set.State(0, 1, true)
			c.set.State(0, 1, true)
		}, want: []string{"Committed Is Applied: S0, leader of T1, has heard that a majority has index 2, and has " +
			"applied " +
			"nothing after index 1 for 4s"}},
		{name: "one that has lost its lead", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			c.applies(1, 0)
			c.passes(4 * time.Second)
			c.asks(2, 0, 2).arrives()
			c.set.State(0, 2, false)
		}},
		{name: "it takes its time, or stands still, or starts again", rules: logged, happens: func(c *cluster) {
			knows(c, 1, 0)
			c.passes(3900 * time.Millisecond)
			c.applies(1, 1)
			c.passes(3900 * time.Millisecond)
			c.appends(0, 1, 1, 2, 1).arrives()
			c.set.State(1, 1, false)
			c.passes(3900 * time.Millisecond)
			c.set.Resumed(1)
			c.set.State(1, 1, false)
			c.restart(0)
			c.set.State(0, 1, false)
		}},
		{name: "it had a snapshot that ends there", rules: logged, happens: func(c *cluster) {
			knows(c, 1, 2)
			c.set.Snapshotted(2, []byte("two"))
			c.restart(1)
			c.set.Restored(1, 2, []byte("two"))
			c.commits(2, 0, 1, 1, 2, 1, 1).arrives().handled(&AppendEntriesReply{1, true})
			asked(c, 1)
		}},
		{name: "its goroutines linger", rules: logged, happens: func(c *cluster) {
			c.set.Lingers(1, time.Second)
			knows(c, 1, 1)
			asked(c, 1)
		}},
		{name: "its service is slow", rules: logged, happens: func(c *cluster) {
			c.set.Slowed(1, 10*time.Millisecond)
			knows(c, 1, 1)
			asked(c, 1)
		}},
		{name: "it has said yes without entries", rules: logged, happens: func(c *cluster) {
			knows(c, 1, 2)
			c.commits(2, 0, 2, 1, 2, 1).arrives().handled(&AppendEntriesReply{1, true})
			asked(c, 2)
		}},
		{name: "commitIndex falls", rules: logged, happens: func(c *cluster) {
			knows(c, 1, 2)
			c.leader(1, 2, 2, 1, 2)
			c.commits(2, 1, 2, 2, 2, 1)
			c.commits(1, 1, 2, 2, 2, 1)
		}, want: []string{"Commit Index Never Falls: S1 had applied index 2 before it stood in T2, and as leader of " +
			"T2 says " +
			"that what is committed ends at index 1"}},
	})
}

func TestConsistencyCheck(t *testing.T) {
	first := func(c *cluster) {
		c.leader(0, 1, 0, 0, 1, 2)
		c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
		c.leader(1, 2, 2, 1, 0, 2)
	}
	tell(t, []story{
		{name: "an entry that never came", rules: saving, happens: func(c *cluster) {
			first(c)
			c.appends(1, 2, 2, 2, 1, 2).stores(2)
		}, want: []string{"Consistency Check: S2 says yes to what S1 sends in T2 after an entry of T1 at index 2, " +
			"which has " +
			"never come to it"}},
		{name: "one that is its own, or came by a snapshot, or a " +
			"heartbeat", rules: snapping, happens: func(c *cluster) {
			first(c)
			c.appends(1, 0, 2, 2, 1, 2).stores(2)
			c.appends(1, 2, 2, 2, 1).stores(2)
			c.snapshots(1, 2, 2, 2, 1).arrives()
			c.appends(1, 2, 2, 2, 1, 2).stores(2)
		}},
		{name: "one that a snapshot brings with it", rules: snapping, happens: func(c *cluster) {
			first(c)
			c.snapshotsAll(1, 2, 2, 1, 1, 1).arrives()
			c.appends(1, 2, 2, 2, 1, 2).stores(2)
		}},
		{name: "one behind a snapshot", rules: snapping, happens: func(c *cluster) {
			first(c)
			c.snapshots(1, 2, 2, 1, 1).arrives()
			c.appends(1, 2, 2, 2, 1, 2).stores(2)
		}, want: []string{"Consistency Check: S2 says yes to what S1 sends in T2 after an entry of T1 at index 2, " +
			"which has never come to it"}},
	})
}

func TestMajorityElects(t *testing.T) {
	won := func(c *cluster) {
		c.passes(time.Millisecond)
		c.leader(0, 1, 0, 0, 1)
	}
	miss := func(c *cluster, times int) {
		for term := range times {
			c.passes(time.Millisecond)
			c.leader(0, term+1, 0, 0, 1)
			c.passes(999 * time.Millisecond)
			c.set.State(0, term+1, false)
			c.passes(time.Millisecond)
			c.set.State(0, term+1, false)
		}
	}
	tell(t, []story{
		{name: "it does not lead", happens: func(c *cluster) { miss(c, 3) },
			want: []string{"A Majority Elects: S0 has the votes of 2 of 3 servers in T3, its own included, and 1s later it " +
				"says that it does not lead"}},
		{name: "twice", happens: func(c *cluster) { miss(c, 2) }},
		{name: "it stands again", happens: func(c *cluster) {
			miss(c, 2)
			c.leader(0, 3, 0, 0, 1)
			c.passes(time.Second)
			c.asks(0, 1, 4)
		}, want: []string{"A Majority Elects: S0 has the votes of 2 of 3 servers in T3, its own included, and 1s later it " +
			"stands again"}},
		{name: "it leads, or has led", happens: func(c *cluster) {
			won(c)
			c.set.State(0, 1, true)
			c.passes(time.Second)
			c.set.State(0, 1, false)
			c.asks(0, 1, 2)
		}},
		{name: "it goes on in a later term, or stood still", happens: func(c *cluster) {
			won(c)
			c.passes(time.Second)
			c.set.State(0, 2, false)
			c.asks(2, 0, 2).arrives()
			c.asks(0, 1, 3)
			c.asks(2, 1, 4).replies(4, true).answered()
			c.passes(time.Second)
			c.set.Resumed(2)
			c.set.State(2, 4, false)
		}},
		{name: "a vote that may be taken for lost", happens: func(c *cluster) {
			k := c.asksWith(0, 1, 1, 0, 0)
			c.passes(21 * time.Millisecond)
			k.grants(1)
			c.passes(time.Second)
			c.set.State(0, 1, false)
		}},
		{name: "half of the servers", servers: 4, happens: func(c *cluster) {
			won(c)
			c.passes(time.Second)
			c.set.State(0, 1, false)
		}},
	})
}

// What a leader says of the entry before those that it sends.
func TestEntryBefore(t *testing.T) {
	tell(t, []story{
		{name: "another than it had", rules: logged, happens: func(c *cluster) {
			c.leader(0, 3, 0, 0, 1, 2)
			c.appends(0, 1, 3, 0, 0, 1, 3)
			c.appends(0, 1, 3, 2, 3)
			c.appends(0, 1, 3, 2, 0)
			c.appends(0, 1, 3, 2, 2)
		}, want: []string{"Leader Append-Only: S0, as leader of T3, had an entry of T3 at index 2 and says that it " +
			"has one of " +
			"T2 there"}},
		{name: "another than was committed", rules: logged, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1, 1).stores(1)
			c.leader(1, 3, 2, 1, 2)
			c.appends(1, 2, 3, 2, 1)
			c.appends(1, 2, 3, 2, 3)
		}, want: []string{"Leader Completeness: S1, as leader of T3, says that it has an entry of T3 at index 2, " +
			"where one of " +
			"T1 was committed in T1"}},
	})
}

func TestTimeoutsBeginElections(t *testing.T) {
	quiet := func(c *cluster, server, term int) {
		c.passes(3900 * time.Millisecond)
		c.set.State(server, term, false)
		c.passes(100 * time.Millisecond)
		c.set.State(server, term, false)
		c.set.State(server, term, false)
	}
	follows := "Timeouts Begin Elections: S2 follows in T1, and for 4s it has heard of no leader, given no vote and " +
		"not stood for election"
	tell(t, []story{
		{name: "a follower", happens: func(c *cluster) {
			c.elects(0, 1, 1)
			quiet(c, 2, 1)
		}, want: []string{follows}},
		{name: "a candidate, who asks again in the same term", happens: func(c *cluster) {
			c.asks(2, 0, 1)
			c.passes(2 * time.Second)
			c.asks(2, 0, 1)
			c.passes(2 * time.Second)
			c.set.State(2, 1, false)
		}, want: []string{"Timeouts Begin Elections: S2 stands in T1, and for 4s it has heard of no leader, given no vote and " +
			"begun no other election"}},
		{name: "two candidates of one term ask each other", happens: func(c *cluster) {
			for range 5 {
				c.asks(2, 0, 1).replies(1, false).answered()
				c.asks(0, 2, 1).replies(1, false).answered()
				c.passes(time.Second)
			}
			c.set.State(2, 1, false)
		}, want: []string{"Timeouts Begin Elections: S2 stands in T1, and for 5s it has heard of no leader, given " +
			"no vote and begun no other election"}},
		{name: "one who was deposed", happens: func(c *cluster) {
			c.elects(2, 1, 1)
			c.set.State(2, 1, true)
			c.heartbeat(2, 0, 1).arrives().handled(&AppendEntriesReply{3, false}).answered()
			quiet(c, 2, 3)
		}, want: []string{"Timeouts Begin Elections: S2 follows in T3, and for 4s it has heard of no leader, given no vote and " +
			"not stood for election"}},
		{name: "it is spoken to, stands, or leads", happens: func(c *cluster) {
			c.elects(0, 1, 1)
			c.passes(3 * time.Second)
			c.heartbeat(0, 2, 1).arrives()
			c.asks(1, 0, 2)
			quiet := func(server, term int, leads bool) {
				c.passes(3 * time.Second)
				c.set.State(server, term, leads)
			}
			quiet(2, 1, false)
			quiet(0, 1, true)
			quiet(0, 1, false)
			c.asks(1, 2, 2).replies(2, true)
			quiet(2, 2, false)
			c.asks(1, 0, 3)
			quiet(1, 3, false)
		}},
		{name: "it asks something that is not understood", happens: func(c *cluster) {
			c.elects(0, 1, 1)
			c.passes(3 * time.Second)
			c.send(2, 0, "PreVote", &struct{ Round, By int }{7, 2})
			c.passes(3 * time.Second)
			c.set.State(2, 1, false)
		}},
		{name: "its clock is slow, and then right", happens: func(c *cluster) {
			c.elects(0, 1, 1)
			c.set.Skewed(2, 0.1, 0)
			quiet(c, 2, 1)
			c.set.Skewed(2, 1, 0)
			c.set.State(2, 1, false)
			quiet(c, 2, 1)
		}, want: []string{follows}},
	})
}

// A snapshot that ends before what a follower has stored takes nothing away (Figure 13, rule 6).
func TestStoredAfterSnapshot(t *testing.T) {
	stored := func(c *cluster, upTo, term int) {
		c.leader(0, 1, 0, 0, 1, 2)
		c.appends(0, 1, 1, 0, 0, 1, 1, 1).stores(1)
		c.appends(0, 2, 1, 0, 0, 1).stores(1)
		c.snapshots(0, 1, term, upTo, 1).arrives().handled(&struct{ Term int }{term})
		c.asksWith(1, 2, 4, upTo, 1)
	}
	tell(t, []story{
		{name: "it does", rules: snapping, happens: func(c *cluster) { stored(c, 2, 1) },
			want: []string{"Stored Entries Stay: S1 stored an entry of T1 at index 3 in T1, and as a candidate in " +
				"T4 its log " +
				"ends at index 2 with one of T1"}},
		{name: "one that covers it", rules: snapping, happens: func(c *cluster) { stored(c, 3, 1) }},
		{name: "a later leader's", rules: snapping, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.appends(0, 1, 1, 0, 0, 1, 1, 1).stores(1)
			c.leader(2, 3, 3, 1, 1)
			c.snapshots(2, 1, 3, 2, 1).arrives().handled(&struct{ Term int }{3})
			c.asksWith(1, 2, 4, 2, 1)
		}},
	})
}
