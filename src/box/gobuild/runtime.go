package gobuild

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// What package runtime gets in addition.
//
//go:embed _runtime/box.go
var runtimeBox []byte

//go:embed _runtime/clock.go
var runtimeClock []byte

//go:embed _runtime/collect.go
var runtimeCollect []byte

//go:embed _runtime/log.go
var logBox []byte

//go:embed _runtime/schedule.go
var runtimeSchedule []byte

//go:embed _runtime/sleep.go
var runtimeSleep []byte

//go:embed _runtime/spin.go
var runtimeSpin []byte

//go:embed _runtime/testing.go
var testingBox []byte

//go:embed _runtime/trace.go
var runtimeTrace []byte

// syncBox is what package sync gets.
const syncBox = `package sync

import _ "unsafe"

//go:linkname boxYield runtime.boxYield
func boxYield(callerPC uintptr)
`

// A patch replaces a piece of a file of the standard library, which must be there exactly once.
type patch struct {
	file     string
	old, new string
}

// patches returns what differs in the guest's standard library, apart from the file
// that package runtime gets in addition.
func patches() []patch {
	list := []patch{
		// There is one processor. When it has nothing to do, nobody else has work to
		// steal, and there is nobody to wake: wait for the host at once.
		{"runtime/lock_wasip1.go",
			"func beforeIdle(int64, int64) (*g, bool) {\n\treturn nil, false\n}",
			"func beforeIdle(now, pollUntil int64) (*g, bool) {\n\treturn boxIdle(now, pollUntil)\n}"},
		{"runtime/proc.go",
			"\tif netpollinited() && netpollAnyWaiters() && sched.lastpoll.Load() != 0 && sched.pollingNet.Swap(1) == 0 {\n",
			"\tif false {\n"},
		{"runtime/proc.go",
			"\tif mp.spinning || 2*sched.nmspinning.Load() < gomaxprocs-sched.npidle.Load() {\n",
			"\tif false {\n"},
		{"runtime/proc.go",
			"func wakep() {\n",
			"func wakep() {\n\tif true {\n\t\treturn\n\t}\n"},
		// Goroutines that encode or decode need more stack than the 2 KiB they start
		// with. On wasm, growing it costs more than all else that a short one does.
		{"runtime/stack.go",
			"var startingStackSize uint32 = fixedStack\n",
			"var startingStackSize uint32 = 16 << 10\n"},
		{"runtime/stack.go",
			"func gcComputeStartingStackSize() {\n",
			"func gcComputeStartingStackSize() {\n\tif true {\n\t\treturn\n\t}\n"},
		// Nor does a collection take away what a goroutine will need again.
		{"runtime/stack.go",
			"\tif debug.gcshrinkstackoff > 0 {\n\t\treturn\n\t}\n\n\toldsize := gp.stack.hi",
			"\tif true {\n\t\treturn\n\t}\n\n\toldsize := gp.stack.hi"},
		// Each start and end of a goroutine asks, by the name of its function.
		{"runtime/traceback.go",
			"func isSystemGoroutine(gp *g, fixed bool) bool {\n",
			"func isSystemGoroutine(gp *g, fixed bool) bool {\n\tif boxFact(&boxUsersPCs, gp.startpc, boxStartsUsers) {\n\t\treturn false\n\t}\n"},
	}
	// Those who sleep need no timer.
	list = append(list,
		patch{"runtime/time.go",
			"\tgp := getg()\n\tt := gp.timer\n\tif t == nil {\n",
			"\tgp := getg()\n\tif gp.bubble == nil {\n\t\tboxTimeSleep(gp, ns)\n\t\treturn\n\t}\n\tt := gp.timer\n\tif t == nil {\n"},
		patch{"runtime/proc.go",
			"\tnow, pollUntil, _ := pp.timers.check(0, nil)\n",
			"\tnow, pollUntil, _ := pp.timers.check(0, nil)\n\tnow, pollUntil = boxWakeSleepers(now, pollUntil)\n"})
	list = append(list, lean()...)
	// No signal ever comes, and on wasip1 the goroutine that waits for one never sleeps.
	list = append(list, patch{"os/signal/signal_unix.go", "\twatchSignalLoop = loop\n", "\t_ = loop\n"})
	// Tests tell the host how they end.
	list = append(list,
		patch{"testing/testing.go",
			"func (t *T) report() {\n\tif t.parent == nil {\n\t\treturn\n\t}\n",
			"func (t *T) report() {\n\tif t.parent == nil {\n\t\treturn\n\t}\n\tboxReport(t.name, t.Failed(), t.Skipped())\n"},
		patch{"testing/testing.go",
			"\t\tfmt.Print(chatty.prefix(), \"PASS\\n\")\n",
			"\t\tfmt.Print(chatty.prefix(), \"PASS\\n\")\n\t\tboxReport(\"\", false, false)\n"})
	// What nobody reads is not printed.
	for _, f := range []string{"Print(v ...any)", "Printf(format string, v ...any)", "Println(v ...any)"} {
		list = append(list,
			patch{"log/log.go", "func " + f + " {\n", "func " + f + " {\n\tif boxUnread(std, v) {\n\t\treturn\n\t}\n"},
			patch{"log/log.go", "func (l *Logger) " + f + " {\n", "func (l *Logger) " + f + " {\n\tif boxUnread(l, v) {\n\t\treturn\n\t}\n"})
	}
	// Look at the clock in memory first.
	list = append(list,
		patch{"runtime/os_wasip1.go",
			"func nanotime1() int64 {\n",
			"func nanotime1() int64 {\n\tif c := boxClock(); c.left > 0 {\n\t\tc.left--\n\t\treturn c.now\n\t}\n"},
		patch{"runtime/os_wasip1.go",
			"func walltime1() (sec int64, nsec int32) {\n",
			"func walltime1() (sec int64, nsec int32) {\n\tif c := boxClock(); c.left > 0 {\n\t\tc.left--\n\t\tt := uint64(c.now + c.wall)\n\t\treturn int64(t / 1000000000), int32(t % 1000000000)\n\t}\n"})
	// The program begins on a clean stack: see boxWipe.
	list = append(list, patch{"runtime/proc.go", "\tfn := main_main // make", "\tboxWipe()\n\tfn := main_main // make"})
	// Collect garbage when idle.
	list = append(list, patch{"runtime/mgc.go",
		"\t\treturn gcController.heapLive.Load() >= trigger\n",
		"\t\treturn boxCollect(trigger)\n"})
	// With a seed for it, the choice of the next goroutine is random.
	list = append(list,
		patch{"runtime/proc.go",
			"\t\tif t == h {\n\t\t\treturn nil, false\n\t\t}\n\t\tgp := pp.runq[h%uint32(len(pp.runq))].ptr()\n",
			"\t\tif t == h {\n\t\t\treturn nil, false\n\t\t}\n\t\tif boxSchedule != 0 {\n\t\t\tboxChoose(pp, h, t)\n\t\t}\n\t\tgp := pp.runq[h%uint32(len(pp.runq))].ptr()\n"},
		patch{"runtime/proc.go",
			"\t// local runq\n\tif gp, inheritTime := runqget(pp); gp != nil {\n",
			"\tif boxSchedule != 0 {\n\t\tboxGather(pp)\n\t}\n\tif gp, inheritTime := runqget(pp); gp != nil {\n"},
		patch{"runtime/proc.go",
			"\tif pp.schedtick%61 == 0 && !sched.runq.empty() {\n",
			"\tif boxSchedule == 0 && pp.schedtick%61 == 0 && !sched.runq.empty() {\n"})
	// Who polls without a sleep lets the others run, and time pass.
	list = append(list,
		patch{"runtime/select.go",
			"\t\tselunlock(scases, lockorder)\n\t\tcasi = -1\n\t\tgoto retc\n",
			"\t\tselunlock(scases, lockorder)\n\t\tboxPolled()\n\t\tcasi = -1\n\t\tgoto retc\n"},
		patch{"runtime/chan.go",
			"\treturn chanrecv(c, elem, false)\n}\n\n//go:linkname reflect_chansend",
			"\tif selected, received = chanrecv(c, elem, false); !selected {\n\t\tboxPolled()\n\t}\n\treturn selected, received\n}\n\n//go:linkname reflect_chansend"},
		patch{"runtime/proc.go",
			"func Gosched() {\n\tcheckTimeouts()\n",
			"func Gosched() {\n\tboxPolledIn(sys.GetCallerPC())\n\tcheckTimeouts()\n"},
		patch{"runtime/proc.go", // where it may not
			"\t\t\t// Scheduling of this goroutine is disabled.\n\t\t\tGosched()\n",
			"\t\t\tmcall(gosched_m)\n"},
		patch{"runtime/time.go",
			"func time_runtimeNano() int64 {\n",
			"func time_runtimeNano() int64 {\n\tif boxClock().left <= 0 {\n\t\tboxPolled()\n\t}\n"},
		patch{"runtime/timestub.go",
			"\tsec, nsec = walltime()\n",
			"\tif boxClock().left <= 0 {\n\t\tboxPolled()\n\t}\n\tsec, nsec = walltime()\n"})
	// So are yields before Lock and after Unlock.
	const yield = "\tboxYield(sys.GetCallerPC())\n"
	list = append(list, []patch{
		{"sync/mutex.go", "import (\n", "import (\n\t\"internal/runtime/sys\"\n"},
		{"sync/mutex.go", "\tm.mu.Lock()\n", yield + "\tm.mu.Lock()\n"},
		{"sync/mutex.go", "\tm.mu.Unlock()\n", "\tm.mu.Unlock()\n" + yield},
		{"sync/rwmutex.go", "import (\n", "import (\n\t\"internal/runtime/sys\"\n"},
		{"sync/rwmutex.go", "\tif rw.readerCount.Add(1) < 0 {\n", yield + "\tif rw.readerCount.Add(1) < 0 {\n"},
		{"sync/rwmutex.go", "\t\trw.rUnlockSlow(r)\n\t}\n", "\t\trw.rUnlockSlow(r)\n\t}\n" + yield},
		{"sync/rwmutex.go", "\t// First, resolve competition with other writers.\n", yield},
		{"sync/rwmutex.go", "\t// Allow other writers to proceed.\n\trw.w.Unlock()\n", "\trw.w.Unlock()\n" + yield},
	}...)
	// What a select chooses is drawn by itself: the runtime's own generator also serves
	// caches and statistics, and what is printed in a log moves it.
	list = append(list, patch{"runtime/select.go",
		"\t\tj := cheaprandn(uint32(norder + 1))\n",
		"\t\tj := boxSelect(uint32(norder + 1))\n"})
	// Let the runtime know who draws random numbers.
	for _, file := range []string{"math/rand/rand.go", "math/rand/v2/rand.go", "hash/maphash/maphash_runtime.go"} {
		list = append(list, patch{file, "//go:linkname runtime_rand runtime.rand\n", "//go:linkname runtime_rand runtime.boxRand\n"})
	}
	// Nothing runs in parallel, so the compiler may see through atomic operations. (Those
	// on pointers stay opaque: inlined, they would get write barriers.)
	for _, f := range []string{
		"Load", "Load8", "Load64", "LoadAcq", "LoadAcq64", "LoadAcquintptr", "Loaduint", "Loaduintptr", "Loadint32", "Loadint64",
		"Store", "Store8", "Store64", "StoreRel", "StoreRel64", "StoreReluintptr", "Storeint32", "Storeint64", "Storeuintptr",
		"Xadd", "Xadd64", "Xadduintptr", "Xaddint32", "Xaddint64", "Xchg", "Xchg64", "Xchgint32", "Xchgint64", "Xchguintptr",
		"Cas", "Cas64", "Casint32", "Casint64", "Casuintptr", "CasRel", "And", "And8", "Or", "Or8",
	} {
		list = append(list, patch{"internal/runtime/atomic/atomic_wasm.go", "//go:noinline\nfunc " + f + "(", "func " + f + "("})
	}
	return list
}

