package kvclassic

import (
	"raftlab/src/dlog"
	"raftlab/src/raft"
)

// applier executes what is committed, in order, until the Raft closes applyCh. It alone changes the store, and gives
// the Raft snapshots of it between two messages, so that a snapshot is of exactly its index.
func (kv *KVServer) applier(applyCh <-chan raft.ApplyMsg) {
	defer close(kv.stopped)
	for {
		select {
		case m, open := <-applyCh:
			switch {
			case !open:
				return
			case m.SnapshotValid:
				kv.install(m.SnapshotIndex, m.Snapshot)
			case m.CommandValid:
				kv.execute(m.CommandIndex, m.Command.(Op))
				if kv.size.Due() {
					kv.takeSnapshot()
				}
			}
		case <-kv.size.Later():
			kv.takeSnapshot()
		}
	}
}

// execute applies the command at an index and wakes who waits there, whoever it is.
func (kv *KVServer) execute(index int, op Op) {
	kv.mu.Lock()
	defer kv.mu.Unlock()
	kv.store.apply(op)
	kv.applied = index
	kv.wake(index)
	if dlog.On() {
		dlog.Debug(dlog.Commit, "S%d applies %d: %s %q of client %d, its number %d", kv.me, index, op.Kind, op.Key,
			op.ID.Client, op.ID.Seq)
	}
}

// install takes the place of all up to an index by a snapshot that the Raft has from its leader. One that has less than
// was applied already would take the store back.
func (kv *KVServer) install(index int, snapshot []byte) {
	kv.mu.Lock()
	defer kv.mu.Unlock()
	if index <= kv.applied {
		return
	}
	kv.restore(snapshot)
	kv.applied = index
	for at := range kv.waiters {
		if at <= index {
			kv.wake(at)
		}
	}
}

// takeSnapshot gives the Raft a snapshot. Followers do so, too: nobody trims their logs for them.
func (kv *KVServer) takeSnapshot() {
	index, snapshot := kv.snapshot()
	if dlog.On() {
		dlog.Debug(dlog.Snap, "S%d takes a snapshot up to %d, %d bytes", kv.me, index, len(snapshot))
	}
	kv.rf.Snapshot(index, snapshot)
	kv.size.Taken()
}

// snapshot returns the store as bytes and the index up to which it has the log.
func (kv *KVServer) snapshot() (index int, snapshot []byte) {
	kv.mu.Lock()
	defer kv.mu.Unlock()
	return kv.applied, kv.store.encode()
}
