package rafttest_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/dlog"
	"raftlab/src/lab"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/raftnode"
	"raftlab/src/record"
)

// A fake is a World without Rafts, in a bubble: servers say of themselves what a test has them say.
type fake struct {
	counting      func() // called by Traffic
	cluster.World        // what is not below is not called
	observer      cluster.Observer
	start         time.Time
	stop          chan struct{}
	stopping      sync.Once
	others        sync.WaitGroup
	unbootable    bool
	disk          []byte // the snapshot on every server's disk

	mu     sync.Mutex
	states map[int]said
	closed map[[2]int]bool
	did    []string
}

type said struct {
	term   int
	leader bool
}

func (w *fake) Recorder() *record.Recorder { return nil }
func (w *fake) Faults() cluster.Faults     { return nil }

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

func (w *fake) Boot(server int, _ []byte) bool {
	w.note("boot S%d", server)
	return !w.unbootable
}

func (w *fake) Crash(server int)                  { w.note("crash S%d", server) }
func (w *fake) Disk(int) (state, snapshot []byte) { return nil, w.disk }
func (w *fake) SetWeather(weather labrpc.Weather) {}

func (w *fake) Traffic() cluster.Traffic {
	if w.counting != nil {
		w.counting()
	}
	return cluster.Traffic{RPCs: 7, Bytes: 700}
}

func (w *fake) Log(topic dlog.Topic, f string, a ...any) {}

func (w *fake) Keep(server, bytes int)       {}
func (w *fake) Tell(server int, data []byte) {}

// Ask answers as a server would that says what it is to say, and leads nothing.
func (w *fake) Ask(server int, q cluster.Question) (answer []byte, ok bool) {
	select {
	case <-w.stop:
		return nil, false
	default:
	}
	answer = raftnode.Started{Index: -1}.Append(nil)
	if q.Method == "GetState" {
		w.mu.Lock()
		s := w.states[server]
		w.mu.Unlock()
		answer = raftnode.State{Term: s.term, Leader: s.leader}.Append(nil)
	}
	w.told(server, answer)
	return answer, true
}

// told has a server tell something.
func (w *fake) told(server int, data []byte) (reply []byte) {
	reply, err := w.observer.Told(server, data)
	if err != nil {
		panic(err)
	}
	return reply
}

// state has a server tell its state.
func (w *fake) state(server, term int, leader bool) {
	w.told(server, raftnode.State{Term: term, Leader: leader}.Append(nil))
}

// applied has a server apply something, and returns the snapshot that is wanted.
func (w *fake) applied(server int, m raft.ApplyMsg) (snapshot []byte) {
	if m.SnapshotValid {
		return w.told(server,
			raftnode.Installed{Index: m.SnapshotIndex, Term: m.SnapshotTerm, Snapshot: m.Snapshot}.Append(nil))
	}
	command, err := labgob.Marshal(&m.Command)
	if err != nil {
		panic(err)
	}
	return w.told(server, raftnode.Applied{Index: m.CommandIndex, Command: command}.Append(nil))
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

// newRun prepares a run with seed 1 of a scenario with these parts.
func newRun(s lab.Scenario, edition string) *cluster.Run { return rafttest.Lab().Run(&s, 1, edition) }

// play plays a story with four servers and seed 1, then looks at what came of it.
func play(t *testing.T, story func(*rafttest.Cluster, *fake), then func(cluster.Result, *fake, *cluster.Run)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newFake()
		run := newRun(lab.Scenario{
			Name: "Story", Part: rafttest.Elections, Nodes: cluster.Servers(4),
			Judge: rafttest.Playing(func(c *rafttest.Cluster) { story(c, w) }),
		}, "")
		w.observer = run.Observer()
		run.Play(w)
		then(run.Result(), w, run)
	})
}

func newFake() *fake {
	return &fake{start: time.Now(), stop: make(chan struct{}), states: make(map[int]said),
		closed: make(map[[2]int]bool)}
}
