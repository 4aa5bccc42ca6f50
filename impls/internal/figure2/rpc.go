package figure2

// What servers say to each other, with the names of Figure 2. Terms and
// indexes of entries start at 1; 0 stands for none.

// RequestVoteArgs is a candidate's request (Figure 2, "RequestVote RPC").
type RequestVoteArgs struct {
	Term         int // the candidate's
	CandidateId  int
	LastLogIndex int
	LastLogTerm  int
}

// RequestVoteReply is the answer to it.
type RequestVoteReply struct {
	Term        int // for the candidate to update itself
	VoteGranted bool
}

// AppendEntriesArgs is a leader's request; without Entries it is a heartbeat
// (Figure 2, "AppendEntries RPC").
type AppendEntriesArgs struct {
	Term         int // the leader's
	LeaderId     int
	PrevLogIndex int // of the entry before Entries
	PrevLogTerm  int
	Entries      []Entry
	LeaderCommit int
}

// AppendEntriesReply is the answer to it.
type AppendEntriesReply struct {
	Term    int // for the leader to update itself
	Success bool
}
