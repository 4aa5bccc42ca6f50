package main

import (
	"raftlab/src/box/guest"
	"raftlab/src/box/testdata/work"
)

// compute does the benchmark's work for each frame.
func compute() {
	for {
		guest.Send(work.Do(guest.Receive()))
	}
}
