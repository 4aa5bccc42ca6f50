// Package runtime gets this file in guests that are built with gobuild.

package runtime

import "unsafe"

// boxBusyHeap is how many bytes beyond the usual a busy program may allocate before it has to collect garbage.
const boxBusyHeap = 16 << 20

// boxGC collects garbage when no other goroutine can run. There it costs less, and what a program allocates (for
// its log, say) does not decide where its goroutines take turns.
var boxGC struct {
	g       guintptr
	waiting bool
	due     bool
}

func init() { go boxCollector() }

func boxCollector() {
	boxGC.g.set(getg())
	for {
		gopark(boxCollectorWaits, nil, waitReasonForceGCIdle, traceBlockSystemGoroutine, 1)
		boxGC.due = true
		gcStart(gcTrigger{kind: gcTriggerHeap})
		boxGC.due = false
	}
}

func boxCollectorWaits(*g, unsafe.Pointer) bool {
	boxGC.waiting = true
	return true
}

// boxCollect reports whether to collect now, with the trigger that the pacer has computed. It is called whenever some
// KiB have been allocated.
func boxCollect(trigger uint64) bool {
	boxTurns()
	live := gcController.heapLive.Load()
	return live >= trigger && (boxGC.due || live-trigger >= boxBusyHeap)
}

// boxIdleCollector returns the collector if there is something for it to do.
func boxIdleCollector() *g {
	if !boxGC.waiting || gcphase != _GCoff {
		return nil
	}
	boxGC.due = true
	start := gcTrigger{kind: gcTriggerHeap}.test()
	boxGC.due = false
	if !start {
		return nil
	}
	boxGC.waiting = false
	return boxGC.g.ptr()
}
