package figure2

import (
	"bytes"

	"raftlab/src/dlog"
)

// Compact takes the place of the log up to index by the service's snapshot (section 7). An index that the service
// cannot know, or a snapshot older than the one there is, changes nothing.
func (s *State) Compact(index int, snapshot []byte) Effect {
	if index <= s.Log.SnapshotIndex || index > s.LastApplied {
		return Effect{}
	}
	s.Log.compact(index, s.Log.term(index))
	s.Snapshot = bytes.Clone(snapshot)
	if dlog.On() {
		dlog.Debug(dlog.Snap, "S%d in T%d has a snapshot up to %d in the place of its log, %d entries are left", s.Me,
			s.CurrentTerm, index, len(s.Log.Entries))
	}
	return Effect{Save: true}
}

// snapshotRequest makes an InstallSnapshot of the snapshot that there is.
func (s *State) snapshotRequest(server int) *InstallSnapshotArgs {
	if dlog.On() {
		dlog.Debug(dlog.Snap, "S%d in T%d sends S%d its snapshot up to %d", s.Me, s.CurrentTerm, server,
			s.Log.SnapshotIndex)
	}
	return &InstallSnapshotArgs{
		Term:              s.CurrentTerm,
		LeaderId:          s.Me,
		LastIncludedIndex: s.Log.SnapshotIndex,
		LastIncludedTerm:  s.Log.SnapshotTerm,
		Data:              s.Snapshot,
	}
}

// InstallSnapshot answers a leader (Figure 13, receiver, without the chunks). Like any request from the leader of the
// current term it begins a new election timeout. A snapshot of no more than is known to be committed here is late or
// needless, and must not move the service back.
func (s *State) InstallSnapshot(args *InstallSnapshotArgs, reply *InstallSnapshotReply) Effect {
	e := s.ObserveTerm(args.Term)
	reply.Term = s.CurrentTerm
	if !s.obeyLeader(args.Term, args.LeaderId) { // rule 1
		return e
	}
	e.Reset = true
	if args.LastIncludedIndex <= s.CommitIndex {
		return e
	}
	s.Log.compact(args.LastIncludedIndex, args.LastIncludedTerm) // rules 6 and 7
	s.Snapshot = args.Data                                       // rule 5
	s.CommitIndex = args.LastIncludedIndex
	if dlog.On() {
		dlog.Debug(dlog.Snap, "S%d in T%d has S%d's snapshot up to %d, %d entries are left", s.Me, s.CurrentTerm,
			args.LeaderId, args.LastIncludedIndex, len(s.Log.Entries))
	}
	e.Save, e.Apply = true, true // rule 8
	return e
}

// CountSnapshot takes a server's reply to args. A follower that refused nothing has all that the snapshot includes, now
// or before (Figure 13).
func (s *State) CountSnapshot(server int, args *InstallSnapshotArgs, reply *InstallSnapshotReply) Effect {
	e := s.ObserveTerm(reply.Term)
	if _, ok := s.answered(server, args.Term, args, reply.Term); ok {
		e.Apply = s.setMatch(server, args.LastIncludedIndex)
	}
	return e
}
