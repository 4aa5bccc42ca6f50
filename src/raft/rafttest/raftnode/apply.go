package raftnode

import (
	"fmt"
	"time"

	"raftlab/src/labgob"
	"raftlab/src/raft/editions"
)

// apply is the service: it tells the judge what the Raft applies and, like the lab's, has a snapshot taken before it
// reads on, where the judge wants one. It reads on when the life is over: a Raft that is being killed must not hang
// because nobody reads its applyCh any more.
func apply[M any](s *server, e editions.Adapter[M], ch <-chan M) {
	for {
		sent, ok := receive(ch, s.host.End())
		if !ok {
			return
		}
		m := e.Message(sent)
		switch {
		case m.CommandValid:
			command, err := labgob.Marshal(&m.Command)
			if err != nil {
				panic(fmt.Sprintf("raftlab: cannot encode the command %v of type %T that was applied at index %d: %v",
					m.Command, m.Command, m.CommandIndex, err))
			}
			message := Applied{m.CommandIndex, command}.Append(nil)
			if s.every == 0 || (m.CommandIndex+1)%s.every != 0 {
				s.host.Tell(message)
			} else if snapshot := s.host.Query(message); len(snapshot) > 0 && s.isStarted() {
				s.host.Watch("Snapshot", func() { s.rf.Snapshot(m.CommandIndex, snapshot) })
			}
		case m.SnapshotValid:
			if e.Install != nil {
				agreed := false
				if s.isStarted() {
					s.host.Watch("CondInstallSnapshot", func() { agreed = e.Install(s.object, m) })
				}
				if !agreed {
					break // it has applied more meanwhile
				}
			}
			s.host.Tell(Installed{m.SnapshotIndex, m.SnapshotTerm, m.Snapshot}.Append(nil))
		}
		if d := s.slow.Load(); d > 0 {
			s.sleep(time.Duration(d))
		}
	}
}

// receive receives what is sent, until ch or end is closed. In a box there is no end, and no choice to make between two
// channels.
func receive[M any](ch <-chan M, end <-chan struct{}) (sent M, ok bool) {
	if end == nil {
		sent, ok = <-ch
		return sent, ok
	}
	select {
	case sent, ok = <-ch:
	case <-end:
	}
	return sent, ok
}

// isStarted waits for Make to return. It reports false if it never will.
func (s *server) isStarted() bool {
	receive(s.started, s.host.Over())
	select {
	case <-s.started:
		return true
	default:
		return false
	}
}

// sleep lets time pass, as long as the life goes on.
func (s *server) sleep(d time.Duration) {
	over := s.host.Over()
	if over == nil {
		time.Sleep(d)
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-over:
	}
}
