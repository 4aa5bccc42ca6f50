package monitor

import (
	"fmt"
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// monitors are those of a run, as far as messages are understood. They break what happens down into the events that
// each is told of.
type monitors struct {
	views
	made []monitor
	all  monitor // as one
}

// What monitors are told of, besides calls.
type (
	answer struct {
		server, term int
		leader       bool
	}
	started struct{ server, term, index int } // by a leader, which has put the command there
	vote    struct{ voter, candidate, term int }

	// A slowness is how long a server's service takes over each message, from now on and in later lives, too.
	slowness struct {
		server int
		each   time.Duration
	}

	lead struct {
		claim
		term   int
		first  claim // to that term
		voters []int // who elected it, itself included; nil if this was told already or cannot be known
	}
	applied struct {
		server int
		raft.ApplyMsg
	}
	restored struct {
		server, index int
		snapshot      []byte // nil if the service went on with what it had
	}
)

func newMonitors(servers int, rules Rules, w *wire, constructors []func(*views) monitor, want wanted) *monitors {
	m := &monitors{views: newViews(servers, rules, w)}
	for _, construct := range constructors {
		if c := construct(&m.views); rules.cover(c.rules) {
			m.made = append(m.made, c)
			m.all.add(c)
		}
	}
	if want.notes {
		m.all.add(newNarrator(&m.views))
	}
	if want.coverage {
		m.all.add(newMarker(&m.views))
	}
	return m
}

// take has an event taken in, and notes taken of what it means if they are wanted.
func (m *monitors) take(e event, noting bool) {
	m.now++
	m.at = e.at
	m.noting = noting
	e.do(m)
}

func (m *monitors) booted(server int) {
	m.lives.booted(server)
	m.paces[server] = pace{clock: 1}
	m.clocks.booted(server, m.rules.Persistence)
	if !m.rules.Persistence {
		m.storage.clear(server)
		forget(server, m.ballots.cast)
		if m.lives[server].number > 1 {
			m.claims.pardon(m.wire)
		}
	}
	m.all.booted(server)
}

func (m *monitors) paced(server int, p pace) {
	m.paces[server] = p
	m.all.paced(server)
}

func (m *monitors) crashed(server int) {
	m.lives.crashed(server)
	m.inFlight.crashed(server)
	m.wire.crashed(server)
	m.all.crashed(server)
}

func (m *monitors) state(server, term int, leader bool) {
	if !m.lives[server].up {
		return
	}
	m.wire.state(server, term, leader)
	m.clocks.state(server, term)
	m.claims.saw(term)
	m.all.state(answer{server, term, leader})
	if leader {
		m.leads(server, term, "GetState says")
	}
}

func (m *monitors) started(s started) {
	if !m.lives[s.server].up {
		return
	}
	m.clocks.state(s.server, s.term)
	m.claims.saw(s.term)
	m.leads(s.server, s.term, "Start says")
	m.all.started(s)
}

// message: whose act a step is, that server's life must count. But a server goes down a moment after Crashed: what it
// can have learnt, saved and replied until then counts for it and for others.
func (m *monitors) message(route labrpc.Route, e labrpc.Event) {
	c := m.inFlight.of(route, e, m.wire)
	m.wire.learn(c.method, route, e)
	if c.kind == appendEntries && m.clocks.none(c.term) {
		m.passOver(c)
	}
	switch e.Step {
	case labrpc.Sent:
		if m.lives.counts(route) {
			m.sent(c)
		}
	case labrpc.Arrived, labrpc.Doubled:
		m.arrived(c)
	case labrpc.Handled:
		m.handled(c)
	case labrpc.Answered:
		if m.lives.counts(route) {
			m.answered(c)
		}
	}
	m.inFlight.drop(route, e, c)
}

// passOver: a request has no term, or one in which nobody was ever elected. The field is there and nothing was written
// into it.
func (m *monitors) passOver(c *call) {
	m.wire.zeros = fmt.Sprintf("AppendEntries without a term is passed over: %s is sent with T%d, in which nobody "+
		"stood for election",
		c.method.name, c.term)
	c.request = request{kind: passedOver, tells: unknownTerm}
}

func (m *monitors) sent(c *call) {
	c.made, c.began = m.now, m.at
	switch c.kind {
	case requestVote:
		m.elections.Asked++
		m.clocks.election(c.term)
		m.ballots.stands(c)
		if m.clocks.began(c.from, c.term) {
			m.voted(vote{c.from, c.from, c.term})
		}
	case appendEntries:
		m.leads(c.from, c.term, "it sends AppendEntries")
		m.logs.sent(c, &m.clocks, func(e shownEntry) {
			m.indexes.shows(e, &m.ballots)
			m.all.shows(e)
		})
		m.indexes.sent(c)
	case installSnapshot:
		m.leads(c.from, c.term, "it sends InstallSnapshot")
	default:
		m.all.asks(c.from)
		return
	}
	m.clocks.says(c.from, c.term)
	m.claims.saw(c.term)
	m.all.sent(c)
}

func (m *monitors) arrived(c *call) {
	up := m.lives[c.to].up
	m.storage.arrived(c)
	m.committed.arrived(c)
	if up {
		m.clocks.hears(c.to, c.tells)
	}
	if c.copies == 0 {
		c.came, c.arrival, c.since, c.stored = m.at, m.now, m.clocks.servers[c.to].known, m.storage[c.to]
	}
	m.all.arrived(c)
	if up {
		c.copies++
	}
}

func (m *monitors) handled(c *call) {
	m.committed.handled(c)
	if !m.lives[c.to].up {
		return
	}
	if c.copies > 0 {
		m.storage.handled(c, &m.clocks, m.lives[c.to].number)
		m.clocks.replied(c)
	}
	m.all.handled(c)
	if c.reply.granted {
		m.voted(vote{c.to, c.from, c.term})
	}
	c.copies = max(0, c.copies-1)
}

func (m *monitors) answered(c *call) {
	m.clocks.hears(c.from, c.reply.tells)
	if c.kind == requestVote {
		m.elections.Answered++
	}
	if c.reply.granted {
		m.elections.Granted++
		m.ballots.received(vote{c.to, c.from, c.term})
	}
	m.all.answered(c)
}

func (m *monitors) voted(v vote) {
	m.ballots.voted(v)
	m.all.voted(v)
}

func (m *monitors) leads(server, term int, how string) {
	first := m.claims.leads(server, term, how)
	m.all.leads(lead{claim{server, how}, term, first, m.ballots.elected(server, term)})
}

func (m *monitors) applied(server int, msg raft.ApplyMsg) {
	switch {
	case !m.lives[server].up, msg.SnapshotValid && !m.rules.Snapshots, !msg.SnapshotValid && !msg.CommandValid:
		return
	case !msg.SnapshotValid:
		m.indexes.applied(msg.CommandIndex, msg.Command)
	case m.indexes.based:
		at := msg.SnapshotIndex - m.indexes.base
		if term := m.committed.at(at).term; term != 0 {
			m.storage.installed(server, position{at, term}, &m.clocks, m.at)
		}
	}
	m.all.applied(applied{server, msg})
}

func (m *monitors) saved(server int, state, snapshot []byte) {
	m.disks.saved(server, m.now, state, snapshot)
	m.all.saved(server)
}
