package cluster

import (
	"raftlab/src/labrpc"
	"raftlab/src/record"
)

// A Judge is the lab's side of one run: it plays the scenario, hears what happens, and knows what the lab's code in
// nodes says and wants to be told. Message, Told and Saved are called as an [Observer]'s, from many goroutines; the
// others by the scenario's own. [NopJudge] has those that do nothing.
type Judge interface {
	// Play plays the scenario. All nodes are up, in the weather of the run.
	Play(c *Cluster)

	Message(e labrpc.Event)
	Told(node int, data []byte) (reply []byte, err error)
	Saved(node int, state, snapshot []byte)

	// Booting is called before a node starts, with what is on its disk, and returns what its program is given.
	Booting(node int, state, snapshot []byte) (boot []byte)
	// Crashing is called before a node is taken away. What it said and saved until it is gone is told meanwhile.
	Crashing(node int)
	// Describe says in a few words what is known of a node, for failures.
	Describe(node int) string
	// Report adds what the judge has to say besides the verdict, when the run is over: warnings, advice, and whether
	// something was not watched.
	Report(r *Result)
	// Story completes the Finding of a recorded run that failed: the promise that was broken, who asks for it, and how
	// it came about. It is called when the run is over.
	Story(rec *record.Recording)
}

// A NopJudge has the methods of a Judge that a simple one does not need.
type NopJudge struct{}

// Message does nothing.
func (NopJudge) Message(labrpc.Event) {}

// Told accepts everything and replies nothing.
func (NopJudge) Told(int, []byte) (reply []byte, err error) { return nil, nil }

// Saved does nothing.
func (NopJudge) Saved(node int, state, snapshot []byte) {}

// Booting gives the program nothing.
func (NopJudge) Booting(node int, state, snapshot []byte) (boot []byte) { return nil }

// Crashing does nothing.
func (NopJudge) Crashing(int) {}

// Describe knows nothing.
func (NopJudge) Describe(int) string { return "" }

// Report adds nothing.
func (NopJudge) Report(*Result) {}

// Story adds nothing.
func (NopJudge) Story(*record.Recording) {}
