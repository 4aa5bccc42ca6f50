// Package etcdraft is go.etcd.io/raft/v3, the Raft of etcd and many others, behind the lab's contract. It shows that
// the contract asks for nothing that a Raft in production does not do, and judges the suite: a scenario that it fails
// is wrong.
//
// etcd's raft is a state machine without clock, disk or network, a RawNode, and this package adds these three: it
// ticks, saves each Ready before it sends the Ready's messages, and sends them by peers[i].Call. One call carries
// several messages, and its reply the messages that answer them.
//
// The lab and etcd differ in two things. An etcd leader begins its term with an empty entry, and the lab's indexes
// count only entries with a command: storage translates. And etcd sends messages for every proposal, while the lab
// limits the number of RPCs: proposals that come within a batchDelay are sent together.
//
// One lock guards the RawNode and the storage. It is never held over a call or over a send on applyCh.
package etcdraft

import (
	"fmt"
	"time"

	etcd "go.etcd.io/raft/v3"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	sync "raftlab/src/locks"
	"raftlab/src/raft"
)

// etcd's raft measures time in ticks. A leader sends ten heartbeats a second. etcd draws each election timeout from 25
// to 49 ticks: the shortest is as long as five heartbeat intervals.
const (
	tick           = 20 * time.Millisecond
	heartbeatTicks = 5
	electionTicks  = 25
)

// batchDelay is how long a proposal waits for others to share an RPC, and a write to the disk, with.
const batchDelay = 10 * time.Millisecond

// Raft is one server of a cluster.
type Raft struct {
	peers   []*labrpc.ClientEnd
	me      int
	applyCh chan<- raft.ApplyMsg
	killed  chan struct{} // closed by Kill

	mu      sync.Mutex // guards what follows
	dead    bool
	node    *etcd.RawNode
	storage *storage
	pending [][]byte // commands that Start took in term, and that wait to be proposed together
	term    uint64

	applies applyQueue // has a lock of its own
}

// Make starts a server. It is a raft.MakeFunc.
func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	storage, err := openStorage(len(peers), persister)
	if err != nil {
		panic(fmt.Sprintf("S%d cannot read its disk: %v", me, err))
	}
	node, err := etcd.NewRawNode(&etcd.Config{
		ID:              id(me),
		ElectionTick:    electionTicks,
		HeartbeatTick:   heartbeatTicks,
		Storage:         storage,
		MaxSizePerMsg:   1 << 20,
		MaxInflightMsgs: 256,
		// etcd's own servers use it, too. Without it a server whose log is behind can call elections that it cannot
		// win; each resets the others' timeouts. Of three servers, the only one that can win may be kept from it for
		// ten seconds.
		PreVote:                   true,
		DisableProposalForwarding: true,
		Logger:                    logger{me},
	})
	if err != nil {
		panic(fmt.Sprintf("S%d: %v", me, err))
	}
	rf := &Raft{
		peers:   peers,
		me:      me,
		applyCh: applyCh,
		killed:  make(chan struct{}),
		node:    node,
		storage: storage,
		applies: newApplyQueue(),
	}
	go rf.tickLoop()
	go rf.applyLoop()
	return rf
}

// id is what etcd's raft calls a server; it has no 0.
func id(server int) uint64 { return uint64(server) + 1 }

// tickLoop ticks the node until the server is killed.
func (rf *Raft) tickLoop() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			rf.do(nobody, rf.node.Tick)
		case <-rf.killed:
			return
		}
	}
}

// nobody is the caller of a step that handles no RPC.
const nobody = -1

// do runs a step of the node and handles the Ready that results, unless the server is dead. It returns the messages to
// the caller, a server, instead of sending them.
func (rf *Raft) do(caller int, step func()) (answers [][]byte) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead {
		return nil
	}
	step()
	return rf.handleReady(caller)
}

// Start implements raft.Raft.
func (rf *Raft) Start(command any) (index, term int, isLeader bool) {
	data, err := labgob.Marshal(&command)
	if err != nil {
		panic(fmt.Sprintf("S%d cannot encode the command %v of type %T: %v", rf.me, command, command, err))
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	status := rf.node.BasicStatus()
	term = int(status.GetTerm())
	if rf.dead || status.RaftState != etcd.StateLeader {
		return -1, term, false
	}
	if rf.term != status.GetTerm() {
		rf.term, rf.pending = status.GetTerm(), nil
	}
	if len(rf.pending) == 0 {
		time.AfterFunc(batchDelay, func() { rf.do(nobody, rf.propose) })
	}
	rf.pending = append(rf.pending, data)
	return rf.storage.lastLabIndex() + len(rf.pending), term, true
}

// propose hands the pending commands to the node, if it still leads the term in which Start took them. Commands that
// the node does not take are lost, as those of a deposed leader may be. The lock is held.
func (rf *Raft) propose() {
	if status := rf.node.BasicStatus(); status.RaftState == etcd.StateLeader && status.GetTerm() == rf.term {
		for _, data := range rf.pending {
			if rf.node.Propose(data) != nil {
				break
			}
		}
	}
	rf.pending = nil
}

// GetState implements raft.Raft.
func (rf *Raft) GetState() (term int, isLeader bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	status := rf.node.BasicStatus()
	return int(status.GetTerm()), status.RaftState == etcd.StateLeader
}

// Snapshot implements raft.Raft.
func (rf *Raft) Snapshot(index int, snapshot []byte) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead {
		return
	}
	if err := rf.storage.compact(index, snapshot, rf.node.BasicStatus().Applied); err != nil {
		panic(fmt.Sprintf("S%d cannot take the snapshot at %d: %v", rf.me, index, err))
	}
}

// Kill implements raft.Raft.
func (rf *Raft) Kill() {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.dead {
		rf.dead = true
		close(rf.killed)
	}
}
