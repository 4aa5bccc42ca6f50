package monitor

// consistency watches that followers store entries only after one that they have (Figure 2, "AppendEntries RPC", rule 2).
// What has never come to a server, and what it has not made itself, it cannot have. That it says yes to a heartbeat
// counts only if some heartbeat was refused for what is before it: some say yes without looking.
type consistency struct {
	*views
	servers []holdings
	looks   bool // at heartbeats, too
}

// holdings are what a server may have in its log.
type holdings struct {
	came    map[position]bool // entries
	upTo    int               // a snapshot up to here
	unknown bool              // something came that may have brought others
}

func newConsistency(v *views) monitor {
	m := &consistency{views: v, servers: make([]holdings, v.servers)}
	for i := range m.servers {
		m.servers[i] = holdings{came: make(map[position]bool), upTo: noIndex}
	}
	return monitor{
		explanations: consistencyExplained, rules: Rules{Log: true},
		arrived: m.arrived, handled: m.handled, answered: m.answered,
	}
}

func (m *consistency) arrived(c *call) {
	h := &m.servers[c.to]
	switch {
	case c.kind == requestVote:
	case c.kind == appendEntries && c.log != nil:
		for i := range c.log.terms {
			h.came[c.log.at(i)] = true
		}
	case c.kind == installSnapshot && c.upTo > 0 && !c.bulk:
		h.upTo = max(h.upTo, c.upTo)
	default:
		h.unknown = true
	}
}

// answered: some bring entries in replies.
func (m *consistency) answered(c *call) {
	h := &m.servers[c.from]
	h.unknown = h.unknown || c.reply.bulk
}

func (m *consistency) handled(c *call) {
	if c.copies == 0 || c.log == nil || c.reply.term > c.term {
		return
	}
	h, prev, heartbeat := &m.servers[c.to], c.log.prev, len(c.log.terms) == 0
	m.looks = m.looks || heartbeat && c.reply.refuses && c.reply.term == c.term && prev.index > 0
	if !c.reply.success || heartbeat && !m.looks {
		return
	}
	switch leader, led := m.claims.byTerm[prev.term]; {
	case h.unknown, prev.index <= max(0, h.upTo), m.clocks.none(prev.term), h.came[prev]:
	case !led, leader.server == c.to: // it may have made the entry
	default:
		m.violated("Consistency Check",
			"S%d says yes to what S%d sends in T%d after an entry of T%d at index %d, which has never come to it",
			c.to, c.from, c.term, prev.term, prev.index)
	}
}

const consistencyExplained = `# 2.7 Consistency Check

A follower stores new entries only if it has the one before them, of the same index and term.

Paper: Figure 2, "AppendEntries RPC", rule 2: "Reply false if log doesn't contain an entry at prevLogIndex whose term
matches prevLogTerm"; section 5.3: "If the follower does not find an entry in its log with the same index and term, then
it refuses the new entries."

- Only the length of the log is compared with PrevLogIndex, and not the term of the entry there.
- The entry is looked up at the wrong place, since a snapshot has cut the log: an index of the log is not an index into
  the slice (2D).
- The reply says yes before the log is looked at, and an early return does not set it back.
`
