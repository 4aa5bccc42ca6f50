package monitor

// leaders watches Election Safety (Figure 3, section 5.2): at most one leader
// in a term. Who says that it leads, leads; and so does who sends AppendEntries.
type leaders struct {
	set    *Set
	byTerm map[int]claim
}

type claim struct {
	server int
	how    string
}

func newLeaders(s *Set) leaders { return leaders{s, make(map[int]claim)} }

func (l *leaders) leads(server, term int, how string) {
	was, ok := l.byTerm[term]
	if !ok {
		l.byTerm[term] = claim{server, how}
	} else if was.server != server {
		l.set.violated("Election Safety", "two leaders in T%d: S%d (%s) and S%d (%s)",
			term, was.server, was.how, server, how)
	}
}
