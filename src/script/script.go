// Package script is a run written out: what is done to a cluster, and when, as a list of actions that stand in place of
// what a scenario would choose. Such a list can be shortened, which a scenario cannot: to leave an action out moves
// none of the others. It is data, with a text form for files that people read and change.
package script

import (
	"fmt"
	"slices"
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/recipe"
)

// A Script says how a run is played that is not, or not only, left to its scenario and its seed.
type Script struct {
	Lab, Scenario string // their names
	// Drawn decides what the script leaves open: what nodes draw, the weather's harm, what a scenario chooses.
	Drawn   recipe.Recipe
	Finding string // what is seen in the run: the kind of its failure and a sentence; "" if that is not known

	// Nodes is how many of the scenario's nodes there are, the first ones; 0 is all. Only in place of a whole scenario there
	// can be less.
	Nodes int

	Instead Instead       // of what the actions are
	Until   time.Duration // when they are over, which is never before the last of them

	// Plain leaves the order of the goroutines within a node to Go, and has no lock yield.
	Plain bool
	// Orderly has events of one instant come in the order in which they were caused, and timers be as little late as
	// they ever are.
	Orderly bool
	// Listed has the network lose, delay and double those messages only that actions name, whatever the weather.
	Listed bool

	Actions []Action // in the order of their times
}

// Instead says in place of what the actions of a script are played.
type Instead string

// What actions can stand for. What a scenario expects is expected of a run in which it goes its own way; so only what
// it declares as harm can be taken away from it (cluster.Cluster.Harm). Without any scenario nothing is expected but
// what must hold in every run.
const (
	Nothing Instead = "nothing" // the scenario is played as it is
	Harm    Instead = "harm"    // the actions are the scenario's harm
	All     Instead = "all"     // the scenario is not played: the actions are all there is
)

// A Kind says what an Action does.
type Kind string

// The kinds of actions. Those that only undo others do nothing where there is nothing to undo, as a crash does nothing
// to a node that is down.
const (
	Crash       Kind = "crash"
	Restart     Kind = "restart" // undoes a crash
	Disconnect  Kind = "disconnect"
	Connect     Kind = "connect" // undoes Disconnect
	Cut         Kind = "cut"
	Uncut       Kind = "uncut" // undoes Cut
	Partition   Kind = "partition"
	Heal        Kind = "heal" // undoes all cuts and partitions
	Pause       Kind = "pause"
	Resume      Kind = "resume" // undoes Pause
	Skew        Kind = "skew"
	Linger      Kind = "linger"
	CrashOnSave Kind = "crash-on-save"
	Spare       Kind = "spare" // undoes Skew, Linger and CrashOnSave
	Weather     Kind = "weather"
	Tell        Kind = "tell" // something that the lab's code in a node understands
	Ask         Kind = "ask"  // a question of the lab, such as a command
	Message     Kind = "message"
)

// An Action is one thing that is done to a cluster. Which fields it has depends on what it does.
type Action struct {
	At   time.Duration // when; of a Message: when it was sent in the run that was written down, which decides nothing
	Do   Kind
	Node int // to whom it is done; of a Cut and a Message: from whom
	Peer int // to whom the way leads

	First  int     // of a Partition: it is one of the nodes below this
	Groups [][]int // of a Partition; who is in none is alone

	Rate float64       // of a Skew: the speed of the clocks
	Jump time.Duration // and by how much the wall clock jumps

	Longest time.Duration // of a Linger: how long a goroutine rests, at most

	Weather labrpc.Weather

	Method string // of an Ask
	Data   []byte // of an Ask and a Tell
	Means  string // what the Data means, on one line: a remark, which is not read again

	Number uint64 // of a Message: among the requests from Node to Peer, from 0
	Fate   Fate
}

// A Fate is what is bad in what happens to a request and its reply. The zero value is nothing.
type Fate struct {
	LoseRequest, LoseReply   bool
	DelayRequest, DelayReply time.Duration
	Double                   bool          // the request arrives twice …
	DoubleAfter              time.Duration // … so long apart
}

// FateOf is what is bad in a message's fate.
func FateOf(f labrpc.Fate) Fate {
	bad := Fate{LoseRequest: f.LoseRequest, DelayRequest: f.RequestDelay}
	if f.LoseRequest {
		return bad
	}
	if bad.Double = f.Double; f.Double {
		bad.DoubleAfter = f.DoubleDelay
	}
	if bad.LoseReply = f.LoseReply; !f.LoseReply {
		bad.DelayReply = f.ReplyDelay
	}
	return bad
}

// In returns a message's fate with what is bad in f and nothing else: how long a caller waits for nobody is left as it
// is.
func (f Fate) In(drawn labrpc.Fate) labrpc.Fate {
	return labrpc.Fate{
		RequestDelay: f.DelayRequest, LoseRequest: f.LoseRequest, Double: f.Double, DoubleDelay: f.DoubleAfter,
		LoseReply: f.LoseReply, ReplyDelay: f.DelayReply, Timeout: drawn.Timeout, HangUp: drawn.HangUp,
	}
}

// IsFault reports whether an action does harm: it does not if it undoes others' harm, or asks something of the nodes.
func (a Action) IsFault() bool {
	switch a.Do {
	case Partition:
		return !slices.ContainsFunc(a.Groups, func(g []int) bool { return len(g) == a.First })
	case Crash, Disconnect, Cut, Pause, Skew, Linger, CrashOnSave, Tell, Message:
		return true
	case Weather:
		return harms(a.Weather)
	}
	return false
}

// harms reports whether a weather can do anything to a message.
func harms(w labrpc.Weather) bool {
	return w.RequestDelay.Max > 0 || w.LoseRequest > 0 || w.LoseReply > 0 || w.DoubleRequest > 0 ||
		w.HoldRequest > 0 && w.HoldRequestBy.Max > 0 || w.HoldReply > 0 && w.HoldFor.Max > 0
}

// Faults is how many of the actions do harm.
func (s *Script) Faults() int {
	n := 0
	for _, a := range s.Actions {
		if a.IsFault() {
			n++
		}
	}
	return n
}

// With returns the script with other actions.
func (s *Script) With(actions []Action) *Script {
	c := *s
	c.Actions = slices.Clone(actions)
	return &c
}

// Fewer returns the script with so many nodes, and what is done to those only.
func (s *Script) Fewer(n int) *Script {
	c := s.With(nil)
	c.Nodes = n
	for _, a := range s.Actions {
		if a.Node >= n || a.Peer >= n {
			continue
		}
		a.First = min(a.First, n)
		var groups [][]int
		for _, g := range a.Groups {
			groups = append(groups, slices.DeleteFunc(slices.Clone(g), func(node int) bool { return node >= n }))
		}
		if a.Groups = groups; a.Do == Partition && !a.IsFault() {
			a = Action{At: a.At, Do: Heal}
		}
		c.Actions = append(c.Actions, a)
	}
	return c
}

// Fits returns an error if a scenario of n nodes cannot be played by the script: it is to have more, or something is done
// to others.
func (s *Script) Fits(n int) error {
	if s.Nodes > n || s.Nodes > 0 && s.Nodes < n && s.Instead != All {
		return fmt.Errorf("nodes: %d: the scenario has %d, and only with actions instead of %s there can be less", s.Nodes, n,
			All)
	}
	if s.Nodes > 0 {
		n = s.Nodes
	}
	for _, a := range s.Actions {
		if a.Node >= n || a.Peer >= n || a.First > n {
			return fmt.Errorf("%q: there are %d nodes, S0 to S%d", a, n, n-1)
		}
	}
	return nil
}
