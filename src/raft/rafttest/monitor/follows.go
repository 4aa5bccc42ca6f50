package monitor

import (
	"slices"
	"time"
)

// follows watches that a server follows into the later terms that it is told of (Figure 2, "All Servers"). By what it
// shows some time later it must be there. That a request for a vote told it counts for nothing: section 6 has servers
// disregard these while they hear from a leader.
type follows struct {
	*views
	told  [][]teller // by server: in later terms than it has shown since, the earliest and lowest first
	stood []int      // by server: the last term in which it stood, in this life
}

// A teller is who told a server of a term, and when.
type teller struct {
	term, from int
	at         time.Duration
}

// followWithin is how long a server may take to act upon what it was told: it needs a lock.
const followWithin = time.Second

func newFollows(v *views) monitor {
	m := &follows{v, make([][]teller, v.servers), slices.Repeat([]int{never}, v.servers)}
	return monitor{
		explanations: followsExplained, booted: m.booted, crashed: m.forget, resumed: m.forget, paced: m.paced,
		state: m.state, sent: m.sent, handled: m.handled, answered: m.answered,
	}
}

func (m *follows) booted(server int) { m.stood[server] = never }

// forget: what came to a server that stood still is news to it, and so is the time.
func (m *follows) forget(server int) { m.told[server] = nil }

func (m *follows) paced(server int) { m.forget(server) }

// hears: a server is told of a term.
func (m *follows) hears(server, from, term int) {
	told := m.told[server]
	if term > m.clocks.servers[server].known && (len(told) == 0 || told[len(told)-1].term < term) {
		m.told[server] = append(told, teller{term, from, m.at})
	}
}

// handled: the server has replied, and so has read the request.
func (m *follows) handled(c *call) {
	if c.kind == appendEntries || c.kind == installSnapshot {
		m.hears(c.to, c.from, c.term)
	}
}

func (m *follows) answered(c *call) {
	if !c.late(m.at) {
		m.hears(c.from, c.to, c.reply.term)
	}
}

func (m *follows) state(a answer) { m.shows(a.server, a.term, "says that it is in T%d") }

// sent: the requests of an election are made when it begins.
func (m *follows) sent(c *call) {
	if c.kind == requestVote && c.term > m.stood[c.from] {
		m.stood[c.from] = c.term
		m.shows(c.from, c.term, "stands for election in T%d")
	}
}

// shows: a server is in a term now.
func (m *follows) shows(server, term int, how string) {
	told := m.told[server]
	for len(told) > 0 && told[0].term <= term {
		told = told[1:]
	}
	m.told[server] = told
	if len(told) > 0 && m.at-told[0].at >= followWithin && !m.slow(server) {
		m.violated("Later Terms Followed", "S%d "+how+", %v after S%d told it of T%d",
			server, term, (m.at - told[0].at).Round(time.Millisecond), told[0].from, told[0].term)
	}
}

const followsExplained = `# 1.7 Later Terms Followed

A server that a request or a reply tells of a later term goes on in that term, as a follower.

Paper: Figure 2, "Rules for Servers", All Servers: "If RPC request or response contains term T > currentTerm: set
currentTerm = T, convert to follower"; section 5.1

- The term of a reply is not looked at: only requests move the server on.
- It is looked at in the replies to RequestVote and not in those to AppendEntries, or InstallSnapshot.
- The goroutine that got the reply returns early, since the server is no longer a candidate or a leader, before it looks
  at the term.
- Replies are handled one after another, and one that never comes holds up the others.
`
