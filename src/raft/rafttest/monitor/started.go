package monitor

// commands watches what Start says: that a leader puts each command at an index of its own (Figure 3, Leader
// Append-Only). That it leads at all is a claim that others judge.
type commands struct {
	*views
	placed map[place]bool
}

// A place is where a server has put a command, in one of its lives.
type place struct{ server, life, term, index int }

func newCommands(v *views) monitor {
	m := commands{v, make(map[place]bool)}
	return monitor{rules: Rules{Log: true}, started: m.started}
}

func (m commands) started(s started) {
	at := place{s.server, m.lives[s.server].number, s.term, s.index}
	if m.placed[at] {
		m.violated("Leader Append-Only", "S%d, as leader of T%d, puts two commands at index "+
			"%d", s.server, s.term, s.index)
	}
	m.placed[at] = true
	lead := m.logs[s.term]
	if lead == nil || !m.indexes.based {
		return
	}
	if was, shown := lead.terms[s.index-m.indexes.base]; shown && was != s.term {
		m.violated("Leader Append-Only",
			"S%d, as leader of T%d, had an entry of T%d at index %d and puts a command there",
			s.server, s.term, was, s.index)
	}
}