// lean returns what leaves out of the runtime what a guest does without: execution traces, statistics
// of how long goroutines wait, metrics, and to look whether its locks are held, which nobody else could
// take. The scheduler has less to do, and there is less to translate.
func lean() []patch {
	return []patch{
		{"runtime/traceruntime.go", "\treturn trace.enabled\n", "\treturn false\n"},
		{"runtime/traceruntime.go", "\treturn trace.enabledWithAllocFree\n", "\treturn false\n"},
		{"runtime/traceruntime.go", "\treturn trace.shutdown.Load()\n", "\treturn false\n"},
		{"runtime/traceruntime.go", "\treturn tl.gen != 0\n", "\treturn false\n"},
		{"runtime/trace.go", "func StartTrace() error {\n", "func StartTrace() error {\n\tif true {\n\t\treturn errorString(\"there are no execution traces in a box\")\n\t}\n"},
		{"runtime/proc.go", "\tif !gp.tracking {\n\t\treturn\n\t}\n\n\t// Handle various kinds of tracking.\n", "\tif true {\n\t\treturn\n\t}\n\n"},
		{"runtime/metrics.go", "\tmetricsLock()\n\tinitMetrics()\n\td, ok := metrics[name]\n", "\tif true {\n\t\treturn\n\t}\n\tmetricsLock()\n\tinitMetrics()\n\td, ok := metrics[name]\n"},
		{"runtime/lock_wasip1.go",
			"\tif l.key == mutex_locked {\n\t\t// wasm is single-threaded so we should never\n\t\t// observe this.\n\t\tthrow(\"self deadlock\")\n\t}\n\tgp := getg()\n\tif gp.m.locks < 0 {\n\t\tthrow(\"lock count\")\n\t}\n\tgp.m.locks++\n",
			"\tgetg().m.locks++\n"},
		{"runtime/lock_wasip1.go",
			"\tif l.key == mutex_unlocked {\n\t\tthrow(\"unlock of unlocked lock\")\n\t}\n\tgp := getg()\n\tgp.m.locks--\n\tif gp.m.locks < 0 {\n\t\tthrow(\"lock count\")\n\t}\n",
			"\tgetg().m.locks--\n"},
	}
}

