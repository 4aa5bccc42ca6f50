package kvtest_test

import (
	"encoding/binary"
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/dlog"
	"raftlab/src/kvraft/history"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest/raftnode"
	"raftlab/src/record"
)

// A fake is a World without nodes: a test says what they do. Nothing goes on beside the scenario.
type fake struct {
	cluster.World // what is not below is not called
	observer      cluster.Observer
	now           time.Duration
	stopped       bool
	kept          int
	calls         uint64          // operations that clerks were asked for
	made          []time.Duration // when clerks were

	call func(id uint64) // an operation, which is answered when it returns
}

func (w *fake) Now() time.Duration { return w.now }

func (w *fake) Sleep(d time.Duration) bool {
	w.now += d
	return !w.stopped
}

func (w *fake) Go(func())                                   {}
func (w *fake) Wait()                                       {}
func (w *fake) Stop()                                       { w.stopped = true }
func (w *fake) Boot(int, []byte) bool                       { return true }
func (w *fake) Disk(int) (state, snapshot []byte)           { return nil, nil }
func (w *fake) SetWeather(labrpc.Weather)                   {}
func (w *fake) SetLink(from, to int, open bool)             {}
func (w *fake) Traffic() (t cluster.Traffic)                { return t }
func (w *fake) Faults() cluster.Faults                      { return nil }
func (w *fake) Log(dlog.Topic, string, ...any)              {}
func (w *fake) Recorder() *record.Recorder                  { return nil }
func (w *fake) Keep(_, bytes int)                           { w.kept += bytes }
func (w *fake) answer(m interface{ Append([]byte) []byte }) { w.say(clerks, m) }

func (w *fake) Ask(_ int, q cluster.Question) (answer []byte, ok bool) {
	switch {
	case w.stopped:
	case q.Method == "":
		w.calls++
		w.call(w.calls)
	case q.Method == "MakeClerk":
		w.made = append(w.made, w.now)
	}
	return kvnode.Done{}.Append(nil), !w.stopped
}

// say has a node say something, as a box would.
func (w *fake) say(node int, m interface{ Append([]byte) []byte }) { w.told(node, m.Append(nil)) }

func (w *fake) told(node int, data []byte) {
	_, err := w.observer.Told(node, data)
	failure := cluster.Failure{Kind: cluster.Exit}
	if err == nil {
		return
	}
	if !errors.As(err, &failure) {
		failure.Message = err.Error()
	}
	w.observer.Failed(failure)
}

// send has a call from one node to another end well, or up to a step.
func (w *fake) send(from, to int, args string, number uint64, steps ...labrpc.Step) {
	if steps == nil {
		steps = []labrpc.Step{labrpc.Sent, labrpc.Arrived, labrpc.Handled, labrpc.Answered}
	}
	for _, step := range steps {
		w.observer.Message(labrpc.Event{Step: step, End: labrpc.Route{From: from, To: to, Life: 1}, Call: number,
			Method: "Raft.RequestVote", Args: []byte(args)})
	}
}

// The nodes of a fake: three servers and, behind them, clerks.
const (
	servers = 3
	clerks  = servers
)

// play plays a scenario whose nodes behave as call does.
func play(model history.Model, call func(w *fake, id uint64), scenario func(*kvtest.Cluster)) (*fake, cluster.Result) {
	l := &lab.Lab{Name: "fake"}
	s := lab.Scenario{Name: "Fake", Nodes: kvtest.Nodes(servers),
		Judge: kvtest.Playing(model, kvtest.NoLimit, scenario)}
	run := l.Run(&s, 1, "")
	w := &fake{observer: run.Observer()}
	w.call = func(id uint64) { call(w, id) }
	run.Play(w)
	return w, run.Result()
}

