package figure2

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// A model is a cluster without time: at every step something happens to some server, or some message arrives, late,
// twice or never. After it the promises of Figure 3 are checked. What an Effect does not ask to save is lost in a
// crash, so that a rule which forgets to ask is found out.
type model struct {
	t       *testing.T
	rng     *rand.Rand
	servers []*modelServer
	bag     []func() // messages under way

	leaders   map[int]int    // by term
	votes     map[[2]int]int // by server and term
	committed map[int]Entry  // by index
	commands  int
}

// A modelServer is a server with its disk and its service.
type modelServer struct {
	State
	life            int
	saved, snapshot []byte
	shown           int // highest term that others have heard from it
	committed       int // in this life
	applied         int // by the service, which has all up to here
}

func newModel(t *testing.T, seed uint64, servers int) *model {
	m := &model{
		t:         t,
		rng:       rand.New(rand.NewPCG(seed, uint64(servers))),
		servers:   make([]*modelServer, servers),
		leaders:   make(map[int]int),
		votes:     make(map[[2]int]int),
		committed: make(map[int]Entry),
	}
	for i := range m.servers {
		m.servers[i] = &modelServer{}
		m.boot(i)
	}
	return m
}

func (m *model) errorf(format string, args ...any) {
	m.t.Helper()
	m.t.Errorf(format, args...)
	m.t.FailNow()
}

// boot starts a server with what is on its disk.
func (m *model) boot(i int) {
	s := m.servers[i]
	state, err := New(i, len(m.servers), s.saved, s.snapshot)
	if err != nil {
		m.t.Fatal(err)
	}
	if state.CurrentTerm < s.shown {
		m.errorf("S%d was in T%d and comes back in T%d", i, s.shown, state.CurrentTerm)
	}
	s.State = state
	s.life++
	s.committed, s.applied = state.CommitIndex, state.Log.SnapshotIndex
	if want := snapshotOf(s.applied); s.applied > 0 && string(s.snapshot) != want {
		m.errorf("S%d restores itself from %q, want %q", i, s.snapshot, want)
	}
}

// snapshotOf stands for what a service is after the first index commands.
func snapshotOf(index int) string { return fmt.Sprintf("snapshot up to %d", index) }

// perform does what callers do with an Effect, and looks at what came of the rule.
func (m *model) perform(i int, e Effect) {
	s := m.servers[i]
	if e.Save {
		s.saved, s.snapshot = s.Encode(), s.Snapshot
	}
	if ready := s.LastApplied < max(s.CommitIndex, s.Log.SnapshotIndex); e.Apply && !ready {
		m.errorf("S%d is to apply, and there is nothing", i)
	}
	if s.CommitIndex < s.committed {
		m.errorf("S%d goes back from %d to %d committed entries", i, s.committed, s.CommitIndex)
	}
	s.committed = s.CommitIndex
	m.noteCommits(i)
}

// call sends a request, which may arrive any number of times, and brings each reply back, if it is not lost and the
// caller still lives then.
func call[Reply any](m *model, from, to int, handle, count func(*Reply) Effect) {
	life := m.servers[from].life
	m.show(from)
	m.bag = append(m.bag, func() {
		reply := new(Reply)
		m.perform(to, handle(reply))
		m.show(to)
		m.bag = append(m.bag, func() {
			if m.servers[from].life == life {
				m.perform(from, count(reply))
			}
		})
	})
}

func (m *model) show(i int) { m.servers[i].shown = max(m.servers[i].shown, m.servers[i].CurrentTerm) }

func (m *model) campaign(i int) {
	s := m.servers[i]
	m.perform(i, s.BeginElection())
	m.vote(i, s.CurrentTerm, i)
	m.leadIfElected(i)
	args := s.VoteRequest()
	for to := range m.servers {
		if !s.Awaits(to) {
			continue
		}
		call(m, i, to, func(reply *RequestVoteReply) Effect {
			e := m.servers[to].RequestVote(&args, reply)
			if reply.VoteGranted {
				m.vote(to, args.Term, i)
			}
			return e
		}, func(reply *RequestVoteReply) Effect {
			e := s.CountVote(to, &args, reply)
			m.leadIfElected(i)
			return e
		})
	}
}

