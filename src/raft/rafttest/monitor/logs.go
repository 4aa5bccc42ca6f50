package monitor

// logs watches the logs of leaders, as their AppendEntries show them. What it
// concludes holds whatever order messages are seen in, since a leader's log only
// grows in its term and an entry never gets another predecessor:
//
//   - Leader Append-Only (Figure 3, section 5.3): a leader never overwrites or
//     deletes entries of its own log.
//   - Log Matching (Figure 3, section 5.3): logs that have the same entry have
//     the same entries before it.
type logs struct {
	set     *monitors
	before  map[position]sight
	leaders map[int]*leaderLog // by term
}

// A sight is the term of the entry before another one, 0 if there is none, and
// in whose log it was seen.
type sight struct{ term, leader, leads int }

// A leaderLog is what is known of the log that a leader has in its term.
type leaderLog struct {
	server int
	terms  map[int]int // by index
	own    int         // the lowest index known of an entry of its own term, or none
}

const none = -1

func newLogs(s *monitors) logs {
	return logs{s, make(map[position]sight), make(map[int]*leaderLog)}
}

func (l *logs) sent(f *flight) {
	if f.log == nil || len(f.log.terms) == 0 {
		return
	}
	lead := l.leaders[f.term]
	if lead == nil {
		lead = &leaderLog{server: f.from, terms: make(map[int]int), own: none}
		l.leaders[f.term] = lead
	}
	// Without a term, the entry before is none if it is before all indexes, and
	// else something that is not understood.
	before, known := max(0, f.log.prev.term), !l.set.none(f.log.prev.term) || f.log.prev.index <= 0
	for i, term := range f.log.terms {
		at := f.log.at(i)
		if l.set.none(term) {
			known = false // an entry that stands for none
			continue
		}
		if term > f.term || known && term < before {
			l.set.violated("Terms of a Log", "S%d, as leader of T%d, sends an entry of T%d at index %d, after one of T%d", f.from, f.term, term, at.index, before)
		}
		if known {
			l.follows(at, before, f)
		}
		l.holds(lead, at, f)
		if known && before < f.term && term == f.term {
			l.set.stored.begins(f, at.index)
		}
		before, known = term, true
	}
}

// follows checks Log Matching, entry by entry.
func (l *logs) follows(at position, before int, f *flight) {
	was, ok := l.before[at]
	if !ok {
		l.before[at] = sight{before, f.from, f.term}
	} else if was.term != before {
		l.set.violated("Log Matching", "the entry of T%d at index %d comes after one of T%d in the log of S%d, leader of T%d, and after one of T%d in that of S%d, leader of T%d",
			at.term, at.index, was.term, was.leader, was.leads, before, f.from, f.term)
	}
}

func (l *logs) holds(lead *leaderLog, at position, f *flight) {
	was, ok := lead.terms[at.index]
	if ok && was != at.term {
		l.set.violated("Leader Append-Only", "S%d, as leader of T%d, had an entry of T%d at index %d and has one of T%d there", f.from, f.term, was, at.index, at.term)
	}
	if ok {
		return
	}
	lead.terms[at.index] = at.term
	if at.term == f.term && (lead.own == none || at.index < lead.own) {
		lead.own = at.index
	}
	l.set.commits.holds(f, at)
}
