package pollingsleep

import (
	"time"

	"raftlab/impls/internal/figure2"
	"raftlab/src/dlog"
)

// checkHeartbeat speaks to the others again, if a HeartbeatInterval has passed
// and this server has anything to say. It reports false once the server is dead.
func (rf *Raft) checkHeartbeat() bool {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead {
		return false
	}
	if time.Since(rf.spoke) < figure2.HeartbeatInterval {
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

// sendHeartbeats tells all others that this server leads, each in a goroutine
// of its own. The lock is held. What requestVotes says of dead servers is true
// here too.
func (rf *Raft) sendHeartbeats() {
	args := rf.state.Heartbeat()
	if dlog.On() {
		dlog.Debug(dlog.Leader, "S%d sends heartbeats in T%d", args.LeaderId, args.Term)
	}
	for server := range rf.peers {
		if server != args.LeaderId {
			go rf.sendHeartbeat(server, args)
		}
	}
	rf.spoke = time.Now()
}

// sendHeartbeat sends one server a heartbeat. All that matters of the reply so
// far is its term.
func (rf *Raft) sendHeartbeat(server int, args figure2.AppendEntriesArgs) {
	var reply figure2.AppendEntriesReply
	if !rf.peers[server].Call("Raft.AppendEntries", &args, &reply) {
		return
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead {
		return
	}
	rf.obey(rf.state.ObserveTerm(reply.Term))
}

// AppendEntries is the handler of a leader's request.
func (rf *Raft) AppendEntries(args *figure2.AppendEntriesArgs, reply *figure2.AppendEntriesReply) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead {
		reply.Term = rf.state.CurrentTerm
		return
	}
	rf.obey(rf.state.AppendEntries(args, reply))
}
