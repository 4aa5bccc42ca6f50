package sim

import (
	"fmt"

	"raftlab/src/labgob"
	"raftlab/src/raft/rafttest/sim/protocol"
)

func (w *world) Start(i int, command any) (index, term int, leader, ok bool) {
	data, err := labgob.Marshal(&command)
	if err != nil {
		panic(fmt.Sprintf("sim: a scenario starts %v, which gob cannot encode: %v", command, err))
	}
	a, ok := w.servers[i].await(&protocol.Frame{Op: protocol.Start, Data: data})
	return int(a.A), int(a.B), a.Flag, ok
}

func (w *world) Snapshot(i, index int, data []byte) bool {
	_, ok := w.servers[i].await(&protocol.Frame{Op: protocol.Snapshot, A: int64(index), Data: data})
	return ok
}
