package main

import (
	"raftlab/src/box/guest"
	"raftlab/src/box/testdata/work"
)

// computeForever never waits.
func computeForever() {
	report("starts")
	for {
		work.Do([]byte("for ever"))
	}
}

// compute does the benchmark's work for each frame.
func compute() {
	for {
		guest.Send(work.Do(guest.Receive()))
	}
}
