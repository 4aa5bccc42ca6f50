package figure2

// What servers say to each other, with the names of Figures 2 and 13. Terms and indexes of entries start at 1; 0 stands
// for none.
//
// A server that answers is in the term of the request or a later one, so that a reply with an earlier term, such as the
// zero one of a server that was killed, is none.

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

// AppendEntriesArgs is a leader's request; without Entries it is a heartbeat (Figure 2, "AppendEntries RPC").
type AppendEntriesArgs struct {
	Term         int // the leader's
	LeaderId     int
	PrevLogIndex int // of the entry before Entries
	PrevLogTerm  int
	Entries      []Entry
	LeaderCommit int
}

// AppendEntriesReply is the answer to it. Of a follower whose log does not hold the entry before, it says more than
// Figure 2 has: how far the leader should go back at once, rather than entry by entry (the end of section 5.3).
type AppendEntriesReply struct {
	Term          int // for the leader to update itself
	Success       bool
	ConflictTerm  int // of the follower's entry at PrevLogIndex, or 0 if its log is too short
	ConflictIndex int // the first it has of that term, or of the entry that it lacks
}

// InstallSnapshotArgs is a leader's request to a follower that needs entries which the leader's log no longer has
// (Figure 13). The snapshot goes in one piece.
type InstallSnapshotArgs struct {
	Term              int // the leader's
	LeaderId          int
	LastIncludedIndex int // the snapshot takes the place of all entries up to it
	LastIncludedTerm  int
	Data              []byte
}

// InstallSnapshotReply is the answer to it.
type InstallSnapshotReply struct {
	Term int // for the leader to update itself
}
