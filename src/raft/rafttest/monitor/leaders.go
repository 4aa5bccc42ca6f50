package monitor

// leaders watches Election Safety (Figure 3, section 5.2): at most one leader in a term.
type leaders struct{ *views }

func newLeaders(v *views) monitor {
	m := leaders{v}
	return monitor{explanations: leadersExplained, off: m.off, leads: m.leads}
}

// off: that a message was not seen is no reason; that others were seen that may be it is one.
func (m leaders) off() []string {
	var notes []string
	for _, o := range m.wire.order {
		if why := o.openTerm(appendEntries); why != "" {
			notes = append(notes, "AppendEntries is not watched: "+why)
		}
	}
	if strangers := m.wire.strangers(); strangers != "" && notes == nil && !m.wire.knows(appendEntries) {
		notes = append(notes, "AppendEntries is not watched: no request has an integer field Term and a field "+
			"LeaderId or PrevLogIndex; "+strangers)
	}
	if m.wire.zeros != "" {
		notes = append(notes, m.wire.zeros)
	}
	return notes
}

func (m leaders) leads(l lead) {
	if l.first.server != l.server && l.term > m.claims.pardoned {
		m.violated("Election Safety", "two leaders in T%d: S%d (%s) and S%d (%s)",
			l.term, l.first.server, l.first.how, l.server, l.how)
	}
}

const leadersExplained = `# 1.3 Election Safety

At most one server leads in a term. A server leads if GetState says so, or if it sends AppendEntries.

Paper: Figure 3, Election Safety: "at most one leader can be elected in a given term"; section 5.2

- A goroutine that counts votes takes the lock again and becomes leader without checking that it is still a candidate in
  the same term.
- Servers vote twice in a term: see One Vote per Term.
- Votes are counted that were cast in another term: see Elected by a Majority.
- A deposed leader adopts the new term of a message without becoming a follower.
- AppendEntries are prepared in one term, but carry the later term in which they are sent.
`
