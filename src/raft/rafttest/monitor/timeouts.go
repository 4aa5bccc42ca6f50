package monitor

import (
	"slices"
	"time"
)

// timeouts watches that a server which hears of no leader and gives no vote begins an election, and another if that ends
// in nothing. What tells it of a later term may begin its timeout anew, as may all that is not understood, and what it
// sends that is not understood may be an election.
type timeouts struct {
	*views
	servers []patience
}

// A patience is how long a server has been waiting.
type patience struct {
	since time.Duration // when its timeout last began, or since when its clock is right
	stood int           // the last term in which it stood
	heard time.Duration // when that came last to which it said yes, of a leader or a candidate; 0 if its clock was set since
	in    int           // the term of that
}

// standWithin is how long a server may wait. Where it takes longer, no leader is elected within the lab's 5 s.
const standWithin = 4 * time.Second

// tooSoon is within what time after it heard of a leader, or gave a vote, nobody's election timeout elapses.
const tooSoon = 50 * time.Millisecond

func newTimeouts(v *views) monitor {
	m := &timeouts{v, slices.Repeat([]patience{{stood: never}}, v.servers)}
	return monitor{
		explanations: timeoutsExplained, booted: m.booted, resumed: m.resumed, paced: m.resumed,
		state: m.state, sent: m.sent, asks: m.waits, arrived: m.arrived, handled: m.handled, answered: m.answered,
	}
}

func (m *timeouts) booted(server int) { m.servers[server] = patience{since: m.at, stood: never} }

// waits: a server begins to wait now.
func (m *timeouts) waits(server int) { m.servers[server].since = m.at }

func (m *timeouts) resumed(server int) {
	m.waits(server)
	m.servers[server].heard = 0
}

// arrived: a request for a vote that tells the server nothing new begins no timeout, unless the vote is given.
func (m *timeouts) arrived(c *call) {
	if c.kind != requestVote || c.term > m.clocks.servers[c.to].known {
		m.waits(c.to)
	}
}

func (m *timeouts) handled(c *call) {
	s := &m.servers[c.to]
	if c.reply.granted {
		m.waits(c.to)
	}
	_, again := m.ballots.cast[inTerm{c.to, c.term}] // which begins no timeout
	again = again || m.slow(c.to)                    // the first reply may not have come yet
	agrees := c.reply.granted && !again || c.kind == appendEntries && c.reply.term == c.term
	if agrees && c.copies > 0 && c.came > s.heard {
		s.heard, s.in = c.came, c.term
	}
}

// answered: one who is told of a later term may wait anew in it, as those that no longer lead do.
func (m *timeouts) answered(c *call) {
	if c.reply.term > c.term || c.kind != requestVote {
		m.waits(c.from)
	}
}

// sent: to ask again in the same term is to begin nothing.
func (m *timeouts) sent(c *call) {
	if s := &m.servers[c.from]; c.kind != requestVote || c.term > s.stood {
		m.waits(c.from)
		if c.kind == requestVote {
			s.stood = c.term
			if s.heard > 0 && c.term > s.in && m.at-s.heard < tooSoon && m.paces[c.from].clock <= 1 {
				m.advised("a server stands for election within 50 ms of what a leader told it, or of a vote that it gave: both begin the " +
					"timeout anew, and when a timer has fired, look under the lock whether it was set meanwhile (section 5.2)")
			}
		}
	}
}

func (m *timeouts) state(a answer) {
	s := &m.servers[a.server]
	switch quiet := m.at - s.since; {
	case a.leader:
		m.waits(a.server)
	case quiet < standWithin || m.slow(a.server) || !m.wire.knows(requestVote):
	case a.term == s.stood:
		m.waits(a.server)
		m.violated("Timeouts Begin Elections",
			"S%d stands in T%d, and for %v it has heard of no leader, given no vote and begun no other election",
			a.server, a.term, quiet.Round(time.Millisecond))
	default:
		m.waits(a.server)
		m.violated("Timeouts Begin Elections",
			"S%d follows in T%d, and for %v it has heard of no leader, given no vote and not stood for election",
			a.server, a.term, quiet.Round(time.Millisecond))
	}
}

const timeoutsExplained = `# 1.10 Timeouts Begin Elections

A server that hears of nobody for an election timeout stands for election. A candidate who is not elected within one
begins another election, in the next term.

Paper: Figure 2, "Rules for Servers", Followers: "If election timeout elapses without receiving AppendEntries RPC from
current leader or granting vote to candidate: convert to candidate"; Candidates: "If election timeout elapses: start new
election"; section 5.2

- Only followers look at the time, and not candidates.
- The term rises only when a follower becomes a candidate, and not when a candidate stands again.
- The timer is stopped in a leader, and nothing starts it when it is deposed.
- The goroutine that waits for the timeout ends, or waits for a vote or a reply that never comes.
- The timer was stopped or drained at the wrong time, and nobody sets it again.
`
