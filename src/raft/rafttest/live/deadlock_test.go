package live

import (
	"bytes"
	"testing"
	"time"

	"github.com/sasha-s/go-deadlock"

	"raftlab/src/locks"
)

type account struct {
	mu, log locks.Mutex
	rw      locks.RWMutex
	cond    *locks.Cond
	gate    chan struct{}
	n       int
}

func (a *account) outer() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inner()
}

func (a *account) inner() {
	a.mu.Lock()
	a.n++
	a.mu.Unlock()
}

func TestX(t *testing.T) {
	var buf bytes.Buffer
	hit := make(chan bool, 10)
	deadlock.Opts.LogBuf = &buf
	deadlock.Opts.DeadlockTimeout = 0
	deadlock.Opts.OnPotentialDeadlock = func() { hit <- true }
	a := &account{}
	done := make(chan bool)
	go func() { a.outer(); done <- true }()
	<-hit
	t.Log(buf.String())
	a.mu.Unlock()
	a.mu.Unlock()
	_ = time.Now
}
