package pollingsleep

import (
	"time"

	"raftlab/impls/internal/figure2"
	"raftlab/src/dlog"
)

// Start implements raft.Raft. What it appends goes out when the goroutine that spreads the news has slept for a moment,
// together with all that is started until then.
func (rf *Raft) Start(command any) (index, term int, isLeader bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead || rf.state.Role != figure2.Leader {
		return -1, rf.state.CurrentTerm, false
	}
	index = rf.state.Start(command)
	rf.changed.Broadcast()
	return index, rf.state.CurrentTerm, true
}

// spreadNews tells the followers of the leader of term what they do not know yet, whenever there is something and a
// moment has passed in which there may be more, until it leads no more. A sleeper cannot be woken: an entry that comes
// while it waits for more than a commit waits with it.
func (rf *Raft) spreadNews(term int) {
	for {
		d, ok := rf.awaitUpdates(term)
		if !ok {
			return
		}
		time.Sleep(d)
		rf.sendUpdates()
	}
}

// awaitUpdates waits until there is something to tell, and returns how long to wait for more. It reports false if this
// server does not lead term any more.
func (rf *Raft) awaitUpdates(term int) (time.Duration, bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	for !rf.dead && rf.state.Role == figure2.Leader && rf.state.CurrentTerm == term {
		if d, ok := rf.state.Updates(); ok {
			return d, true
		}
		rf.changed.Wait()
	}
	return 0, false
}

// sendUpdates tells the followers what they do not know yet.
func (rf *Raft) sendUpdates() {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead {
		return
	}
	rf.perform(rf.state.Flush())
	for server := range rf.peers {
		if rf.state.Pending(server) {
			rf.send(server)
		}
	}
}

// checkHeartbeat speaks to the others again, if a heartbeat interval has passed and this server has anything to say. It
// reports false once the server is dead.
func (rf *Raft) checkHeartbeat() bool {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead {
		return false
	}
	if time.Since(rf.spoke) < rf.timing.Heartbeat {
		return true
	}
	switch rf.state.Role {
	case figure2.Leader:
		rf.sendHeartbeats()
	case figure2.Candidate:
		rf.requestVotes()
	}
	return true
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
	rf.spoke = time.Now()
}

// send sends a server what this leader has for it, in a goroutine of its own. The lock is held.
func (rf *Raft) send(server int) {
	if entries, snapshot := rf.state.Request(server); snapshot != nil {
		go rf.installSnapshot(server, snapshot)
	} else {
		go rf.appendEntries(server, entries)
	}
}

// appendEntries sends one server entries, or a heartbeat, and takes its reply. If the server lacks entries then, it
// goes on at once.
func (rf *Raft) appendEntries(server int, args *figure2.AppendEntriesArgs) {
	var reply figure2.AppendEntriesReply
	if !rf.peers[server].Call("Raft.AppendEntries", args, &reply) {
		return
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead {
		return
	}
	rf.perform(rf.state.CountAppend(server, args, &reply))
	if rf.state.Missing(server) {
		rf.send(server)
	}
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
