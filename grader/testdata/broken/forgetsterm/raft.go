// Package forgetsterm is a Raft whose currentTerm is not on its disk.
package forgetsterm

import (
	"bytes"
	"io"

	pollingsleep "raftlab/impls/polling-sleep"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	if state := persister.ReadRaftState(); len(state) > 0 {
		persister.Save(forget(state), persister.ReadSnapshot())
	}
	return pollingsleep.Make(peers, me, persister, applyCh)
}

// header is what the state begins with.
type header struct{ CurrentTerm, VotedFor, SnapshotIndex, SnapshotTerm int }

// forget takes the term from a state.
func forget(state []byte) []byte {
	r := bytes.NewReader(state)
	var h header
	if err := labgob.NewDecoder(r).Decode(&h); err != nil {
		panic(err)
	}
	h.CurrentTerm = 0
	head, err := labgob.Marshal(&h)
	if err != nil {
		panic(err)
	}
	log, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return append(head, log...)
}
