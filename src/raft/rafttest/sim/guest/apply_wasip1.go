package guest

import (
	"fmt"
	"time"

	"raftlab/src/labgob"
	"raftlab/src/raft/editions"
	"raftlab/src/raft/rafttest/sim/protocol"
)

// apply tells the host what the server applies. Where the service may want a
// snapshot, after a command whose index is one short of a multiple of every, it
// waits for the host to say so, and reads on when that is done: it is the
// service.
func apply[M any](s *server, e editions.Edition[M], ch <-chan M, every int64) {
	for sent := range ch {
		m := e.Message(sent)
		switch {
		case m.CommandValid:
			data, err := labgob.Marshal(&m.Command)
			if err != nil {
				panic(fmt.Sprintf("raftlab: cannot encode the command %v of type %T that was applied at index %d: %v", m.Command, m.Command, m.CommandIndex, err))
			}
			send(&protocol.Frame{Op: protocol.Applied, A: int64(m.CommandIndex), Data: data})
			if index := int64(m.CommandIndex); every > 0 && (index+1)%every == 0 {
				if snapshot := <-s.snapshots; len(snapshot) > 0 {
					<-s.made
					s.rf.Snapshot(m.CommandIndex, snapshot)
					send(&protocol.Frame{Op: protocol.Snapshotted})
				}
			}
		case m.SnapshotValid:
			if e.Install != nil {
				<-s.made
				if !e.Install(s.service, m) {
					break // it has applied more meanwhile
				}
			}
			send(&protocol.Frame{Op: protocol.Applied, Flag: true, A: int64(m.SnapshotIndex), B: int64(m.SnapshotTerm), Data: m.Snapshot})
		}
		if s.pace > 0 {
			time.Sleep(s.pace)
		}
	}
}
