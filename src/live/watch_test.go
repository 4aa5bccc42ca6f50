package live

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/src/cluster"
)

// goroutine is one of a traceback.
func goroutine(state, stack string) string {
	return "goroutine 7 [" + state + "]:\n" + stack + "\n" +
		"created by ada/raft.Make in goroutine 1\n\t/home/ada/raft/raft.go:31 +0x1d"
}

const (
	lockStack = "internal/sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)\n\t/usr/local/go/src/runtime/sema.go:95 " +
		"+0x25\n" +
		"internal/sync.(*Mutex).Lock(...)\n\t/usr/local/go/src/internal/sync/mutex.go:70\n" +
		"sync.(*Mutex).Lock(...)\n\t/usr/local/go/src/sync/mutex.go:46\n" +
		"ada/raft.(*Raft).GetState(0x1ab99ecc2380)\n\t/home/ada/raft/raft.go:62 +0x2d"
	readStack = "sync.runtime_SemacquireRWMutexR(0x0?, 0x0?, 0x0?)\n\t/usr/local/go/src/runtime/sema.go:100 +0x25\n" +
		"sync.(*RWMutex).RLock(...)\n\t/usr/local/go/src/sync/rwmutex.go:74\n" +
		"ada/raft.(*Raft).leads(0x1)\n\t/home/ada/raft/raft.go:70 +0x31"
	tickStack = "time.Sleep(0x34630b8a000)\n\t/usr/local/go/src/runtime/time.go:363 +0x165\n" +
		"ada/raft.(*Raft).ticker(0x1)\n\t/home/ada/raft/raft.go:80 +0x31"
)

func TestBlocked(t *testing.T) {
	const mark = "synctest bubble 1"
	locked := goroutine("sync.Mutex.Lock, "+mark, lockStack)
	asleep := goroutine("sleep (durable), "+mark, tickStack)
	tests := []struct {
		name       string
		goroutines []string
		where      string
		dump       []int // which of the goroutines
	}{
		{"one waits for a lock", []string{locked}, "raft.(*Raft).GetState at raft.go:62", []int{0}},
		{"for minutes", []string{goroutine("sync.Mutex.Lock, 2 minutes, "+mark, lockStack)},
			"raft.(*Raft).GetState at raft.go:62", []int{0}},
		{"to read", []string{goroutine("sync.RWMutex.RLock, "+mark, readStack)}, "raft.(*Raft).leads at raft.go:70",
			[]int{0}},
		{"to write", []string{goroutine("sync.RWMutex.Lock, "+mark, lockStack)}, "raft.(*Raft).GetState at raft.go:62",
			[]int{0}},
		{"others sleep", []string{asleep, locked, goroutine("select (durable), "+mark, tickStack)},
			"raft.(*Raft).GetState at raft.go:62", []int{1, 0, 2}},
		{"others are outside", []string{goroutine("running", tickStack), locked,
			goroutine("runnable, synctest bubble 11", tickStack)}, "raft.(*Raft).GetState at raft.go:62", []int{1}},
		{"one runs", []string{locked, goroutine("running, "+mark, tickStack)}, "", nil},
		{"one can run", []string{locked, goroutine("runnable, "+mark, tickStack)}, "", nil},
		{"one can run, out of its bubble", []string{locked, goroutine("runnable", tickStack)}, "", nil},
		{"one waits for the collector", []string{locked, goroutine("GC assist wait", tickStack)}, "", nil},
		{"one is in the system", []string{locked, goroutine("syscall, "+mark, tickStack)}, "", nil},
		{"one was preempted", []string{locked, goroutine("preempted (scan), "+mark, tickStack)}, "", nil},
		{"all sleep", []string{asleep, goroutine("chan receive (durable), "+mark, tickStack)}, "", nil},
		{"all wait for a condition", []string{goroutine("sync.Cond.Wait (durable), "+mark, tickStack)}, "", nil},
		{"a lock outside", []string{asleep, goroutine("sync.Mutex.Lock", lockStack),
			goroutine("sync.Mutex.Lock, synctest bubble 11", lockStack)}, "", nil},
		{"nobody there", nil, "", nil},
		{"nobody who can be blamed",
			[]string{goroutine("sync.Mutex.Lock, "+mark,
				"runtime.gopark(0x1)\n\t/usr/local/go/src/runtime/proc.go:462 +0xce")}, "an unknown place", []int{0}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var dump []string
			for _, i := range test.dump {
				dump = append(dump, test.goroutines[i])
			}
			where, got := blocked(strings.Join(test.goroutines, "\n\n")+"\n", mark)
			if where != test.where {
				t.Errorf("where: %q, want %q", where, test.where)
			}
			if want := strings.Join(dump, "\n\n"); got != want {
				t.Errorf("dump:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// A real bubble in which a lock is held for as long as the outside says.
func TestBlockedInABubble(t *testing.T) {
	marks := make(chan string, 1)
	release := make(chan struct{})
	found := make(chan string, 1)
	go func() {
		mark := <-marks
		for {
			if where, dump := blocked(stacks(), mark); where != "" {
				found <- where + "\n" + dump
				close(release)
				return
			}
			runtime.Gosched()
		}
	}()
	synctest.Test(t, func(*testing.T) {
		var mu sync.Mutex
		mu.Lock()
		go waitFor(&mu)
		marks <- bubbleMark()
		<-release
		mu.Unlock()
	})
	where, dump, _ := strings.Cut(<-found, "\n")
	if !strings.HasPrefix(where, "live.waitFor at watch_test.go:") || strings.Count(dump, "live.waitFor(") != 1 {
		t.Errorf("blocked in %s:\n%s", where, dump)
	}
}

func waitFor(mu *sync.Mutex) {
	mu.Lock()
	defer mu.Unlock()
}

func TestWatch(t *testing.T) {
	tests := []struct {
		name    string
		timeout time.Duration
		runs    func(dog *watchdog, verdict chan struct{})
		want    cluster.Kind
		at      time.Duration // in the world's time
	}{
		{"there is a verdict", time.Minute, func(_ *watchdog, verdict chan struct{}) {
			time.Sleep(10 * time.Second)
			close(verdict)
		}, "", 0},
		{"time runs out", time.Minute, func(dog *watchdog, _ chan struct{}) {
			for range 30 {
				time.Sleep(time.Second)
				dog.pulse.beat(7 * time.Second)
			}
		}, cluster.Timeout, 7 * time.Second},
		{"time runs out although all goes on", 10 * time.Second, func(dog *watchdog, _ chan struct{}) {
			for i := range 11 {
				dog.pulse.beat(time.Duration(i) * time.Hour)
				time.Sleep(time.Second)
			}
		}, cluster.Timeout, 10 * time.Hour},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dog, verdict := &watchdog{pulse: new(pulse), timeout: test.timeout}, make(chan struct{})
				var world sync.WaitGroup
				world.Go(func() { test.runs(dog, verdict) })
				defer world.Wait()
				f := dog.watch(verdict)
				if f == nil {
					f = new(cluster.Failure)
				}
				if f.Kind != test.want || f.At != test.at {
					t.Errorf("%v at %v, want %v at %v", f.Kind, f.At, test.want, test.at)
				}
				if f.Kind != "" && !strings.Contains(f.Message, "watch_test.go") {
					t.Errorf("no stacks: %s", f.Message)
				}
			})
		})
	}
}
