package figure2

import "testing"

func TestAppendEntries(t *testing.T) {
	yes, no := AppendEntriesReply{Success: true}, AppendEntriesReply{}
	reset, save := Effect{Reset: true}, Effect{Save: true, Reset: true}
	apply, both := Effect{Reset: true, Apply: true}, Effect{Save: true, Reset: true, Apply: true}
	tests := []struct {
		name   string
		before State
		args   AppendEntriesArgs
		reply  AppendEntriesReply // Term is that of the state after
		effect Effect
		after  State
	}{
		// Terms and roles.
		{"heartbeat",
			server(Follower, 4, 0), AppendEntriesArgs{Term: 4},
			yes, reset, server(Follower, 4, 0)},
		{"heartbeat of a new term",
			server(Follower, 4, 0), AppendEntriesArgs{Term: 5},
			yes, save, server(Follower, 5, None)},
		{"stale leader: nothing begins anew",
			server(Follower, 4, 0), AppendEntriesArgs{Term: 3, Entries: entries(1, 3)},
			no, Effect{}, server(Follower, 4, 0)},
		{"candidate that lost keeps its vote",
			server(Candidate, 4, 1), AppendEntriesArgs{Term: 4},
			yes, reset, server(Follower, 4, 1)},
		{"candidate ignores a stale leader",
			server(Candidate, 4, 1), AppendEntriesArgs{Term: 3},
			no, Effect{}, server(Candidate, 4, 1)},
		{"leader steps down for a newer term",
			server(Leader, 4, 1), AppendEntriesArgs{Term: 5},
			yes, save, server(Follower, 5, None)},

		// Rule 2, and where the leader should go back to.
		{"log does not reach as far",
			server(Follower, 4, 0, 1), AppendEntriesArgs{Term: 4, PrevLogIndex: 3, PrevLogTerm: 1},
			AppendEntriesReply{ConflictIndex: 2}, reset, server(Follower, 4, 0, 1)},
		{"a heartbeat is refused like any other",
			server(Follower, 4, 0), AppendEntriesArgs{Term: 4, PrevLogIndex: 1, PrevLogTerm: 1, LeaderCommit: 1},
			AppendEntriesReply{ConflictIndex: 1}, reset, server(Follower, 4, 0)},
		{"another term there: from its first entry on",
			server(Follower, 4, 0, 1, 2, 2, 2),
			AppendEntriesArgs{Term: 4, PrevLogIndex: 4, PrevLogTerm: 3, LeaderCommit: 4},
			AppendEntriesReply{ConflictTerm: 2, ConflictIndex: 2}, reset, server(Follower, 4, 0, 1, 2, 2, 2)},
		{"another term there, which the snapshot cuts",
			server(Follower, 4, 0, 2, 2, 2, 2).snapshotAt(2),
			AppendEntriesArgs{Term: 4, PrevLogIndex: 4, PrevLogTerm: 3},
			AppendEntriesReply{ConflictTerm: 2, ConflictIndex: 3}, reset,
			server(Follower, 4, 0, 2, 2, 2, 2).snapshotAt(2)},
		{"does not reach beyond the snapshot",
			server(Follower, 4, 0, 1, 1).snapshotAt(2), AppendEntriesArgs{Term: 4, PrevLogIndex: 9, PrevLogTerm: 1},
			AppendEntriesReply{ConflictIndex: 3}, reset, server(Follower, 4, 0, 1, 1).snapshotAt(2)},

		// Rules 3 and 4.
		{"appends",
			server(Follower, 4, 0, 1),
			AppendEntriesArgs{Term: 4, PrevLogIndex: 1, PrevLogTerm: 1, Entries: entries(2, 2, 4)},
			yes, save, server(Follower, 4, 0, 1, 2, 4)},
		{"appends what it lacks",
			server(Follower, 4, 0, 1, 2), AppendEntriesArgs{Term: 4, Entries: entries(1, 1, 2, 4)},
			yes, save, server(Follower, 4, 0, 1, 2, 4)},
		{"a conflict takes all that follows",
			server(Follower, 4, 0, 1, 2, 2, 2),
			AppendEntriesArgs{Term: 4, PrevLogIndex: 1, PrevLogTerm: 1, Entries: entries(2, 2, 4)},
			yes, save, server(Follower, 4, 0, 1, 2, 4)},
		{"a late request with less takes nothing",
			server(Follower, 4, 0, 1, 4, 4),
			AppendEntriesArgs{Term: 4, PrevLogIndex: 1, PrevLogTerm: 1, Entries: entries(2, 4)},
			yes, reset, server(Follower, 4, 0, 1, 4, 4)},
		{"a late heartbeat takes nothing",
			server(Follower, 4, 0, 1, 4, 4), AppendEntriesArgs{Term: 4, PrevLogIndex: 1, PrevLogTerm: 1},
			yes, reset, server(Follower, 4, 0, 1, 4, 4)},

		// Rule 5.
		{"commits what the leader has committed",
			server(Follower, 4, 0, 1),
			AppendEntriesArgs{Term: 4, PrevLogIndex: 1, PrevLogTerm: 1, Entries: entries(2, 4, 4), LeaderCommit: 2},
			yes, both, server(Follower, 4, 0, 1, 4, 4).committed(2, 0)},
		{"commits no more than the last new entry",
			server(Follower, 4, 0, 1, 2, 3),
			AppendEntriesArgs{Term: 4, PrevLogIndex: 1, PrevLogTerm: 1, Entries: entries(2, 2), LeaderCommit: 9},
			yes, apply, server(Follower, 4, 0, 1, 2, 3).committed(2, 0)},
		{"a heartbeat commits no more than it follows",
			server(Follower, 4, 0, 1, 2, 3),
			AppendEntriesArgs{Term: 4, PrevLogIndex: 1, PrevLogTerm: 1, LeaderCommit: 9},
			yes, apply, server(Follower, 4, 0, 1, 2, 3).committed(1, 0)},
		{"a late request commits nothing back",
			server(Follower, 4, 0, 1, 1, 1).committed(3, 1),
			AppendEntriesArgs{Term: 4, PrevLogIndex: 1, PrevLogTerm: 1, LeaderCommit: 1},
			yes, reset, server(Follower, 4, 0, 1, 1, 1).committed(3, 1)},

		// What the snapshot has is the same everywhere.
		{"follows on the snapshot",
			server(Follower, 4, 0, 1, 1).snapshotAt(2),
			AppendEntriesArgs{Term: 4, PrevLogIndex: 2, PrevLogTerm: 1, Entries: entries(3, 4)},
			yes, save, server(Follower, 4, 0, 1, 1, 4).snapshotAt(2)},
		{"late, begins within the snapshot",
			server(Follower, 4, 0, 1, 1, 1).snapshotAt(2),
			AppendEntriesArgs{Term: 4, PrevLogIndex: 1, PrevLogTerm: 1, Entries: entries(2, 1, 1, 4)},
			yes, save, server(Follower, 4, 0, 1, 1, 1, 4).snapshotAt(2)},
		{"late, all of it within the snapshot",
			server(Follower, 4, 0, 1, 1, 1, 1).snapshotAt(3),
			AppendEntriesArgs{Term: 4, Entries: entries(1, 1, 1), LeaderCommit: 4},
			yes, reset, server(Follower, 4, 0, 1, 1, 1, 1).snapshotAt(3)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.before
			tt.args.LeaderId = 2
			tt.reply.Term = tt.after.CurrentTerm
			var reply AppendEntriesReply
			if e := s.AppendEntries(&tt.args, &reply); e != tt.effect {
				t.Errorf("effect %+v, want %+v", e, tt.effect)
			}
			if reply != tt.reply {
				t.Errorf("reply %+v, want %+v", reply, tt.reply)
			}
			checkState(t, s, tt.after)

			// The same request once more, late or doubled, changes nothing.
			var again AppendEntriesReply
			if e := s.AppendEntries(&tt.args, &again); e.Save || e.Apply {
				t.Errorf("doubled: effect %+v", e)
			}
			if again != tt.reply {
				t.Errorf("doubled: reply %+v, want %+v", again, tt.reply)
			}
			checkState(t, s, tt.after)
		})
	}
}

// What a follower has taken from a request is its own.
func TestAppendEntriesCopies(t *testing.T) {
	s := server(Follower, 4, 0)
	args := AppendEntriesArgs{Term: 4, LeaderId: 2, Entries: entries(1, 4, 4)}
	s.AppendEntries(&args, &AppendEntriesReply{})
	args.Entries[0] = Entry{9, "changed"}
	checkState(t, s, server(Follower, 4, 0, 4, 4))
}
