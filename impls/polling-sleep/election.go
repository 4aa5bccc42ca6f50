package pollingsleep

import (
	"time"

	"raftlab/impls/internal/figure2"
)

// checkElectionTimeout begins an election if the election timeout has elapsed. A leader has none. It reports false once
// the server is dead.
func (rf *Raft) checkElectionTimeout() bool {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead {
		return false
	}
	if rf.state.Role != figure2.Leader && time.Since(rf.waitingSince) >= rf.electionTimeout {
		rf.perform(rf.state.BeginElection()) // the goroutine of the election before leaves
		rf.requestVotes()
		go rf.awaitVotes(rf.state.CurrentTerm)
	}
	return true
}

// awaitVotes waits for the end of the election in term and, if it is won, makes this server the leader. Losing, timing
// out and Kill end it too: they change what it waits for, and all that changes anything broadcasts.
//
// The lock was free before it was taken here and in every Wait, so that the server may be anything by now: a follower,
// or a candidate in a later term, whose votes are not those of this election.
func (rf *Raft) awaitVotes(term int) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	for !rf.dead && rf.state.Campaigns(term) {
		rf.changed.Wait()
	}
	if rf.dead || rf.state.CurrentTerm != term || !rf.state.Elected() {
		return
	}
	rf.state.Lead()
	rf.sendHeartbeats()
	go rf.spreadNews(term)
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
	rf.spoke = time.Now()
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
