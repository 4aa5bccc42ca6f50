package kvrsm

import (
	"raftlab/src/dlog"
	"raftlab/src/raft"
)

// applier has the state machine do what is committed, in order, until the Raft closes applyCh. It gives the Raft
// snapshots between two messages, so that a snapshot is of exactly its index.
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

// execute has the command at an index done and passes its result on.
func (r *RSM) execute(index int, op Op) {
	result := r.sm.DoOp(op.Request)
	r.applied = index
	if dlog.On() {
		dlog.Debug(dlog.Commit, "S%d applies %d: %T %d of S%d", r.me, index, op.Request, op.ID.Number, op.ID.Server)
	}
	r.tell(op.ID, result)
}

// install takes the place of all up to an index by a snapshot that the Raft has from its leader. One that has less than
// was applied already would take the state machine back. Who waits for an operation that the snapshot includes finds
// that its server does not lead any more.
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
