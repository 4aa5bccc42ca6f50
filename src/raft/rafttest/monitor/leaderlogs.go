package monitor

// leaderLogs is the view of the logs of leaders, by term, as their AppendEntries show them.
type leaderLogs map[int]*leaderLog

// A leaderLog is what is known of the log that a leader has in its term.
type leaderLog struct {
	server int
	terms  map[int]int // by index, as first shown
	own    int         // the lowest index known of an entry of its own term, or noIndex
}

// A shownEntry is an entry that an AppendEntries shows.
type shownEntry struct {
	call        *call
	at          position
	before      int // the term of the entry before it, 0 if there is none
	beforeKnown bool
	was         int // the term that the leader has shown there already, if it has
	wasShown    bool
}

// sent takes in the entries that an AppendEntries shows, and tells of each before it goes on to the next.
func (l leaderLogs) sent(c *call, k *clocks, tell func(shownEntry)) {
	if c.log == nil || len(c.log.terms) == 0 {
		return
	}
	lead := l[c.term]
	if lead == nil {
		lead = &leaderLog{server: c.from, terms: make(map[int]int), own: noIndex}
		l[c.term] = lead
	}
	// Without a term, the entry before is none if it is before all indexes, and else something that is not understood.
	before, known := max(0, c.log.prev.term), !k.none(c.log.prev.term) || c.log.prev.index <= 0
	for i, term := range c.log.terms {
		if k.none(term) {
			known = false // an entry that stands for none
			continue
		}
		at := c.log.at(i)
		was, shown := lead.terms[at.index]
		if !shown {
			lead.add(at, c.term)
		}
		tell(shownEntry{c, at, before, known, was, shown})
		before, known = term, true
	}
}

func (l *leaderLog) add(at position, term int) {
	l.terms[at.index] = at.term
	if at.term == term && (l.own == noIndex || at.index < l.own) {
		l.own = at.index
	}
}
