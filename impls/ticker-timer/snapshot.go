package tickertimer

import "raftlab/impls/internal/figure2"

// Snapshot implements raft.Raft.
func (rf *Raft) Snapshot(index int, snapshot []byte) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.dead {
		rf.perform(rf.state.Compact(index, snapshot))
	}
}

// installSnapshot sends one server the snapshot and takes its reply.
func (rf *Raft) installSnapshot(server int, args *figure2.InstallSnapshotArgs) {
	var reply figure2.InstallSnapshotReply
	if !rf.peers[server].Call("Raft.InstallSnapshot", args, &reply) {
		return
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.dead {
		rf.perform(rf.state.CountSnapshot(server, args, &reply))
		rf.sendMore(server)
	}
}

// InstallSnapshot is the handler of a leader's request to a server that lags behind the leader's log.
func (rf *Raft) InstallSnapshot(args *figure2.InstallSnapshotArgs, reply *figure2.InstallSnapshotReply) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.dead {
		rf.perform(rf.state.InstallSnapshot(args, reply))
	}
}
