package cluster

import (
	"fmt"
	"time"

	"raftlab/src/recipe"
)

// A Kind says what went wrong.
type Kind string

// The kinds of failures.
const (
	Assertion Kind = "assertion" // the scenario saw something else than it expected
	Safety    Kind = "safety"    // a monitor saw a promise of the protocol broken
	Deadlock  Kind = "deadlock"  // goroutines that wait for each other, or a lock held for too long
	Race      Kind = "race"      // the race detector spoke
	Panic     Kind = "panic"     // a goroutine of a node panicked
	Exit      Kind = "exit"      // a node ended the process
	Timeout   Kind = "timeout"   // real time ran out
	Resource  Kind = "resource"  // memory ran out, or messages without end

	// A run repeated with the same seed was another run.
	Nondeterminism Kind = "nondeterminism"
)

// A Failure is why a run did not pass.
type Failure struct {
	Kind    Kind          `json:"kind"`
	Message string        `json:"message"` // first line: a summary that is alike for like failures
	At      time.Duration `json:"at"`      // in the world's time
}

func (f Failure) Error() string {
	return fmt.Sprintf("%s at %v: %s", f.Kind, f.At.Round(100*time.Microsecond), f.Message)
}

// A Margin is how near a run came to a limit.
type Margin struct {
	Name  string `json:"name"` // of what there is a limit
	Used  int    `json:"used"` // the most, if it was looked at more than once
	Limit int    `json:"limit"`
}

// Traffic is what crossed a network.
type Traffic struct {
	RPCs  int   // requests sent, also those that were lost
	Bytes int64 // of requests sent and replies delivered
}

// A Result is what came of one run of one scenario.
type Result struct {
	Scenario string          `json:"scenario"`
	Seed     uint64          `json:"seed"`
	Branches recipe.Branches `json:"branches,omitempty"`
	Failure  *Failure        `json:"failure,omitempty"` // nil if it passed
	Skipped  string          `json:"skipped,omitempty"` // why it could not be judged
	// Undecided says that it was skipped as no verdict was found for what the code under test did, and not because that
	// lacks something.
	Undecided bool `json:"undecided,omitempty"`
	// GraderError is why the run could not be played, where that is the fault of the grader or of its machine. Then
	// nothing is known of the code under test.
	GraderError string        `json:"grader_error,omitempty"`
	Virtual     time.Duration `json:"virtual"` // in the world's time, until the verdict
	Traffic     Traffic       `json:"traffic"`
	Margins     []Margin      `json:"margins,omitempty"`
	// of labgob, and of monitors that are off or had to find out words
	Warnings []string `json:"warnings,omitempty"`
	// a monitor was off on which the scenario's parts rest: Warnings say why
	Unwatched bool `json:"unwatched,omitempty"`
	// what would be better otherwise, though neither lab nor paper asks for it
	Advice []string `json:"advice,omitempty"`
	// into which situations it came, if that is wanted
	Coverage *Coverage `json:"coverage,omitempty"`
	// what the judge shows of a failure in files, by the end of a file's name, such as history.html
	Files map[string][]byte `json:"files,omitempty"`
}

// Recipe is what the run was drawn from.
func (r Result) Recipe() recipe.Recipe { return recipe.Recipe{Seed: r.Seed, Branches: r.Branches} }
