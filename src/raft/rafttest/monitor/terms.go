package monitor

import "slices"

// terms watches that no server's term falls (section 5.1), over a restart too where state persists.
type terms struct {
	*views
	told []int // by server: the highest that GetState has told; answers about one server have an order among themselves
}

func newTerms(v *views) monitor {
	m := &terms{v, slices.Repeat([]int{never}, v.servers)}
	return monitor{explanations: termsExplained, booted: m.booted, state: m.state, handled: m.handled}
}

func (m *terms) booted(server int) { m.told[server] = m.clocks.servers[server].said }

// state compares GetState's answers with each other only: a reply that was seen before this answer may still be
// younger. Of a server that takes its time so may another answer, which was asked for later.
func (m *terms) state(a answer) {
	if told := m.told[a.server]; a.term < told && !m.slow(a.server) {
		m.violated("Terms Never Fall", "S%d was in T%d and GetState now says T%d", a.server, told, a.term)
	}
	m.told[a.server] = max(m.told[a.server], a.term)
}

// handled: of two copies of a request, the term at the arrival of the first is the lower one.
func (m *terms) handled(c *call) {
	if c.copies > 0 && c.reply.term > 0 && c.reply.term < c.since {
		m.violated("Terms Never Fall", "S%d was in T%d and then replied to %s in T%d",
			c.to, c.since, c.method.name, c.reply.term)
	}
}

const termsExplained = `# 1.5 Terms Never Fall

The term of a server only rises, also over a restart.

Paper: Section 5.1: "Each server stores a current term number, which increases monotonically over time"; Figure 2,
currentTerm, and "Rules for Servers", All Servers

- currentTerm is set to the term of a request or reply without checking that it is higher.
- A reply to an old request is acted upon after the server has moved on.
- currentTerm is not saved when it rises, and a restart brings back an old one (2C).
- persist and readPersist disagree about the order of what they write and read, or the errors of Decode are ignored
  (2C).
`
