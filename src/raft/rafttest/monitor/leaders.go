package monitor

// leaders watches Election Safety (Figure 3, section 5.2): at most one leader
// in a term. Who says that it leads, leads; and so does who sends AppendEntries.
type leaders struct {
	set      *monitors
	byTerm   map[int]claim
	highest  int // term that any server has shown
	pardoned int // up to this term, votes may have been forgotten
}

type claim struct {
	server int
	how    string
}

func newLeaders(s *monitors) leaders { return leaders{set: s, byTerm: make(map[int]claim)} }

func (l *leaders) saw(term int) { l.highest = max(l.highest, term) }

// pardon: a server without a disk restarts. It may vote again in every term so
// far, and these may get second leaders that nobody is to blame for.
// Where messages are not understood, nobody knows how far that is.
func (l *leaders) pardon() {
	l.pardoned = max(l.pardoned, l.highest)
	if l.set.wire.knows(unknown) {
		l.pardoned = anything
	}
}

func (l *leaders) leads(server, term int, how string) {
	was, ok := l.byTerm[term]
	if !ok {
		l.byTerm[term] = claim{server, how}
	} else if was.server != server && term > l.pardoned {
		l.set.violated("Election Safety", "two leaders in T%d: S%d (%s) and S%d (%s)",
			term, was.server, was.how, server, how)
	}
}
