package figure2

import "raftlab/src/dlog"

// Heartbeat returns what a leader without new entries sends to all others
// (Figure 2, "Leaders"; section 5.2).
func (s *State) Heartbeat() AppendEntriesArgs {
	index, term := s.Log.Last()
	return AppendEntriesArgs{Term: s.CurrentTerm, LeaderId: s.Me, PrevLogIndex: index, PrevLogTerm: term}
}

// AppendEntries answers a leader (Figure 2, "AppendEntries RPC", receiver;
// sections 5.2, 5.3). From the leader of the current term it begins a new
// election timeout, whether or not the logs agree, and makes a candidate a
// follower, who keeps the vote that it gave itself.
//
// Rules 3 to 5 are about entries, which no leader sends so far.
func (s *State) AppendEntries(args *AppendEntriesArgs, reply *AppendEntriesReply) Effect {
	e := s.ObserveTerm(args.Term)
	reply.Term = s.CurrentTerm
	if args.Term < s.CurrentTerm { // rule 1
		return e
	}
	if s.Role == Leader {
		return e // cannot be: a term has one leader (section 5.2), and none writes to itself
	}
	if s.Role == Candidate && dlog.On() {
		dlog.Debug(dlog.Vote, "S%d loses T%d to S%d", s.Me, s.CurrentTerm, args.LeaderId)
	}
	s.Role = Follower
	reply.Success = s.Log.Holds(args.PrevLogIndex, args.PrevLogTerm) // rule 2
	return Effect{Save: e.Save, Reset: true}
}
