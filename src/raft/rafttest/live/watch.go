package live

import (
	"bytes"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"raftlab/src/raft/rafttest"
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

// A watchdog waits, in real time and outside any bubble, for a run that will
// not end by itself: real time ran out, or virtual time stands still because a
// goroutine waits for a sync.Mutex that nobody will release.
type watchdog struct {
	pulse   *pulse
	bubble  atomic.Pointer[string] // how the bubble is marked in tracebacks; nil on the wall clock
	timeout time.Duration
}

const look = 500 * time.Millisecond

// watch returns why the run is given up, or nil when done is closed.
func (d *watchdog) watch(done <-chan struct{}) *rafttest.Failure {
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
			return d.failure(rafttest.Timeout, fmt.Sprintf("no verdict after %v of real time\n\n%s", d.timeout, stacks()))
		}
		if beats := d.pulse.beats.Load(); beats != last {
			last, still = beats, 0
			continue
		}
		// Two looks in a row: a machine may be busy elsewhere for a while.
		if still++; still < 2 || d.bubble.Load() == nil {
			continue
		}
		if blocked, dump := d.blocked(); blocked != "" {
			return d.failure(rafttest.Deadlock, fmt.Sprintf("everything waits for a lock that is never released: %s\n\n%s", blocked, dump))
		}
	}
}

func (d *watchdog) failure(kind rafttest.Kind, message string) *rafttest.Failure {
	return &rafttest.Failure{Kind: kind, Message: message, At: time.Duration(d.pulse.now.Load())}
}

var (
	header    = regexp.MustCompile(`^goroutine \d+ \[([^\]]*)\]:`)
	mutexWait = regexp.MustCompile(`^sync\.(RW)?Mutex\.R?Lock\b`)
	runnable  = regexp.MustCompile(`^(running|runnable|syscall|preempted)\b`)
)

// blocked proves or refutes that the bubble is deadlocked: none of its
// goroutines can run and at least one waits for a mutex. It returns where they
// wait, and the stacks of all of them.
func (d *watchdog) blocked() (where, dump string) {
	mark := *d.bubble.Load()
	var sites, waiters, others []string
	for g := range strings.SplitSeq(stacks(), "\n\n") {
		m := header.FindStringSubmatch(g)
		if m == nil || !strings.HasSuffix(m[1], mark) {
			continue
		}
		if runnable.MatchString(m[1]) {
			return "", ""
		}
		if mutexWait.MatchString(m[1]) {
			sites = append(sites, site(g))
			waiters = append(waiters, g)
		} else {
			others = append(others, g)
		}
	}
	if len(sites) == 0 {
		return "", ""
	}
	return sites[0], strings.Join(append(waiters, others...), "\n\n")
}

var frame = regexp.MustCompile(`(?m)^(\S.*)\(.*\)\n\t(.*/)?([^/]+:\d+)`)

// site returns the first function of a traceback that is not of a package of
// locks, and where in it.
func site(traceback string) string {
	for _, m := range frame.FindAllStringSubmatch(traceback, -1) {
		name := m[1][strings.LastIndex(m[1], "/")+1:]
		switch pkg, _, _ := strings.Cut(name, "."); pkg {
		case "sync", "runtime", "deadlock", "go-deadlock":
		default:
			return fmt.Sprintf("%s at %s", name, m[3])
		}
	}
	return "an unknown place"
}

// bubbleMark returns how the caller's bubble is marked in the headers of
// tracebacks.
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
