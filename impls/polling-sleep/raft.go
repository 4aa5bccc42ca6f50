// Package pollingsleep is a Raft in which nothing is ever woken by time: two goroutines sleep for a moment, look at the
// clock, compare it with timestamps, and sleep again.
//
// Time is noticed late, by up to one poll interval. One poller looks whether the election timeout has elapsed, the other
// whether a leader or a candidate has been silent for a heartbeat interval. To begin a timeout is to write down the
// time: there is no timer to stop, and none that could fire late.
//
// What does not happen by time is waited for on a sync.Cond. Each election has a goroutine that waits until the
// election is won, lost or over, and each leader one that waits until there is something to tell its followers; the
// goroutine of a call that brings a vote or an answer wakes them, and so does everything else that changes the state.
// The applier, which hands over what is committed, has a Cond of its own.
//
// One lock guards the state and the timestamps, and is the Conds'. A poller takes it for each look, a handler for as
// long as it takes to answer, a call's goroutine when the reply is there, those that wait on a Cond whenever they look
// whether to go on waiting. It is never held over a call, a sleep, or while the service takes its time, and every
// function that takes it gives it back by defer; the others say that they need it.
//
// Why it is right: whoever holds the lock applies one of figure2's rules and obeys its Effect, saving first, before
// anybody can see the new state or be told of it. Whoever was asleep, in a poll, in Wait or in a call, believes nothing
// of what it knew before and looks again.
package pollingsleep

import (
	"fmt"
	"math/rand/v2"
	"time"

	"raftlab/impls/internal/figure2"
	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	sync "raftlab/src/locks"
	"raftlab/src/raft"
)

// Raft is one server of a cluster.
type Raft struct {
	peers     []*labrpc.ClientEnd
	persister *raft.Persister
	timing    figure2.Timing
	applyCh   chan<- raft.ApplyMsg
	killed    chan struct{} // closed by Kill: the applier stops waiting for the service

	mu         sync.Mutex // guards what follows; never held over a call, a sleep or a send
	changed    *sync.Cond // on mu: state or dead may have changed
	applicable *sync.Cond // on mu: there may be something to apply, or dead may have changed
	dead       bool       // Kill was called: nothing changes any more
	state      figure2.State

	waitingSince    time.Time // a leader was heard of, a vote given, or an election begun
	electionTimeout time.Duration
	spoke           time.Time // heartbeats or requests for votes were sent
}

// Make starts a server. It is a raft.MakeFunc.
func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	state, err := figure2.New(me, len(peers), persister.ReadRaftState(), persister.ReadSnapshot())
	if err != nil {
		panic(fmt.Sprintf("S%d cannot read its disk: %v", me, err))
	}
	rf := &Raft{
		peers:     peers,
		persister: persister,
		timing:    figure2.TimingOf(persister),
		applyCh:   applyCh,
		killed:    make(chan struct{}),
		state:     state,
	}
	rf.changed, rf.applicable = sync.NewCond(&rf.mu), sync.NewCond(&rf.mu)
	rf.mu.Lock()
	defer rf.mu.Unlock()
	rf.perform(figure2.Effect{Reset: true})

	// Servers that start at once must not poll in step: all whose timeouts end between two polls would stand for
	// election at the same moment.
	phase := rand.N(rf.timing.Poll)
	go rf.poll(phase, rf.checkElectionTimeout)
	go rf.poll(phase, rf.checkHeartbeat)
	go rf.applier()
	return rf
}

// poll calls check once every poll interval, from phase on, until it reports false.
func (rf *Raft) poll(phase time.Duration, check func() bool) {
	time.Sleep(phase)
	for check() {
		time.Sleep(rf.timing.Poll)
	}
}

// perform does what a rule of figure2 asks for and has those who wait for the state to change look at it. The lock is
// held, and has been since the rule was applied.
func (rf *Raft) perform(e figure2.Effect) {
	if e.Save {
		rf.persister.Save(rf.state.Encode(), rf.state.Snapshot)
	}
	if e.Reset {
		rf.waitingSince = time.Now()
		rf.electionTimeout = rf.timing.ElectionTimeout()
		if dlog.On() {
			dlog.Debug(dlog.Timer, "S%d in T%d waits %v for a leader", rf.state.Me, rf.state.CurrentTerm,
				rf.electionTimeout)
		}
	}
	if e.Apply {
		rf.applicable.Signal()
	}
	rf.changed.Broadcast()
}

// GetState implements raft.Raft.
func (rf *Raft) GetState() (term int, isLeader bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	return rf.state.CurrentTerm, rf.state.Role == figure2.Leader
}

// Kill implements raft.Raft. The applier and the goroutines of an election or a leader leave at once, the pollers
// within a poll interval. Calls under way end when the network lets them, and change nothing then.
func (rf *Raft) Kill() {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead {
		return
	}
	rf.dead = true
	close(rf.killed)
	rf.applicable.Signal()
	rf.changed.Broadcast()
}
