package figure2

import "raftlab/src/dlog"

// An answer is what a candidate has heard from a server in its term.
type answer byte

const (
	waiting answer = iota // nothing so far
	granted
	refused
)

// BeginElection makes this server, not a leader, a candidate in the next term with its own vote (Figure 2,
// "Candidates"; section 5.2). The caller then sends a VoteRequest to all other servers; the only server of a cluster is
// Elected at once.
func (s *State) BeginElection() Effect {
	s.CurrentTerm++
	s.VotedFor = s.Me
	s.Role = Candidate
	s.answers = make([]answer, s.Servers) // no vote of an earlier term counts
	s.answers[s.Me] = granted
	if dlog.On() {
		dlog.Debug(dlog.Vote, "S%d is a candidate in T%d", s.Me, s.CurrentTerm)
	}
	return Effect{Save: true, Reset: true}
}

// VoteRequest returns what a candidate sends to all others.
func (s *State) VoteRequest() RequestVoteArgs {
	index, term := s.Log.Last()
	return RequestVoteArgs{Term: s.CurrentTerm, CandidateId: s.Me, LastLogIndex: index, LastLogTerm: term}
}

// Awaits reports whether this server is a candidate that has not heard from another in its term. It should ask again
// after a while, since messages get lost; RPCs may be repeated (sections 5.1, 5.5).
func (s *State) Awaits(server int) bool {
	return s.Role == Candidate && s.answers[server] == waiting
}

// RequestVote answers a candidate (Figure 2, "RequestVote RPC", receiver; sections 5.2, 5.4). The vote goes to the
// first who asks for it in a term, if its log is at least as up-to-date as this server's, and a candidate that asks
// again, because the answer was lost, gets it again.
//
// An election timeout begins only when the vote is granted for the first time: a candidate that can send but hears
// nothing must not keep the others waiting by asking again and again.
func (s *State) RequestVote(args *RequestVoteArgs, reply *RequestVoteReply) Effect {
	e := s.ObserveTerm(args.Term)
	reply.Term = s.CurrentTerm
	switch {
	case args.Term < s.CurrentTerm: // rule 1
		s.logVote(args, "refuses its vote", "its own term is later")
	case s.VotedFor == args.CandidateId: // rule 2
		s.logVote(args, "grants its vote again", "it may not have heard")
		reply.VoteGranted = true
	case s.VotedFor != None:
		s.logVote(args, "refuses its vote", "another has it")
	case !s.Log.UpToDate(args.LastLogIndex, args.LastLogTerm):
		s.logVote(args, "refuses its vote", "the candidate's log is behind")
	default:
		s.logVote(args, "grants its vote", "the first to ask")
		reply.VoteGranted = true
		s.VotedFor = args.CandidateId
		e = Effect{Save: true, Reset: true}
	}
	return e
}

func (s *State) logVote(args *RequestVoteArgs, verdict, why string) {
	if dlog.On() {
		dlog.Debug(dlog.Vote, "S%d in T%d %s to S%d in T%d: %s", s.Me, s.CurrentTerm, verdict, args.CandidateId,
			args.Term, why)
	}
}

// CountVote takes a server's reply to args (section 5.2). It counts in the term that it was asked for and in no other,
// however late it comes, and each server counts once, however often it replies.
func (s *State) CountVote(server int, args *RequestVoteArgs, reply *RequestVoteReply) Effect {
	e := s.ObserveTerm(reply.Term)
	if args.Term != s.CurrentTerm || !s.Awaits(server) {
		return e
	}
	if !reply.VoteGranted {
		s.answers[server] = refused
		return e
	}
	s.answers[server] = granted
	if dlog.On() {
		dlog.Debug(dlog.Vote, "S%d has the vote of S%d in T%d, %d of %d", s.Me, server, s.CurrentTerm, s.votes(),
			s.Servers)
	}
	return e
}

// Campaigns reports whether this server is a candidate in term, not yet elected: whether there is anything left to wait
// for.
func (s *State) Campaigns(term int) bool {
	return s.Role == Candidate && s.CurrentTerm == term && !s.Elected()
}

// Elected reports whether this server is a candidate with the votes of a majority of all servers (section 5.2).
func (s *State) Elected() bool {
	return s.Role == Candidate && s.votes() > s.Servers/2
}

func (s *State) votes() int {
	n := 0
	for _, a := range s.answers {
		if a == granted {
			n++
		}
	}
	return n
}
