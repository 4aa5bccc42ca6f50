// Elects by greetings and without a vote: of those that hear a majority the one with
// the lowest number leads, in a term that no other server ever takes.
package raft

import "time"

// A Greeting says who is there, in which term, and whether it leads.
type Greeting struct {
	Epoch, Who int
	Leads      bool
}

// Nothing is the answer.
type Nothing struct{}

// here is what this server knows, guarded by its Raft's mu.
var here struct {
	heard []time.Time
	led   time.Time // when another one last said that it leads
	epoch int
	leads bool
}

// Greet is a handler.
func (rf *Raft) Greet(args *Greeting, reply *Nothing) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	here.heard[args.Who] = time.Now()
	if args.Epoch > here.epoch {
		here.epoch, here.leads = args.Epoch, false
	}
	if args.Leads && args.Epoch >= here.epoch {
		here.led = time.Now()
	}
}

func (rf *Raft) greet() {
	for !rf.killed() {
		rf.mu.Lock()
		near, lowest := 1, true
		for i, at := range here.heard {
			if i != rf.me && time.Since(at) < 350*time.Millisecond {
				near++
				lowest = lowest && i > rf.me
			}
		}
		switch n := len(rf.peers); {
		case 2*near <= n:
			here.leads = false
		case !here.leads && lowest && time.Since(here.led) > 400*time.Millisecond:
			here.epoch, here.leads = (here.epoch/n+1)*n+rf.me, true
		}
		args := Greeting{here.epoch, rf.me, here.leads}
		rf.mu.Unlock()
		for i := range rf.peers {
			if i != rf.me {
				go rf.peers[i].Call("Raft.Greet", &args, new(Nothing))
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func init() {
	asks = false
	onMake = func(rf *Raft) {
		here.heard, here.led = make([]time.Time, len(rf.peers)), time.Now()
		go rf.greet()
	}
	onGetState = func(rf *Raft) (int, bool) {
		rf.mu.Lock()
		defer rf.mu.Unlock()
		return here.epoch, here.leads
	}
}
