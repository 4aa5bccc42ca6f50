// Package runtime gets this file in guests that are built with gobuild.

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
)

// boxTrace prints the stacks of all goroutines and who holds which lock, and exits. The host enters it where it has
// stopped the guest, as if the code there had called it.
//
//go:nosplit
func boxTrace() {
	gp := getg()
	pc, sp := sys.GetCallerPC(), sys.GetCallerSP()
	systemstack(func() {
		mp := getg().m
		mp.traceback = 1 // without the runtime's own functions
		if gp == mp.g0 {
			gp = nil // the scheduler: no goroutine runs
		} else {
			goroutineheader(gp)
			traceback(pc, sp, 0, gp)
		}
		tracebackothers(gp)
		boxPrintLocks()
		exit(0)
	})
}

// boxTracePC keeps boxTrace in the program.
var boxTracePC uintptr

func init() { boxTracePC = abi.FuncPCABIInternal(boxTrace) }
