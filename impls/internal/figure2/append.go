package figure2

import "raftlab/src/dlog"

// AppendEntries answers a leader (Figure 2, "AppendEntries RPC", receiver; sections 5.2, 5.3). From the leader of the
// current term it begins a new election timeout, whether or not the logs agree. A heartbeat is judged like any other
// request.
func (s *State) AppendEntries(args *AppendEntriesArgs, reply *AppendEntriesReply) Effect {
	e := s.ObserveTerm(args.Term)
	reply.Term = s.CurrentTerm
	if !s.obeyLeader(args.Term, args.LeaderId) { // rule 1
		return e
	}
	e.Reset = true
	// What the snapshot has was committed: every leader's log has the same.
	if args.PrevLogIndex >= s.Log.SnapshotIndex && !s.Log.Holds(args.PrevLogIndex, args.PrevLogTerm) { // rule 2
		reply.ConflictTerm, reply.ConflictIndex = s.Log.conflict(args.PrevLogIndex)
		if dlog.On() {
			dlog.Debug(dlog.Log2, "S%d in T%d has no entry %d of T%d, S%d should go back to %d (T%d)", s.Me,
				s.CurrentTerm,
				args.PrevLogIndex, args.PrevLogTerm, args.LeaderId, reply.ConflictIndex, reply.ConflictTerm)
		}
		return e
	}
	reply.Success = true
	if s.Log.merge(args.PrevLogIndex, args.Entries) { // rules 3 and 4
		e.Save = true
		if dlog.On() {
			index, term := s.Log.Last()
			dlog.Debug(dlog.Log2, "S%d in T%d has S%d's log up to %d (T%d)", s.Me, s.CurrentTerm, args.LeaderId, index,
				term)
		}
	}
	// Rule 5: of this server's log only what the request has or follows is known to be the leader's.
	e.Apply = s.commit(min(args.LeaderCommit, args.PrevLogIndex+len(args.Entries)))
	return e
}

// commit makes index the CommitIndex, if it is above, and reports whether it was.
func (s *State) commit(index int) bool {
	if index <= s.CommitIndex {
		return false
	}
	s.CommitIndex = index
	if dlog.On() {
		dlog.Debug(dlog.Commit, "S%d in T%d knows entries up to %d to be committed", s.Me, s.CurrentTerm, index)
	}
	return true
}

// conflict says what is wrong at an index where the log does not hold what the leader's does, and where the trouble
// begins (the end of section 5.3): with the first entry of the term that it has there, or where it ends.
func (l *Log) conflict(index int) (conflictTerm, conflictIndex int) {
	last, _ := l.Last()
	if index > last {
		return 0, last + 1
	}
	term := l.term(index)
	return term, l.firstOf(term)
}
