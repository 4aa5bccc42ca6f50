package sim

import (
	"fmt"
	"time"

	"raftlab/src/labgob"
	"raftlab/src/raft/rafttest/sim/protocol"
)

func (w *world) Start(i int, command any) (index, term int, leader, ok bool) {
	data, err := labgob.Marshal(&command)
	if err != nil {
		panic(fmt.Sprintf("sim: a scenario starts %v, which gob cannot encode: %v", command, err))
	}
	a, ok := w.servers[i].await("Start", &protocol.Frame{Op: protocol.Start, Data: data})
	return int(a.A), int(a.B), a.Flag, ok
}

func (w *world) SlowService(i int, d time.Duration) {
	s := w.servers[i]
	s.pace = int64(d)
	if s.pace > 0 || s.made {
		s.feed(&protocol.Frame{Op: protocol.Pace, A: s.pace})
	}
}

func (w *world) Memory() (bytes int) {
	for _, s := range w.servers {
		if a, ok := s.await("runtime.GC", &protocol.Frame{Op: protocol.Weigh}); ok {
			bytes += int(a.A)
			if s.box != nil {
				bytes += s.box.Files()
			}
		}
	}
	return bytes
}

func (w *world) Snapshot(i, index int, data []byte) bool {
	_, ok := w.servers[i].await("Snapshot", &protocol.Frame{Op: protocol.Snapshot, A: int64(index), Data: data})
	return ok
}