// patchedRuntime returns the files of the standard library that differ in guests, by absolute name.
func patchedRuntime(goroot string) (map[string][]byte, error) {
	src := filepath.Join(goroot, "src")
	std, err := standardLibrary(src)
	if err != nil {
		return nil, fmt.Errorf("standard library: %w", err)
	}
	files := map[string][]byte{
		filepath.Join(src, "runtime", "zbox.go"):          runtimeBox,
		filepath.Join(src, "runtime", "zbox_clock.go"):    runtimeClock,
		filepath.Join(src, "runtime", "zbox_collect.go"):  runtimeCollect,
		filepath.Join(src, "runtime", "zbox_schedule.go"): runtimeSchedule,
		filepath.Join(src, "runtime", "zbox_sleep.go"):    runtimeSleep,
		filepath.Join(src, "runtime", "zbox_spin.go"):     runtimeSpin,
		filepath.Join(src, "runtime", "zbox_trace.go"):    runtimeTrace,
		filepath.Join(src, "runtime", "zbox_std.go"):      fmt.Appendf(nil, boxIsStd, std),
		filepath.Join(src, "sync", "zbox.go"):             []byte(syncBox),
		filepath.Join(src, "testing", "zbox.go"):          testingBox,
		filepath.Join(src, "log", "zbox.go"):              logBox,
	}
	for _, p := range patches() {
		name := filepath.Join(src, filepath.FromSlash(p.file))
		text, ok := files[name]
		if !ok {
			var err error
			if text, err = os.ReadFile(name); err != nil {
				return nil, fmt.Errorf("standard library: %w", err)
			}
		}
		if n := strings.Count(string(text), p.old); n != 1 {
			return nil, fmt.Errorf("standard library: %s has the text %q %d times, want once: this version of Go is not supported", p.file, p.old, n)
		}
		files[name] = []byte(strings.Replace(string(text), p.old, p.new, 1))
	}
	return files, nil
}

// boxIsStd is the function that tells the standard library's import paths by their first elements.
const boxIsStd = `package runtime

func boxIsStd(first string) bool {
	switch first {
	case %s:
		return true
	}
	return false
}
`

// standardLibrary returns the first elements of the standard library's import paths, as a list of Go strings.
func standardLibrary(src string) (string, error) {
	dirs, err := os.ReadDir(src)
	if err != nil {
		return "", err
	}
	var list []string
	for _, d := range dirs {
		if d.IsDir() {
			list = append(list, strconv.Quote(d.Name()))
		}
	}
	return strings.Join(list, ", "), nil
}
