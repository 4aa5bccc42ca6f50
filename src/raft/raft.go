// Package raft is the contract between a Raft and whoever uses or grades it: it is the lab's handout in code. It holds
// no Raft; implementations stand in directories of their own and import it.
//
// An implementation is a package with a function of type MakeFunc,
//
//	func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft
//
// that returns one server of a Raft cluster as the extended Raft paper (Ongaro and Ousterhout, 2014) describes it, most
// of it in Figure 2. The value returned is a pointer to a type named Raft; its exported methods of the form
//
//	func (rf *Raft) RequestVote(args *RequestVoteArgs, reply *RequestVoteReply)
//
// are the handlers that other servers reach with peers[i].Call("Raft.RequestVote", …). They may have any name; the
// fields of their arguments are best named as in Figure 2, since the suite's monitors know them by these names.
//
// What the lab's parts ask for:
//
//   - 2A, elections (sections 5.2, 5.1): at most one leader in a term; a new
//     leader within five seconds of the old one's failure, if a majority can
//     talk; a healthy leader stays; at most some ten heartbeats a second.
//   - 2B, the log (sections 5.3, 5.4): Start appends, committed entries are sent
//     on applyCh, in order, each once.
//   - 2C, persistence (Figure 2, "Persistent state on all servers"): what must
//     survive a crash is saved before anybody is told of it.
//   - 2D, snapshots (section 7): the log before a snapshot is dropped, and
//     InstallSnapshot brings up servers that lag behind it.
//
// Election timeouts must be longer than the paper's 150 to 300 ms, since heartbeats are ten a second, and short enough
// for a leader within five seconds even when a vote splits. An implementation whose Make asks persister.Timing can be
// given others, and be measured with them: see grader elect.
package raft

import "raftlab/src/labrpc"

// Raft is one server of a cluster. Its methods may be called from any goroutine at any time, and none of them may wait
// for the network.
type Raft interface {
	// Start asks this server to append command to the replicated log. If it is not the leader it returns false at once.
	// If it is, it starts agreement and returns at once with the index the command will have if it is ever committed
	// and the current term; nothing guarantees that it will be. The first index is 1.
	Start(command any) (index, term int, isLeader bool)

	// GetState returns the current term and whether this server believes it is the leader.
	GetState() (term int, isLeader bool)

	// Snapshot tells this server that the service has put everything up to and including index into snapshot, so that
	// the log up to there can go. index has been applied. The Raft saves snapshot along with its state.
	Snapshot(index int, snapshot []byte)

	// Kill tells this server that it will not be used again. Its goroutines leave soon; nothing waits for them.
	Kill()
}

// MakeFunc starts a server. peers[i] calls server i; peers[me] is this server's own end and is not used. persister
// holds what this server saved before it crashed, if it did. Committed entries go to applyCh. Make returns quickly:
// what runs for long is started in goroutines.
type MakeFunc func(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg) Raft

// ApplyMsg tells the service on this server about a committed entry or, from part 2D on, about a snapshot that takes
// the place of all entries up to its index. One of CommandValid and SnapshotValid is true. Indexes rise by one from
// message to message, and by a jump at a snapshot; they never fall.
type ApplyMsg struct {
	CommandValid bool
	Command      any
	CommandIndex int

	SnapshotValid bool
	Snapshot      []byte
	SnapshotTerm  int
	SnapshotIndex int
}
