package etcdraft

import (
	"fmt"

	etcd "go.etcd.io/raft/v3"

	"raftlab/src/labgob"
	"raftlab/src/raft"
)

// handleReady does what the node's Readys ask for, in etcd's order: save, send, apply. It returns the messages to the
// caller. The lock is held, and has been since the node was stepped, so that nobody sees a state that is not saved.
func (rf *Raft) handleReady(caller int) (answers [][]byte) {
	for rf.node.HasReady() {
		rd := rf.node.Ready()
		if err := rf.storage.save(&rd); err != nil {
			panic(fmt.Sprintf("S%d cannot save: %v", rf.me, err))
		}
		answers = append(answers, rf.send(rd.Messages, caller)...)
		if !etcd.IsEmptySnap(rd.Snapshot) {
			rf.applies.push(raft.ApplyMsg{
				SnapshotValid: true,
				Snapshot:      rf.storage.service,
				SnapshotTerm:  int(rd.Snapshot.GetMetadata().GetTerm()),
				SnapshotIndex: rf.storage.labIndexes[0],
			})
		}
		for _, e := range rd.CommittedEntries {
			if len(e.GetData()) == 0 {
				continue // the beginning of a leader's term
			}
			var command any
			if err := labgob.Unmarshal(e.GetData(), &command); err != nil {
				panic(fmt.Sprintf("S%d cannot decode the entry at %d: %v", rf.me, e.GetIndex(), err))
			}
			rf.applies.push(raft.ApplyMsg{
				CommandValid: true,
				Command:      command,
				CommandIndex: rf.storage.labIndex(e.GetIndex()),
			})
		}
		rf.node.Advance(rd)
	}
	return answers
}