// A clerk, or who speaks in its name, can say nothing that passes for what it is not, or that the judge cannot hold.
func TestHostile(t *testing.T) {
	asks := func(w *fake, id uint64) { w.send(clerks, 0, "a request", id) }
	returns := func(w *fake, id uint64) { w.answer(kvnode.Returned{ID: id, Err: "OK", Version: 1}) }
	canvass, err := labgob.Marshal(&struct{ Term, CandidateId, LastLogIndex, LastLogTerm int }{1, 0, 0, 0})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		call func(w *fake, id uint64)
		want string // how the failure begins: a regular expression; "" for none
	}{
		{"nothing hostile", func(w *fake, id uint64) { asks(w, id); returns(w, id) }, "$"},
		{"an answer that is none", func(w *fake, id uint64) { asks(w, id) }, `expected an answer to the Put\("a", "value"\)`},
		{"an answer of another operation", func(w *fake, id uint64) { w.answer(kvnode.Returned{ID: id + 1}) },
			"says that operation 2 has returned, which is not in progress there"},
		{"an answer of another node", func(w *fake, id uint64) { w.say(0, kvnode.Returned{ID: id}) },
			"says that operation 1 has returned, which is not in progress there"},
		{"two answers", func(w *fake, id uint64) { asks(w, id); returns(w, id); returns(w, id) },
			"says that operation 1 has returned, which is not in progress there"},
		{"a write that no server hears of", returns, `Written to Servers: expected the Put\("a", "value"\)`},
		{"a write whose request is under way", func(w *fake, id uint64) {
			w.send(clerks, 0, "a request", id, labrpc.Sent, labrpc.Arrived, labrpc.Handled)
			returns(w, id)
		}, `Written to Servers: expected the Put\("a", "value"\)`},
		{"a huge value", func(w *fake, id uint64) { w.answer(kvnode.Returned{ID: id, Value: strings.Repeat("x", 2<<20)}) },
			"K0 asks for too much: a Get returns a value of 2097152 bytes"},
		{"a state of clerks", func(w *fake, id uint64) {
			w.say(clerks, kvnode.Raft{State: raftnode.State{Term: 1, Leader: true}.Append(nil)})
		}, "sends the judge an invalid or unexpected Raft state of "},
		{"a server calls clerks", func(w *fake, id uint64) { w.send(0, clerks, string(canvass), id) },
			"S0's box calls K0, where clerks are"},
		{"clerks call clerks", func(w *fake, id uint64) { w.send(clerks, clerks, "a request", id) },
			"K0's box calls K0, where clerks are"},
		{"a server calls itself", func(w *fake, id uint64) { w.send(0, 0, "x", 1); asks(w, id); returns(w, id) }, "$"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, r := play(history.Versioned, test.call, func(c *kvtest.Cluster) {
				c.Clerk().PutVersion("a", "value", 0)
				c.Linearizable()
			})
			message := ""
			if r.Failure != nil {
				message = r.Failure.Message
			}
			if !regexp.MustCompile("^(" + test.want + ")").MatchString(message) {
				t.Errorf("got  %q\nwant %q", message, test.want)
			}
		})
	}
}

// What is said of a clerk's ErrMaybe is true of the requests that it has sent.
func TestErrMaybe(t *testing.T) {
	maybe := func(w *fake, id uint64) { w.answer(kvnode.Returned{ID: id, Err: "ErrMaybe"}) }
	unanswered := []labrpc.Step{labrpc.Sent, labrpc.Arrived}
	tests := []struct {
		name         string
		call         func(w *fake, id uint64)
		want, advice string // how they begin, "" for none
	}{
		{"sent once", func(w *fake, id uint64) { w.send(clerks, 0, "value", 1); maybe(w, id) },
			`Maybe for a Reason: expected Put("a", "value") of clerk 0, which was sent once and answered,`, ""},
		{"given up", func(w *fake, id uint64) {
			w.send(clerks, 0, "value", 1, unanswered...)
			w.send(clerks, 0, "of another clerk", 2)
			maybe(w, id)
		}, `Maybe for a Reason: expected Put("a", "value") of clerk 0, which was sent once and not answered,`, ""},
		{"refused", func(w *fake, id uint64) {
			w.send(clerks, 0, "value", 1)
			w.send(clerks, 1, "value", 1)
			maybe(w, id)
		}, "", "Maybe for a Reason: a clerk returns ErrMaybe of a Put that servers have refused"},
		{"refused, then given up", func(w *fake, id uint64) {
			w.send(clerks, 0, "value", 1)
			w.send(clerks, 1, "value", 1, unanswered...)
			maybe(w, id)
		}, "", ""},
		{"lost", func(w *fake, id uint64) {
			w.send(clerks, 0, "value", 1, labrpc.Sent, labrpc.LostRequest)
			w.send(clerks, 1, "value", 1)
			maybe(w, id)
		}, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, r := play(history.Versioned, test.call, func(c *kvtest.Cluster) { c.Clerk().PutVersion("a", "value", 0) })
			message, advice := "", strings.Join(r.Advice, "\n")
			if r.Failure != nil {
				message = r.Failure.Message
			}
			if !strings.HasPrefix(message, test.want) || (message == "") != (test.want == "") ||
				!strings.HasPrefix(advice, test.advice) || (advice == "") != (test.advice == "") {
				t.Errorf("failure %q, advice %q; want %q, %q", message, advice, test.want, test.advice)
			}
		})
	}
}

