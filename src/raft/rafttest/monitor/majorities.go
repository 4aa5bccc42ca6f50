package monitor

import "time"

// majorities watches that who has a majority acts upon it: that a candidate leads (section 5.2).
type majorities struct {
	*views
	won []victory // by server
}

// A victory is the last term in which a candidate has heard the votes of a majority, and when it had.
type victory struct {
	term int
	at   time.Duration
}

// leadWithin is how long a candidate may take to lead. It is to be shorter than it takes to stand again.
const leadWithin = 300 * time.Millisecond

func newMajorities(v *views) monitor {
	m := &majorities{v, make([]victory, v.servers)}
	return monitor{
		explanations: majoritiesExplained, booted: m.forget, resumed: m.forget,
		state: m.state, sent: m.sent, answered: m.answered,
	}
}

func (m *majorities) forget(server int) { m.won[server] = victory{} }

func (m *majorities) answered(c *call) {
	if c.reply.granted && c.term > m.won[c.from].term &&
		len(m.ballots.heard[inTerm{c.from, c.term}])+1 > m.servers/2 {
		m.won[c.from] = victory{c.term, m.at}
	}
}

func (m *majorities) state(a answer) {
	if !a.leader && a.term == m.won[a.server].term {
		m.lost(a.server, "says that it does not lead")
	}
}

// sent: it stands again, and nobody has told it of a later term.
func (m *majorities) sent(c *call) {
	if w := m.won[c.from]; c.kind == requestVote && c.term == w.term+1 && m.clocks.servers[c.from].told <= w.term {
		m.lost(c.from, "stands again")
	}
}

// lost: a server does not lead the term in which it won.
func (m *majorities) lost(server int, does string) {
	w := m.won[server]
	leader, led := m.claims.byTerm[w.term]
	if w.term == 0 || led && leader.server == server || m.at-w.at < leadWithin {
		return
	}
	m.won[server] = victory{}
	m.violated("A Majority Elects", "S%d has the votes of %d of %d servers in T%d, its own included, and %v later it "+
		does,
		server, len(m.ballots.heard[inTerm{server, w.term}])+1, m.servers, w.term, (m.at - w.at).Round(time.Millisecond))
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
