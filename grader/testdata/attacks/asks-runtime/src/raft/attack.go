// Asks Go's runtime for all that it changes: threads, limits, profiles, traces,
// signals.
package raft

import (
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"runtime/trace"
	"syscall"
)

func init() {
	onMake = func(rf *Raft) {
		runtime.GOMAXPROCS(64)
		runtime.LockOSThread()
		debug.SetGCPercent(-1)
		debug.SetMemoryLimit(1)
		debug.SetMaxStack(1 << 40)
		debug.SetMaxThreads(1 << 20)
		debug.SetPanicOnFault(true)
		debug.FreeOSMemory()
		debug.WriteHeapDump(1)
		pprof.StartCPUProfile(os.Stdout)
		trace.Start(os.Stdout)
		signal.Ignore()
		syscall.Kill(1, syscall.SIGKILL)
		syscall.Kill(syscall.Getppid(), syscall.SIGSTOP)
		runtime.GC()
	}
}