// Over a Raft whose messages cannot be read a run is judged as any other: it warns, and earns what it would.
func TestUnreadableRaft(t *testing.T) {
	_, r := play(history.Classic, func(w *fake, id uint64) {
		w.send(0, 1, "no gob", id)
		w.send(clerks, 0, "a request", id)
		w.answer(kvnode.Returned{ID: id})
	}, func(c *kvtest.Cluster) { c.Clerk().Put("a", "a request") })
	if r.Failure != nil || len(r.Warnings) == 0 || r.Unwatched {
		t.Errorf("got failure %v, warnings %q, unwatched %t; want only warnings", r.Failure, r.Warnings, r.Unwatched)
	}
}

// Clerks that take the time for their name have different names.
func TestClerksAreMadeInTurn(t *testing.T) {
	w, _ := play(history.Classic, nil, func(c *kvtest.Cluster) {
		for range 3 {
			c.Clerk()
		}
	})
	if n := len(slices.Compact(w.made)); n != 3 {
		t.Errorf("three clerks were made at %d times: %v", n, w.made)
	}
}

// What the judge keeps of operations is counted.
func TestKept(t *testing.T) {
	const request, value = 1000, 2000
	w, r := play(history.Classic, func(w *fake, id uint64) {
		for i := range uint64(5) { // of five requests in five forms it keeps two
			form := "value" + strings.Repeat(string('a'+rune(i)), request-len("value"))
			w.send(clerks, 0, form, 5*id+i)
		}
		w.answer(kvnode.Returned{ID: id, Value: strings.Repeat("x", value)})
	}, func(c *kvtest.Cluster) { c.Clerk().Put("a", "value") })
	if want := 2*request + value; w.kept != want || r.Failure != nil {
		t.Errorf("%d bytes are counted, want %d; %v", w.kept, want, r.Failure)
	}
}

// FuzzTold has servers and clerks say anything, while an operation goes on. It may end the run; it must not end the
// judge.
func FuzzTold(f *testing.F) {
	add := func(messages ...interface{ Append([]byte) []byte }) {
		var all []byte
		for i, m := range messages {
			b := m.Append(nil)
			all = append(binary.AppendUvarint(append(all, byte(i)), uint64(len(b))), b...)
		}
		f.Add(all)
	}
	for _, err := range []string{"OK", "ErrNoKey", "ErrVersion", "ErrMaybe", "ErrWrongLeader", ""} {
		for _, version := range []uint64{0, 1, 2, 1 << 63, math.MaxUint64 - 1, math.MaxUint64} {
			r := func(id uint64) kvnode.Returned {
				return kvnode.Returned{ID: id, Value: "v", Version: version, Err: err}
			}
			last := r(4)
			last.Version, last.Err = math.MaxUint64, "OK"
			add(r(1), r(2), r(3), last)
		}
	}
	add(kvnode.Disorder{Last: -1 << 63, Index: 1<<63 - 1}, kvnode.Done{})
	add(kvnode.Snapshotted{Index: -1, Size: -1}, kvnode.Counted{Count: -1}, kvnode.Submitted{ID: 1, Result: -1})
	add(kvnode.Raft{State: raftnode.State{Term: -1, Leader: true}.Append(nil)}, kvnode.Raft{State: []byte("state")})
	f.Fuzz(func(t *testing.T, all []byte) {
		for _, model := range []history.Model{history.Classic, history.Versioned} {
			rest := all
			_, r := play(model, func(w *fake, id uint64) {
				for said := uint64(0); len(rest) > 0 && said <= id; said++ {
					node := int(rest[0]) % 2 * clerks
					n, k := binary.Uvarint(rest[1:])
					if k <= 0 {
						return
					}
					rest = rest[1+k:]
					n = min(n, uint64(len(rest)))
					w.told(node, rest[:n])
					w.told(clerks, rest[:n])
					rest = rest[n:]
				}
			}, fuzzed(model))
			if r.Failure != nil && len(r.Failure.Message) > 100_000 {
				t.Errorf("a failure of %d bytes", len(r.Failure.Message))
			}
		}
	})
}

// fuzzed is a scenario in which what a clerk says comes back to the store.
func fuzzed(model history.Model) func(*kvtest.Cluster) {
	return func(c *kvtest.Cluster) {
		k := c.Clerk()
		for range 2 {
			if model == history.Classic {
				k.Append("a", k.Get("a"))
				continue
			}
			value, version, _ := k.GetVersion("a")
			k.PutVersion("a", value, version)
		}
		c.Linearizable()
	}
}
