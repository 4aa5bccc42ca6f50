package box

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// CollectBetweenTurns prepares this process for guests that loop. To collect garbage Go stops all goroutines, and one
// that loops in its box cannot be stopped: whoever would interrupt it waits with the others, for ever. So nothing but
// [Collect] collects garbage any more. And who interrupts needs a processor besides the one that the guest keeps:
// GOMAXPROCS is at least 2. A program calls it once, before it runs boxes.
func CollectBetweenTurns() {
	debug.SetGCPercent(-1)
	runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0)))
}

// heapLimit is how much a process may keep between two collections.
const heapLimit = 256 << 20

// Collect collects garbage if there is much. It is to be called now and then while no box runs.
func Collect() {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Uint64() > heapLimit {
		runtime.GC()
	}
}
