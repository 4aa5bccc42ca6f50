package sim

import "raftlab/src/box"

// collectEvery is how many events pass between two looks at the heap.
const collectEvery = 4096

// collectBytes is how much servers may say between two looks at the heap.
const collectBytes = 64 << 20

// collect collects garbage if there is much: this process does not by itself (see [box.CollectBetweenTurns]).
func collect() { box.Collect() }