func (m *model) leadIfElected(i int) {
	if s := m.servers[i]; s.Elected() {
		s.Lead()
		m.elected(i)
	}
}

// send sends what a leader has for another.
func (m *model) send(i, to int) {
	s := m.servers[i]
	if entries, snapshot := s.Request(to); snapshot != nil {
		call(m, i, to, func(reply *InstallSnapshotReply) Effect {
			return m.servers[to].InstallSnapshot(snapshot, reply)
		}, func(reply *InstallSnapshotReply) Effect {
			return m.sendMore(i, to, s.CountSnapshot(to, snapshot, reply))
		})
	} else {
		call(m, i, to, func(reply *AppendEntriesReply) Effect {
			return m.servers[to].AppendEntries(entries, reply)
		}, func(reply *AppendEntriesReply) Effect {
			return m.sendMore(i, to, s.CountAppend(to, entries, reply))
		})
	}
}

// sendMore goes on after an answer with that effect.
func (m *model) sendMore(i, to int, e Effect) Effect {
	m.perform(i, e)
	if m.servers[i].Missing(to) {
		m.send(i, to)
	}
	return Effect{}
}

func (m *model) heartbeat(i int) {
	m.perform(i, m.servers[i].Flush())
	for to := range m.servers {
		if to != i {
			m.send(i, to)
		}
	}
}

// step makes something happen.
func (m *model) step() {
	i := m.rng.IntN(len(m.servers))
	s := m.servers[i]
	switch dice := m.rng.IntN(1000); {
	case dice < 600:
		m.arrive()
	case dice < 610:
		if s.Role != Leader {
			m.campaign(i)
		}
	case dice < 700:
		if s.Role == Leader {
			m.heartbeat(i)
		}
	case dice < 800:
		if s.Role == Leader {
			m.commands++
			s.Start(m.commands)
		}
	case dice < 900:
		if _, ok := s.Updates(); ok {
			m.perform(i, s.Flush())
			for to := range m.servers {
				if s.Pending(to) {
					m.send(i, to)
				}
			}
		}
	case dice < 960:
		m.apply(i)
	case dice < 990:
		if s.applied > 0 {
			index := 1 + m.rng.IntN(s.applied)
			m.perform(i, s.Compact(index, []byte(snapshotOf(index))))
		}
	case dice < 993:
		m.boot(i)
	}
}

// arrive takes one of the messages under way, any of them, and loses it, delivers it, or delivers it and keeps it for
// another time.
func (m *model) arrive() {
	if len(m.bag) == 0 {
		return
	}
	k := m.rng.IntN(len(m.bag))
	deliver := m.bag[k]
	dice := m.rng.IntN(100)
	if dice >= 20 || len(m.bag) > 300 {
		m.bag[k] = m.bag[len(m.bag)-1]
		m.bag = m.bag[:len(m.bag)-1]
	}
	if dice < 85 {
		deliver()
	}
}

// settle lets a leader win and bring all others up to date, and checks that they are.
func (m *model) settle() {
	drain := func() {
		for n := 0; len(m.bag) > 0; n++ {
			if n > 100_000 {
				m.errorf("messages without end")
			}
			deliver := m.bag[0]
			m.bag = m.bag[1:]
			deliver()
		}
	}
	m.bag = nil
	leader := -1
	for round := 0; leader < 0; round++ {
		if round > 100 {
			m.errorf("no leader after 100 elections without a fault")
		}
		i := m.rng.IntN(len(m.servers))
		if m.servers[i].Role != Leader {
			m.campaign(i)
			drain()
		}
		if m.servers[i].Role == Leader {
			m.heartbeat(i) // others may lead a later term
			drain()
		}
		if m.servers[i].Role == Leader {
			leader = i
		}
	}
	s := m.servers[leader]
	s.Start("the last")
	for range 2 {
		m.heartbeat(leader)
		drain()
	}
	last, _ := s.Log.Last()
	for i, s := range m.servers {
		for s.LastApplied < s.CommitIndex {
			m.apply(i)
		}
		if s.applied != last {
			m.errorf("S%d has applied up to %d of %d when all is quiet", i, s.applied, last)
		}
	}
	m.check()
}
