package tickertimer

import (
	"raftlab/impls/internal/figure2"
	"raftlab/src/dlog"
)

// Start implements raft.Raft. What it appends goes out when the updates timer rings, together with all that is started
// until then.
func (rf *Raft) Start(command any) (index, term int, isLeader bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead || rf.state.Role != figure2.Leader {
		return -1, rf.state.CurrentTerm, false
	}
	index = rf.state.Start(command)
	rf.waitForMore()
	return index, rf.state.CurrentTerm, true
}

// waitForMore has the updates timer ring, if there are any, when it has waited long enough for more. The lock is held.
func (rf *Raft) waitForMore() {
	if d, ok := rf.state.Updates(); ok {
		rf.updates.ringWithin(d)
	}
}

// updatesTick tells the followers what they do not know yet.
func (rf *Raft) updatesTick() {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.updates.rings() {
		rf.perform(rf.state.Flush())
		for server := range rf.peers {
			if rf.state.Pending(server) {
				rf.send(server)
			}
		}
	}
}

// heartbeatTick speaks to the others again, if a heartbeat interval has passed and this server has anything to say. In a
// follower the timer rings once more after it stepped down, and then no more.
func (rf *Raft) heartbeatTick() {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.heartbeat.rings() {
		return
	}
	switch rf.state.Role {
	case figure2.Leader:
		rf.sendHeartbeats()
	case figure2.Candidate:
		rf.requestVotes()
	}
}

// sendHeartbeats tells all others that this server leads, and whatever else it has to tell. The lock is held. What
// requestVotes says of dead servers is true here too.
func (rf *Raft) sendHeartbeats() {
	if dlog.On() {
		dlog.Debug(dlog.Leader, "S%d sends heartbeats in T%d", rf.state.Me, rf.state.CurrentTerm)
	}
	rf.perform(rf.state.Flush())
	for server := range rf.peers {
		if server != rf.state.Me {
			rf.send(server)
		}
	}
	rf.heartbeat.set(rf.timing.Heartbeat)
}

// send sends a server what this leader has for it, in a goroutine of its own. The lock is held.
func (rf *Raft) send(server int) {
	if entries, snapshot := rf.state.Request(server); snapshot != nil {
		go rf.installSnapshot(server, snapshot)
	} else {
		go rf.appendEntries(server, entries)
	}
}

// appendEntries sends one server entries, or a heartbeat, and takes its reply.
func (rf *Raft) appendEntries(server int, args *figure2.AppendEntriesArgs) {
	var reply figure2.AppendEntriesReply
	if !rf.peers[server].Call("Raft.AppendEntries", args, &reply) {
		return
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.dead {
		rf.perform(rf.state.CountAppend(server, args, &reply))
		rf.sendMore(server)
	}
}

// sendMore goes on after an answer: at once with entries for who answered, and soon with news for all, such as of a
// commit that the answer brought about. The lock is held.
func (rf *Raft) sendMore(server int) {
	if rf.state.Missing(server) {
		rf.send(server)
	}
	rf.waitForMore()
}

// AppendEntries is the handler of a leader's request. A killed server is like a crashed one: it says nothing, not even
// its term.
func (rf *Raft) AppendEntries(args *figure2.AppendEntriesArgs, reply *figure2.AppendEntriesReply) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.dead {
		rf.perform(rf.state.AppendEntries(args, reply))
	}
}
