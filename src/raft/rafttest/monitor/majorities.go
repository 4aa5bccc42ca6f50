package monitor

import "time"

// majorities watches that who has a majority acts upon it: that a candidate leads (section 5.2).
type majorities struct {
	*views
	won    []victory // by server
	missed []int     // by server: how many victories came to nothing since it last led
}

// A victory is of a candidate that has heard the votes of a majority, and none of them late.
type victory struct {
	term   int
	voters map[int]bool  // besides itself
	at     time.Duration // when there were enough; 0 if there are not
}

// How long a candidate may take to lead until it stands again, or if it does not.
const (
	leadBefore = 100 * time.Millisecond
	leadWithin = time.Second
)

// missedAtMost is what may go wrong for a reason that is not seen.
const missedAtMost = 2

func newMajorities(v *views) monitor {
	m := &majorities{v, make([]victory, v.servers), make([]int, v.servers)}
	return monitor{
		explanations: majoritiesExplained, booted: m.forget, resumed: m.forget, paced: m.paced,
		state: m.state, sent: m.sent, answered: m.answered,
	}
}

func (m *majorities) forget(server int) { m.won[server] = victory{} }

func (m *majorities) paced(server int) { m.forget(server) }

func (m *majorities) answered(c *call) {
	w := &m.won[c.from]
	if !c.reply.granted || c.late(m.at) || c.term < w.term || c.from == c.to {
		return
	}
	if w.voters == nil || c.term > w.term {
		*w = victory{term: c.term, voters: make(map[int]bool)}
	}
	w.voters[c.to] = true
	if w.at == 0 && len(w.voters)+1 > m.servers/2 {
		w.at = m.at
	}
}

func (m *majorities) state(a answer) {
	if !a.leader && a.term == m.won[a.server].term {
		m.lost(a.server, leadWithin, "says that it does not lead")
	}
}

// sent: it stands again, and nobody has told it of a later term.
func (m *majorities) sent(c *call) {
	if w := m.won[c.from]; c.kind == requestVote && c.term == w.term+1 && m.clocks.servers[c.from].told <= w.term {
		m.lost(c.from, leadBefore, "stands again")
	}
}

// lost: a server does not lead the term in which it won.
func (m *majorities) lost(server int, within time.Duration, does string) {
	w := m.won[server]
	leader, led := m.claims.byTerm[w.term]
	if led && leader.server == server {
		m.missed[server] = 0
		return
	}
	if w.at == 0 || m.at-w.at < within || m.slow(server) {
		return
	}
	m.won[server] = victory{}
	if m.missed[server]++; m.missed[server] <= missedAtMost {
		return
	}
	m.violated("A Majority Elects",
		"S%d has the votes of %d of %d servers in T%d, its own included, and %v later it "+does,
		server, len(w.voters)+1, m.servers, w.term, (m.at - w.at).Round(time.Millisecond))
}

const majoritiesExplained = `# 1.9 A Majority Elects

A candidate that has the votes of a majority leads.

Paper: Figure 2, "Rules for Servers", Candidates: "If votes received from majority of servers: become leader"; section
5.2

- The majority is computed wrongly: more votes are waited for than are needed, or those of all servers.
- The candidate's own vote is not counted.
- Votes are counted when the election times out, or when all have answered: servers that are down never do.
- Whoever waits for the votes misses that the last one came: a signal that nobody waits for is lost.
`
