package figure2

import (
	"time"

	"raftlab/src/dlog"
)

// A leader sends a request to a follower
//
//   - every heartbeat interval, whatever else happens,
//   - entryDelay or commitDelay after there is news, if no request to this follower is in flight,
//   - and at once when the follower answers and lacks flushed entries, or has refused some.
//
// So, besides heartbeats, one request at a time is in flight to each follower, and all that comes to the leader in the
// meantime goes out in the next one. There is no pipelining: it would save a message's delay on a slow network, but
// needs a guess at what will arrive, which a lost message makes wrong.
//
// A heartbeat carries the entries that the follower is not known to have, so that it makes up for a request that was
// lost. Only to a follower that has left maxUnanswered requests unanswered heartbeats are empty: one that is dead or
// cut off needs no copy of the log eight times a second, and one that is back gets entries when it answers.

const (
	// maxUnanswered is after how many unanswered requests in a row a follower gets empty heartbeats. On the lab's worst
	// network, on which replies are late by up to 2.2 s, fewer go unanswered.
	maxUnanswered = 4
	// maxBatch bounds the entries of a request, and those applied at a time.
	maxBatch = 1000
)

// Updates reports whether this server is a leader with news to send before the next heartbeat, and how long it should
// wait for more news. After that time it should [State.Flush], and send a [State.Request] to each server for which
// [State.Pending] reports true.
func (s *State) Updates() (wait time.Duration, ok bool) {
	if s.Role != Leader {
		return 0, false
	}
	if last, _ := s.Log.Last(); s.progress[s.Me].matchIndex < last {
		return entryDelay, true
	}
	for server := range s.progress {
		switch {
		case s.Missing(server):
			return entryDelay, true
		case s.Pending(server):
			wait, ok = commitDelay, true
		}
	}
	return wait, ok
}

// Pending reports whether this server is a leader that should send another server an entry or a new commit index, and
// has no request to it in flight.
func (s *State) Pending(server int) bool {
	return s.Missing(server) ||
		s.Role == Leader && server != s.Me && s.progress[server].inFlight == nil &&
			s.progress[server].sentCommit < s.CommitIndex
}

// Missing is [State.Pending] for entries only. If it reports true when a server has answered, the leader sends the
// entries at once.
func (s *State) Missing(server int) bool {
	return s.Role == Leader && server != s.Me && s.progress[server].inFlight == nil &&
		s.progress[server].nextIndex <= s.progress[s.Me].matchIndex
}

// Request returns what this leader should send to another server now: one of AppendEntriesArgs and InstallSnapshotArgs,
// the other being nil.
func (s *State) Request(server int) (*AppendEntriesArgs, *InstallSnapshotArgs) {
	p := &s.progress[server]
	p.sentCommit = s.CommitIndex
	p.unanswered++
	if p.nextIndex <= s.Log.SnapshotIndex && p.unanswered <= maxUnanswered {
		args := s.snapshotRequest(server)
		p.inFlight = args
		return nil, args
	}
	args := s.appendRequest(server)
	p.inFlight = args
	return args, nil
}

// appendRequest makes an AppendEntries with the entries from nextIndex on (Figure 2, "Leaders"), or with none if the
// follower has left too many requests unanswered. Only entries that this leader has saved are sent.
func (s *State) appendRequest(server int) *AppendEntriesArgs {
	p := &s.progress[server]
	prev := max(p.nextIndex-1, s.Log.SnapshotIndex)
	args := &AppendEntriesArgs{
		Term:         s.CurrentTerm,
		LeaderId:     s.Me,
		PrevLogIndex: prev,
		PrevLogTerm:  s.Log.term(prev),
		LeaderCommit: s.CommitIndex,
	}
	if p.unanswered <= maxUnanswered {
		args.Entries = s.Log.between(prev+1, s.progress[s.Me].matchIndex, maxBatch)
	}
	if len(args.Entries) > 0 && dlog.On() {
		dlog.Debug(dlog.Log, "S%d in T%d sends S%d entries %d to %d", s.Me, s.CurrentTerm, server, prev+1,
			prev+len(args.Entries))
	}
	return args
}

// answered records that a server has replied to a request of the given term, and returns the leader's progress for it.
// It reports false if the reply is stale, because this server does not lead that term any more, or refuses the term.
func (s *State) answered(server, term int, request any, replyTerm int) (*progress, bool) {
	if s.Role != Leader || term != s.CurrentTerm || replyTerm != term {
		return nil, false
	}
	p := &s.progress[server]
	p.unanswered = 0
	if p.inFlight == request {
		p.inFlight = nil
	}
	return p, true
}

// CountAppend takes a server's reply to args (Figure 2, "Leaders"; section 5.3), in whatever order replies come and
// however often.
func (s *State) CountAppend(server int, args *AppendEntriesArgs, reply *AppendEntriesReply) Effect {
	e := s.ObserveTerm(reply.Term)
	p, ok := s.answered(server, args.Term, args, reply.Term)
	switch {
	case !ok:
	case reply.Success:
		e.Apply = s.setMatch(server, args.PrevLogIndex+len(args.Entries))
	case args.PrevLogIndex == p.nextIndex-1 && p.nextIndex > p.matchIndex+1:
		// What else is in flight begins at the same place and will be refused too.
		p.inFlight = nil
		p.nextIndex = min(max(s.goBack(reply), p.matchIndex+1), p.nextIndex-1)
		if dlog.On() {
			dlog.Debug(dlog.Log, "S%d in T%d goes back to %d for S%d", s.Me, s.CurrentTerm, p.nextIndex, server)
		}
	}
	return e
}

// goBack returns the new nextIndex for a follower that refused (the end of section 5.3): the one after this leader's
// last entry of the conflicting term or, if it has none, where the follower's entries of that term begin.
func (s *State) goBack(reply *AppendEntriesReply) int {
	if index, ok := s.Log.lastOf(reply.ConflictTerm); ok {
		return index + 1
	}
	return reply.ConflictIndex
}
