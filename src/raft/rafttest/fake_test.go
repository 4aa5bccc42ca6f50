package rafttest_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/src/dlog"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft/editions"
	"raftlab/src/raft/rafttest"
)

// A fake is a World without Rafts, in a bubble: servers say of themselves what
// a test has them say.
type fake struct {
	counting       func() // called by Traffic
	rafttest.World        // what is not below is not called
	observer       rafttest.Observer
	start          time.Time
	stop           chan struct{}
	stopping       sync.Once
	others         sync.WaitGroup
	unbootable     bool
	disk           []byte // the snapshot on every server's disk

	mu     sync.Mutex
	states map[int]said
	closed map[[2]int]bool
	did    []string
}

type said struct {
	term   int
	leader bool
}

func (w *fake) Now() time.Duration { return time.Since(w.start) }

func (w *fake) Sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-w.stop:
		return false
	}
}

func (w *fake) Go(f func()) { w.others.Go(f) }
func (w *fake) Wait()       { w.others.Wait() }
func (w *fake) Stop()       { w.stopping.Do(func() { close(w.stop) }) }

func (w *fake) Boot(server int) bool {
	w.note("boot S%d", server)
	return !w.unbootable
}

func (w *fake) Crash(server int)                  { w.note("crash S%d", server) }
func (w *fake) Disk(int) (state, snapshot []byte) { return nil, w.disk }
func (w *fake) SetWeather(weather labrpc.Weather) {}

func (w *fake) Traffic() rafttest.Traffic {
	if w.counting != nil {
		w.counting()
	}
	return rafttest.Traffic{RPCs: 7, Bytes: 700}
}

func (w *fake) Log(topic dlog.Topic, f string, a ...any) {}

func (w *fake) GetState(server int) (term int, leader, ok bool) {
	select {
	case <-w.stop:
		return 0, false, false
	default:
	}
	w.mu.Lock()
	s := w.states[server]
	w.mu.Unlock()
	w.observer.State(server, s.term, s.leader)
	return s.term, s.leader, true
}

func (w *fake) Start(server int, command any) (index, term int, leader, ok bool) {
	return -1, 0, false, true
}

func (w *fake) SetLink(from, to int, open bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed[[2]int{from, to}] = !open
}

// cut lists the ways that are closed.
func (w *fake) cut() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var ways []string
	for link, closed := range w.closed {
		if closed {
			ways = append(ways, fmt.Sprintf("%d>%d", link[0], link[1]))
		}
	}
	slices.Sort(ways)
	return ways
}

func (w *fake) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.did = append(w.did, fmt.Sprintf(format, args...))
}

// says has a server say of itself what GetState is to return.
func (w *fake) says(server, term int, leader bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.states[server] = said{term, leader}
}

// hail passes a message that no monitor understands.
func (w *fake) hail(from, to int) {
	data, err := labgob.Marshal(struct{ Term string }{"one"})
	if err != nil {
		panic(err)
	}
	w.observer.Message(labrpc.Event{End: labrpc.Route{From: from, To: to, Life: 1}, Method: "Raft.Hail", Args: data})
}

// play plays a story with four servers and seed 1, then looks at what came of it.
func play(t *testing.T, story func(*rafttest.Cluster, *fake), then func(rafttest.Result, *fake, *rafttest.Run)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &fake{start: time.Now(), stop: make(chan struct{}), states: make(map[int]said), closed: make(map[[2]int]bool)}
		run := rafttest.NewRun(rafttest.Scenario{
			Name: "Story", Part: rafttest.Elections, Servers: 4,
			Run: func(c *rafttest.Cluster) { story(c, w) },
		}, 1, editions.Rules{})
		w.observer = run.Observer()
		run.Play(w)
		then(run.Result(), w, run)
	})
}
