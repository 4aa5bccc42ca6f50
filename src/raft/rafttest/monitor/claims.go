package monitor

// claims is the view of who leads which term: the first who is seen to. Who says that it leads, leads; and so does who
// sends AppendEntries.
type claims struct {
	byTerm   map[int]claim
	highest  int // term that any server has shown
	pardoned int // up to this term, votes may have been forgotten
}

type claim struct {
	server int
	how    string
}

func newClaims() claims { return claims{byTerm: make(map[int]claim)} }

func (c *claims) saw(term int) { c.highest = max(c.highest, term) }

// pardon: a server without a disk restarts. It may vote again in every term so far, and these may get second leaders
// that nobody is to blame for. Where messages are not understood, nobody knows how far that is.
func (c *claims) pardon(w *wire) {
	c.pardoned = max(c.pardoned, c.highest)
	if w.knows(unknown) {
		c.pardoned = unknownTerm
	}
}

// leads returns who is the first that was seen to lead a term.
func (c *claims) leads(server, term int, how string) claim {
	first, ok := c.byTerm[term]
	if !ok {
		first = claim{server, how}
		c.byTerm[term] = first
	}
	return first
}
