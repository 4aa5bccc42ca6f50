package kvrsm

import (
	"raftlab/src/dlog"
	"raftlab/src/raft"
)

// applier has the state machine execute what is committed, in order, until the Raft closes applyCh. It takes snapshots
// between two messages, so that a snapshot includes the log exactly up to its index.
func (r *RSM) applier(applyCh <-chan raft.ApplyMsg) {
	defer close(r.stopped)
	for {
		select {
		case m, open := <-applyCh:
			switch {
			case !open:
				return
			case m.SnapshotValid:
				r.install(m.SnapshotIndex, m.Snapshot)
			case m.CommandValid:
				r.execute(m.CommandIndex, m.Command.(Op))
				if r.size.Due() {
					r.takeSnapshot()
				}
			}
		case <-r.size.Later():
			r.takeSnapshot()
		}
	}
}

// execute has the state machine execute the command at an index, and passes on the result.
func (r *RSM) execute(index int, op Op) {
	result := r.sm.DoOp(op.Request)
	r.applied = index
	if dlog.On() {
		dlog.Debug(dlog.Commit, "S%d applies %d: %T %d of S%d", r.me, index, op.Request, op.ID.Number, op.ID.Server)
	}
	r.tell(op.ID, result)
}

// install replaces the state by a snapshot up to an index that the Raft has from its leader. An older one than what is
// applied would take the state machine back. A Submit whose operation is in the snapshot finds that its server does not
// lead any more.
func (r *RSM) install(index int, snapshot []byte) {
	if index <= r.applied {
		return
	}
	r.sm.Restore(snapshot)
	r.applied = index
	if dlog.On() {
		dlog.Debug(dlog.Snap, "S%d has a snapshot up to %d, %d bytes", r.me, index, len(snapshot))
	}
}

// takeSnapshot gives the Raft a snapshot. Followers do so, too: nobody trims their logs for them.
func (r *RSM) takeSnapshot() {
	snapshot := r.sm.Snapshot()
	if dlog.On() {
		dlog.Debug(dlog.Snap, "S%d takes a snapshot up to %d, %d bytes", r.me, r.applied, len(snapshot))
	}
	r.rf.Snapshot(r.applied, snapshot)
	r.size.Taken()
}
