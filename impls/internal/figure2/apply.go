package figure2

import (
	"bytes"

	"raftlab/src/raft"
)

// Apply returns what the service is to be given next, in this order and before anything that Apply returns later, and
// nothing if it has all that is committed (Figure 2, "All Servers": lastApplied follows commitIndex). A snapshot from
// the leader comes in the place of the entries that it includes.
func (s *State) Apply() []raft.ApplyMsg {
	if index := s.Log.SnapshotIndex; s.LastApplied < index {
		s.LastApplied = index
		return []raft.ApplyMsg{{
			SnapshotValid: true,
			Snapshot:      bytes.Clone(s.Snapshot),
			SnapshotTerm:  s.Log.SnapshotTerm,
			SnapshotIndex: index,
		}}
	}
	entries := s.Log.between(s.LastApplied+1, s.CommitIndex, maxBatch)
	messages := make([]raft.ApplyMsg, len(entries))
	for i, e := range entries {
		messages[i] = raft.ApplyMsg{CommandValid: true, Command: e.Command, CommandIndex: s.LastApplied + 1 + i}
	}
	s.LastApplied += len(entries)
	return messages
}
