// Package tickertimer is a Raft in which all that happens by time happens in one goroutine: a select over time.Timers
// that are Reset.
//
// Time is noticed by the runtime. The election timer is set anew whenever the paper says that an election timeout
// begins, the heartbeat timer whenever this server, as a leader or a candidate, has spoken to all others, and the
// updates timer when a leader has something to tell them before that; whichever is due wakes the loop, and nothing runs
// in between. See alarm.go for why a tick alone is no proof that a timer is due.
//
// One more goroutine, the applier, hands over what is committed. It sleeps until a channel tells it that there is
// something.
//
// One lock guards the state and the timers. It is taken by the loop when a timer is due, by a handler for as long as it
// takes to answer, by each call's own goroutine when the reply is there, and by the applier while it looks what is
// next. It is never held over a call or while the service takes its time, so that nothing ever waits for the network or
// for the service, and every function that takes it gives it back by defer; the others say that they need it.
//
// Why it is right: whoever holds the lock applies one of figure2's rules and obeys its Effect, saving first, before
// anybody can see the new state or be told of it. What comes later, a tick or a reply, is judged by the state that it
// finds and not by the one that caused it.
package tickertimer

import (
	"fmt"

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
	apply     chan struct{} // holds one token while there may be something to apply
	killed    chan struct{} // closed by Kill: loop and applier leave

	mu        sync.Mutex // guards what follows; never held over a call or a send
	dead      bool       // Kill was called: nothing changes any more
	state     figure2.State
	election  alarm // no leader was heard of for long enough; off in a leader
	heartbeat alarm // leaders and candidates have been silent for long enough
	updates   alarm // leaders have waited long enough for more to tell
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
		apply:     make(chan struct{}, 1),
		killed:    make(chan struct{}),
		state:     state,
		election:  newAlarm(),
		heartbeat: newAlarm(),
		updates:   newAlarm(),
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	rf.perform(figure2.Effect{Reset: true})
	go rf.loop()
	go rf.applier()
	return rf
}

// loop makes happen what happens by time, until Kill.
func (rf *Raft) loop() {
	for {
		select {
		case <-rf.election.C:
			rf.electionTick()
		case <-rf.heartbeat.C:
			rf.heartbeatTick()
		case <-rf.updates.C:
			rf.updatesTick()
		case <-rf.killed:
			return
		}
	}
}

// perform does what a rule of figure2 asks for. The lock is held, and has been since the rule was applied.
func (rf *Raft) perform(e figure2.Effect) {
	if e.Save {
		rf.persister.Save(rf.state.Encode(), rf.state.Snapshot)
	}
	if e.Reset {
		d := rf.timing.ElectionTimeout()
		rf.election.set(d)
		if dlog.On() {
			dlog.Debug(dlog.Timer, "S%d in T%d waits %v for a leader", rf.state.Me, rf.state.CurrentTerm, d)
		}
	}
	if e.Apply {
		select {
		case rf.apply <- struct{}{}:
		default: // the applier has not yet looked
		}
	}
}

// GetState implements raft.Raft.
func (rf *Raft) GetState() (term int, isLeader bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	return rf.state.CurrentTerm, rf.state.Role == figure2.Leader
}

// Kill implements raft.Raft. The loop leaves at once, and so does the applier, even if nobody takes what it has. Calls
// under way end when the network lets them, and change nothing then.
func (rf *Raft) Kill() {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.dead {
		return
	}
	rf.dead = true
	rf.election.off()
	rf.heartbeat.off()
	rf.updates.off()
	close(rf.killed)
}
