package live

import (
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/editions"
	"raftlab/src/raft/rafttest"
)

// A maker prepares a life of a server of some edition: apply takes what it
// applies, and start is its Make.
type maker func(l *life, peers []*labrpc.ClientEnd, disk *raft.Persister) (apply func(), start func() (raft.Raft, any))

func makerOf[M any](e editions.Edition[M]) maker {
	return func(l *life, peers []*labrpc.ClientEnd, disk *raft.Persister) (apply func(), start func() (raft.Raft, any)) {
		ch := make(chan M)
		return func() { applyAll(l, e, ch) },
			func() (raft.Raft, any) { return e.Make(peers, l.server.me, disk, ch) }
	}
}

// applyAll takes what the server applies, until the world closes: a server that
// is being killed must not hang because nobody listens any more.
func applyAll[M any](l *life, e editions.Edition[M], ch <-chan M) {
	for {
		select {
		case m, ok := <-ch:
			if !ok {
				return // it has closed the channel: it will apply no more
			}
			l.apply(e.Message(m), e.Install)
			if d := l.server.pace.Load(); d > 0 {
				l.sleep(time.Duration(d))
			}
		case <-l.server.world.closed:
			return
		}
	}
}

// apply is the service: like the lab's it has a snapshot taken before it reads
// on, and switches to one only if install, where there is one, agrees.
func (l *life) apply(m raft.ApplyMsg, install func(rf any, m raft.ApplyMsg) bool) {
	if m.SnapshotValid && install != nil {
		agreed := false
		if l.isMade() {
			l.call("CondInstallSnapshot", func() { agreed = install(l.object, m) })
		}
		if !agreed {
			return // it has applied more meanwhile
		}
	}
	var snapshot []byte
	l.report(func(o rafttest.Observer) { snapshot = o.Applied(l.server.me, m) })
	if snapshot != nil && l.isMade() {
		l.call("Snapshot", func() { l.rf.Snapshot(m.CommandIndex, snapshot) })
	}
}
