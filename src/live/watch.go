package live

import (
	"bytes"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/crash"
)

// A pulse shows from outside a bubble that time goes on in it.
type pulse struct {
	beats atomic.Int64
	now   atomic.Int64 // the world's time at the last beat
}

func (p *pulse) beat(now time.Duration) {
	p.beats.Add(1)
	p.now.Store(int64(now))
}

// A watchdog waits, in real time and outside any bubble, for a run that will not end by itself: real time ran out, or
// virtual time stands still because a goroutine waits for a sync.Mutex that nobody will release.
type watchdog struct {
	pulse   *pulse
	bubble  atomic.Pointer[string] // how the bubble is marked in tracebacks; nil on the wall clock
	timeout time.Duration
}

const look = 500 * time.Millisecond

// advice is for code that would get by on the wall clock.
const advice = "(In a bubble no time passes while anybody waits for a sync.Mutex, so one that is held over\n" +
	"a sleep or an RPC is held for ever. The locks of raftlab/src/locks let time pass.)"

// watch returns why the run is given up, or nil when done is closed.
func (d *watchdog) watch(done <-chan struct{}) *cluster.Failure {
	tick := time.NewTicker(look)
	defer tick.Stop()
	began := time.Now()
	last, still := int64(-1), 0
	for {
		select {
		case <-done:
			return nil
		case <-tick.C:
		}
		if time.Since(began) > d.timeout {
			return d.failure(cluster.Timeout,
				fmt.Sprintf("no verdict after %v of real time\n\n%s", d.timeout, stacks()))
		}
		if beats := d.pulse.beats.Load(); beats != last {
			last, still = beats, 0
			continue
		}
		// Two looks in a row: a machine may be busy elsewhere for a while.
		if still++; still < 2 || d.bubble.Load() == nil {
			continue
		}
		if where, dump := blocked(stacks(), *d.bubble.Load()); where != "" {
			return d.failure(cluster.Deadlock,
				fmt.Sprintf("everything waits for a lock that is never released: %s\n%s\n\n%s", where, advice, dump))
		}
	}
}

func (d *watchdog) failure(kind cluster.Kind, message string) *cluster.Failure {
	return &cluster.Failure{Kind: kind, Message: message, At: time.Duration(d.pulse.now.Load())}
}

var (
	header    = regexp.MustCompile(`^goroutine \d+ \[([^\]]*)\]:`)
	mutexWait = regexp.MustCompile(`^sync\.(RW)?Mutex\.R?Lock\b`)
	runnable  = regexp.MustCompile(`^(running|runnable|syscall|preempted)\b`)
	// What a goroutine may be doing that is out of its bubble.
	collecting = regexp.MustCompile(`^(runnable|preempted|GC )`)
)

// blocked proves or refutes that a bubble is deadlocked, by the traceback of all goroutines: none of the bubble's can
// run and at least one waits for a mutex. It returns where that is, and the stacks of the bubble, with those that wait
// for a mutex first.
func blocked(traceback, mark string) (where, dump string) {
	var waiters, others []string
	for g := range strings.SplitSeq(strings.TrimSpace(traceback), "\n\n") {
		m := header.FindStringSubmatch(g)
		if m == nil {
			continue
		}
		if !strings.HasSuffix(m[1], mark) {
			// A goroutine that helps the garbage collector is out of its bubble for as long. The one that asks is
			// running.
			if !strings.Contains(m[1], "synctest bubble") && collecting.MatchString(m[1]) {
				return "", ""
			}
			continue
		}
		switch {
		case runnable.MatchString(m[1]):
			return "", ""
		case mutexWait.MatchString(m[1]):
			waiters = append(waiters, g)
		default:
			others = append(others, g)
		}
	}
	if len(waiters) == 0 {
		return "", ""
	}
	return crash.Culprit(waiters[0]), strings.Join(append(waiters, others...), "\n\n")
}

// bubbleMark returns how the caller's bubble is marked in the headers of tracebacks.
func bubbleMark() string {
	buf := make([]byte, 200)
	buf = buf[:runtime.Stack(buf, false)]
	if m := header.FindSubmatch(buf); m != nil {
		if i := bytes.Index(m[1], []byte("synctest bubble")); i >= 0 {
			return string(m[1][i:])
		}
	}
	panic("live: not in a bubble")
}
