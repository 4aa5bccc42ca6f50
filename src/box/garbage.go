package box

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// CollectBetweenTurns prepares this process for guests that loop. Go stops all goroutines to collect garbage, and a
// goroutine that loops in its box cannot be stopped: the goroutine that should interrupt it would wait with the
// others, for ever. So from then on only [Collect] collects garbage. The goroutine that interrupts needs a
// processor besides the guest's, so GOMAXPROCS becomes at least 2. A program calls CollectBetweenTurns once, before
// it runs boxes.
func CollectBetweenTurns() {
	debug.SetGCPercent(-1)
	runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0)))
}

// heapLimit is the size of the heap above which [Collect] collects.
const heapLimit = 256 << 20

// Collect collects garbage if the heap has become large. It must be called from time to time while no box runs.
func Collect() {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Uint64() > heapLimit {
		runtime.GC()
	}
}
