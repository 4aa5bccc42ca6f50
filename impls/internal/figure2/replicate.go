package figure2

import (
	"time"

	"raftlab/src/dlog"
)

// When does a leader speak to a follower? In every heartbeat interval, whatever else happens; a moment after there is
// news, if nothing is under way to it; and at once when it answers and lacks entries that were flushed meanwhile, or
// has refused some. So, besides heartbeats, one request at a time is under way to each: what comes to the leader in the
// meantime travels together in the next. Requests that overlap would save the time of one message on a slow network,
// and cost a guess of what will arrive, which a lost message makes wrong.
//
// A request that is lost, or hangs, is made up for by the next heartbeat, which carries the same entries. Only to a
// follower that has been silent for some time heartbeats go without them: who is dead or cut off needs no copy of the
// log eight times a second, and who is back has just to answer.

const (
	// silence is how many requests in a row must have gone unanswered. In the lab's worst weather, in which replies are
	// late by up to 2.2 s, something is heard more often.
	silence = 4
	// maxBatch bounds the entries of a request, and those applied at a time.
	maxBatch = 1000
)

// Updates reports whether this server is a leader that has something to say before the next heartbeat, and how long it
// should wait for more. Then it should Flush and send a Request to each server for which one is Pending.
func (s *State) Updates() (wait time.Duration, ok bool) {
	if s.Role != Leader {
		return 0, false
	}
	if last, _ := s.Log.Last(); s.followers[s.Me].matchIndex < last {
		return entryDelay, true
	}
	for server := range s.followers {
		switch {
		case s.Missing(server):
			return entryDelay, true
		case s.Pending(server):
			wait, ok = commitDelay, true
		}
	}
	return wait, ok
}

// Pending reports whether this server is a leader, has something that it should tell another, an entry or a commit, and
// has nothing under way to it.
func (s *State) Pending(server int) bool {
	return s.Missing(server) ||
		s.Role == Leader && server != s.Me && s.followers[server].underWay == nil &&
			s.followers[server].toldCommit < s.CommitIndex
}

// Missing reports whether this server is a leader and entries that have been flushed are Pending for another. After an
// answer it sends them at once.
func (s *State) Missing(server int) bool {
	return s.Role == Leader && server != s.Me && s.followers[server].underWay == nil &&
		s.followers[server].nextIndex <= s.followers[s.Me].matchIndex
}

// Request returns what this leader should send to another server now: one of AppendEntriesArgs and InstallSnapshotArgs,
// the other being nil.
func (s *State) Request(server int) (*AppendEntriesArgs, *InstallSnapshotArgs) {
	f := &s.followers[server]
	f.toldCommit = s.CommitIndex
	f.silent++
	if f.nextIndex <= s.Log.SnapshotIndex && f.silent <= silence {
		args := s.snapshotRequest(server)
		f.underWay = args
		return nil, args
	}
	args := s.appendRequest(server)
	f.underWay = args
	return args, nil
}

// appendRequest makes an AppendEntries with the entries from nextIndex on (Figure 2, "Leaders"), or none if the
// follower is silent. Only what is saved is sent.
func (s *State) appendRequest(server int) *AppendEntriesArgs {
	f := &s.followers[server]
	prev := max(f.nextIndex-1, s.Log.SnapshotIndex)
	args := &AppendEntriesArgs{
		Term:         s.CurrentTerm,
		LeaderId:     s.Me,
		PrevLogIndex: prev,
		PrevLogTerm:  s.Log.term(prev),
		LeaderCommit: s.CommitIndex,
	}
	if f.silent <= silence {
		args.Entries = s.Log.between(prev+1, s.followers[s.Me].matchIndex, maxBatch)
	}
	if len(args.Entries) > 0 && dlog.On() {
		dlog.Debug(dlog.Log, "S%d in T%d sends S%d entries %d to %d", s.Me, s.CurrentTerm, server, prev+1,
			prev+len(args.Entries))
	}
	return args
}

// answered takes notice of a server's reply to a request. It reports false if the reply is of no use any more: it is
// late, and this server is not the leader of term now, or it is none.
func (s *State) answered(server, term int, request any, replyTerm int) (*follower, bool) {
	if s.Role != Leader || term != s.CurrentTerm || replyTerm != term {
		return nil, false
	}
	f := &s.followers[server]
	f.silent = 0
	if f.underWay == request {
		f.underWay = nil
	}
	return f, true
}

// CountAppend takes a server's reply to args (Figure 2, "Leaders"; section 5.3), in whatever order replies come and
// however often.
func (s *State) CountAppend(server int, args *AppendEntriesArgs, reply *AppendEntriesReply) Effect {
	e := s.ObserveTerm(reply.Term)
	f, ok := s.answered(server, args.Term, args, reply.Term)
	switch {
	case !ok:
	case reply.Success:
		e.Apply = s.matches(server, args.PrevLogIndex+len(args.Entries))
	case args.PrevLogIndex == f.nextIndex-1 && f.nextIndex > f.matchIndex+1:
		// What else is under way begins at the same place and will be refused too.
		f.underWay = nil
		f.nextIndex = min(max(s.goBack(reply), f.matchIndex+1), f.nextIndex-1)
		if dlog.On() {
			dlog.Debug(dlog.Log, "S%d in T%d goes back to %d for S%d", s.Me, s.CurrentTerm, f.nextIndex, server)
		}
	}
	return e
}

// goBack returns the nextIndex for a follower that refused (the end of section
// 5.3): after this leader's last entry of the conflicting term or, if it has
// none, where the follower's entries of that term begin.
func (s *State) goBack(reply *AppendEntriesReply) int {
	if index, ok := s.Log.lastOf(reply.ConflictTerm); ok {
		return index + 1
	}
	return reply.ConflictIndex
}
