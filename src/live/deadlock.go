package live

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sasha-s/go-deadlock"

	"raftlab/src/cluster"
	"raftlab/src/locks"
)

// lockTimeout is how long a goroutine may wait for a lock, in the world's time. A Raft holds its lock for microseconds;
// waiting for seconds means that the holder waits for something else.
const lockTimeout = 3 * time.Second

// playing is the world whose nodes go-deadlock speaks of: its options are the process's, and a process plays one world
// at a time.
var playing atomic.Pointer[world]

// arm sets go-deadlock's options, once, before the first lock is taken.
var arm = sync.OnceFunc(func() {
	if InBubble() && !locks.Durable {
		// Its timers would watch locks whose waiters stop virtual time. The watchdog finds what hangs instead.
		deadlock.Opts.Disable = true
		return
	}
	deadlock.Opts.DeadlockTimeout = lockTimeout
	deadlock.Opts.LogBuf = &reports
	// Called under go-deadlock's own lock in some cases: it may only pass on.
	deadlock.Opts.OnPotentialDeadlock = func() {
		text := reports.take()
		if w := playing.Load(); w != nil {
			w.observer.Failed(cluster.Failure{Kind: cluster.Deadlock, Message: summary(text) + "\n" + text,
				At: w.Now()})
		}
	}
})

// reports collects what go-deadlock writes, and shows it in the log too.
var reports reportBuffer

type reportBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *reportBuffer) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	io.Copy(os.Stderr, bytes.NewReader(p))
	return r.b.Write(p)
}

func (r *reportBuffer) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.b.Reset()
	return strings.TrimSpace(r.b.String())
}

// lockFrame is a line of a stack in a go-deadlock report: where, and in what.
var lockFrame = regexp.MustCompile(`^(\S.*?:\d+) (\S+) `)

// lockSites returns, for each stack of a go-deadlock report, its first frame that is not a lock's own: where a lock was
// asked for.
func lockSites(report string) []string {
	var sites []string
	inStack, found := false, false
	for line := range strings.Lines(report) {
		m := lockFrame.FindStringSubmatch(line)
		if m == nil {
			inStack = false
			continue
		}
		if !inStack {
			inStack, found = true, false
		}
		if !found && !strings.HasPrefix(m[2], "go-deadlock.") && !strings.HasPrefix(m[2], "sync.") {
			found = true
			sites = append(sites, m[2]+" at "+path.Base(m[1]))
		}
	}
	return sites
}

// summary says a go-deadlock report in a line.
func summary(report string) string {
	sites := func(report string) []string {
		const unknown = "an unknown place"
		return append(lockSites(report), unknown, unknown, unknown, unknown)
	}
	at := sites(report)
	switch {
	case strings.Contains(report, "Recursive locking"):
		return fmt.Sprintf("a goroutine takes a lock that it holds already: in %s, and before in %s", at[0], at[1])
	case strings.Contains(report, "Inconsistent locking"):
		return fmt.Sprintf("two locks are taken in two orders: %s then %s, elsewhere %s then %s", at[0], at[1], at[2],
			at[3])
	default:
		// Many may hold it to read.
		_, waits, _ := strings.Cut(report, "Have been trying to lock it again")
		return fmt.Sprintf("a lock is held for more than %v: taken in %s, waited for in %s", lockTimeout, at[0],
			sites(waits)[0])
	}
}

// deadlocked makes a failure of a node that does not answer, with the stacks of all its world's goroutines.
func (w *world) deadlocked(what string) cluster.Failure {
	for _, g := range goroutines(w.label) {
		what += "\n" + g.Stack
	}
	return cluster.Failure{Kind: cluster.Deadlock, Message: what, At: w.Now()}
}
