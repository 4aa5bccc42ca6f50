package sim

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// To collect garbage Go stops all goroutines, and a server that loops in its box
// cannot be stopped: whoever would interrupt it waits with the others, for ever.
// So a process that simulates strangers collects between turns, when no box
// runs, and never by itself.

// heapLimit is how much a process may keep between collections.
const heapLimit = 256 << 20

// CollectBetweenTurns turns automatic garbage collection off in this process;
// worlds collect instead. It is for a program to call once, before it plays.
func CollectBetweenTurns() { debug.SetGCPercent(-1) }

// collectEvery is how many events pass between two looks at the heap.
const collectEvery = 4096

// collectBytes is how much servers may say between two looks at the heap.
const collectBytes = 64 << 20

// collect collects garbage if there is much.
func collect() {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Uint64() > heapLimit {
		runtime.GC()
	}
}
