package tickertimer

import "raftlab/impls/internal/figure2"

// electionTick begins an election if the election timeout has elapsed.
func (rf *Raft) electionTick() {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.election.rings() {
		return
	}
	rf.perform(rf.state.BeginElection())
	rf.requestVotes()
	rf.leadIfElected()
}

// requestVotes asks all who have not answered yet, each in a goroutine of its own, so that a dead server holds up
// nobody. The lock is held.
//
// A call to a dead server hangs for up to 7 s, and another follows every heartbeat interval: there are at most 59 of
// them for each dead server, whether this server is a leader or a candidate.
func (rf *Raft) requestVotes() {
	args := rf.state.VoteRequest()
	for server := range rf.peers {
		if rf.state.Awaits(server) {
			go rf.requestVote(server, args)
		}
	}
	rf.heartbeat.set(rf.timing.Heartbeat)
}

// requestVote asks one server for its vote and counts it, if it is still wanted.
func (rf *Raft) requestVote(server int, args figure2.RequestVoteArgs) {
	var reply figure2.RequestVoteReply
	if !rf.peers[server].Call("Raft.RequestVote", &args, &reply) {
		return
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.dead {
		rf.perform(rf.state.CountVote(server, &args, &reply))
		rf.leadIfElected()
	}
}

// leadIfElected makes a candidate with enough votes the leader. Its election timer is off from then on, until it steps
// down. The lock is held.
func (rf *Raft) leadIfElected() {
	if rf.state.Elected() {
		rf.state.Lead()
		rf.election.off()
		rf.sendHeartbeats()
	}
}

// RequestVote is the handler of a candidate's request. A killed server is like a crashed one: it gives no vote away.
func (rf *Raft) RequestVote(args *figure2.RequestVoteArgs, reply *figure2.RequestVoteReply) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.dead {
		rf.perform(rf.state.RequestVote(args, reply))
	}
}
