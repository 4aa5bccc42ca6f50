package record

import "raftlab/src/recipe"

// Version is the version of the JSON. It rises when a reader of an earlier one would be wrong about what it reads.
const Version = 1

// A Recording is all that is known of one run.
type Recording struct {
	Version        int             `json:"version"`
	Lab            string          `json:"lab"`
	Implementation string          `json:"implementation"` // as reports call it
	Scenario       string          `json:"scenario"`
	Seed           uint64          `json:"seed"`
	Branches       recipe.Branches `json:"branches,omitempty"` // points from which on it was drawn from other seeds
	Nodes          []Node          `json:"nodes"`
	End            int64           `json:"end"` // virtual time of the verdict, in ns since the run began
	Events         []Event         `json:"events"`
	Dropped        int             `json:"dropped,omitempty"` // events from the beginning that were left out, being too many
	Finding        *Finding        `json:"finding,omitempty"` // nil if the run passed
	States         []State         `json:"states,omitempty"`  // in the order of their events
}

// Recipe is what the run was drawn from.
func (r *Recording) Recipe() recipe.Recipe { return recipe.Recipe{Seed: r.Seed, Branches: r.Branches} }

// A Node is one of the cluster's. Nodes are numbered from 0 in the order in which they are listed.
type Node struct {
	Name string `json:"name"` // as logs call it: S0
	Role string `json:"role"` // server, clerk
}

// A Kind is what sort of thing happened.
type Kind string

// The kinds of events. The first eight are the steps of an RPC; see labrpc.Step.
const (
	Sent        Kind = "sent"         // a node calls another
	Arrived     Kind = "arrived"      // the request is about to be handled
	Doubled     Kind = "doubled"      // a second copy of it is
	Handled     Kind = "handled"      // the handler has returned, and the reply is on its way
	Answered    Kind = "answered"     // the reply reached the caller
	LostRequest Kind = "request lost" // by the weather
	LostReply   Kind = "reply lost"
	Unreachable Kind = "unreachable" // nobody was there, or the way was cut
	GaveUp      Kind = "gave up"     // Call returns false at the caller, after one of the three before

	Boot   Kind = "boot"   // a node starts, with what is on its disk; what saved that is its cause
	Crash  Kind = "crash"  // a node is gone; its disk stays
	Saved  Kind = "saved"  // a node wrote to its disk
	Timer  Kind = "timer"  // time passed for which a node had waited, and it did something
	Asked  Kind = "asked"  // the scenario calls a method in a node
	Told   Kind = "told"   // a node tells the lab something: an answer, or what it applies
	Line   Kind = "line"   // a node prints a line
	Pause  Kind = "pause"  // a node is stopped in its tracks
	Resume Kind = "resume" // and goes on
	Clock  Kind = "clock"  // its clocks are made to run otherwise
	Linger Kind = "linger" // its goroutines rest between two locks from now on, or no longer

	Cut     Kind = "cut"     // the way from Node to Peer is closed
	Heal    Kind = "heal"    // and opened
	Weather Kind = "weather" // the network treats messages otherwise from now on
	Step    Kind = "step"    // the scenario says what it does
	Failed  Kind = "failed"  // the run has failed
)

// Nowhere is the Node of events that are no node's, and the Peer of those that have none.
const Nowhere = -1

// An Event is one thing that happened, at one node, at one time.
//
// What happens at a node happens in turns: something reaches it, and it computes until all its goroutines wait. No
// virtual time passes meanwhile. All events of a turn have the event that began it among their causes.
type Event struct {
	ID     int    `json:"id"` // 1, 2, 3 and so on, in the order in which they happened
	At     int64  `json:"at"` // in ns of virtual time since the run began
	Node   int    `json:"node"`
	Kind   Kind   `json:"kind"`
	Causes []int  `json:"causes,omitempty"` // events without which this one would not have happened, directly
	Life   int    `json:"life,omitempty"`   // of the node: 1 from its first start, 2 from its second
	Call   int    `json:"call,omitempty"`   // the RPC: 1, 2, 3 and so on in the order in which they were sent
	Peer   int    `json:"peer"`             // the other node of an RPC or a way
	Method string `json:"method,omitempty"` // of an RPC, Raft.RequestVote, or of what was asked, Start
	Bytes  int    `json:"bytes,omitempty"`  // of a request, a reply, a save
	Topic  string `json:"topic,omitempty"`  // of a line, as dslogs has it: VOTE
	Text   string `json:"text,omitempty"`   // what a message says, or a line
	Notes  []Note `json:"notes,omitempty"`  // what it means, in the order in which that was found out
}

// A Note is what an event means to the lab. It may come from another node's view: that a server has won an election is
// known when it first acts as leader.
type Note struct {
	Kind  string `json:"kind"`            // in one word, for filters: vote, election, leads, entries, heartbeat, applies
	Text  string `json:"text"`            // a sentence: S3 votes for S0 in T2
	Node  int    `json:"node"`            // whom it is about
	Term  int    `json:"term,omitempty"`  // 0 if it is about none
	Index int    `json:"index,omitempty"` // likewise, of a log
	Role  string `json:"role,omitempty"`  // what the node is from now on, if that changes: follower, candidate, leader
	// Routine is said of what happens all the time and matters seldom, such as heartbeats.
	Routine bool `json:"routine,omitempty"`
}

// A Finding is why a run failed, and how that came about.
type Finding struct {
	Event    int    `json:"event"` // the Failed event
	Kind     string `json:"kind"`  // of the failure: safety
	Promise  string `json:"promise,omitempty"`
	Sentence string `json:"sentence"`
	Details  string `json:"details,omitempty"` // further lines: states of nodes, stacks
	// Source is the sentence of the paper or of the lab that asks for what was broken.
	Source string `json:"source,omitempty"`
	// Story is how it came about, in the order in which it happened.
	Story []Chapter `json:"story,omitempty"`
}

// A Chapter is one sentence of a story.
type Chapter struct {
	Event int    `json:"event"` // where it happened; 0 if nowhere: something that should have happened and did not
	Part  Part   `json:"part"`
	Text  string `json:"text"`
}

// A Part is what part an event plays in a story.
type Part string

// The parts.
const (
	Contradicts Part = "contradicts" // it contradicts the others of this part: two votes of a server in one term
	Fault       Part = "fault"       // a crash, a cut, a lost message that had to do with it
	Leads       Part = "leads"       // it leads from there to here
	Missing     Part = "missing"     // what should have happened and did not
)

// A State is what a node held in memory after an event: as the turn ended to which the event belongs.
type State struct {
	Event   int      `json:"event"` // the last of the turn
	Node    int      `json:"node"`
	Changes []Change `json:"changes,omitempty"` // since the node's State before; against nothing if there is none
	// Goroutines are those of the code under test; nil, and not in the JSON, if they are as in the State before.
	Goroutines []Goroutine `json:"goroutines,omitzero"`
}

// A Change is of one value in memory.
type Change struct {
	Path  string `json:"path"`            // from the value that the constructor returned: log[3].Term
	Value string `json:"value,omitempty"` // as %v has it, shortened
	Gone  bool   `json:"gone,omitempty"`  // it is no longer there
}

// A Goroutine is one of a node's, or several that are alike: then Waits says how many.
type Goroutine struct {
	Place string `json:"place"` // the function of the code under test that it is in, and where there
	Waits string `json:"waits"` // for what: chan receive, sync.Mutex.Lock, sleep
	// Stack has the functions of the code under test that called each other, as Place has them, a line for each, the
	// innermost first.
	Stack string `json:"stack,omitempty"`
}
