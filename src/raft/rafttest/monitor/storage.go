package monitor

// storage is the view of what followers have said that they store: by server, an entry that must be in its log, if any.
type storage []storedEntry

type storedEntry struct {
	entry position
	term  int // of the leader that it was told
	life  int // of the server
	valid bool
	round int // tells apart what was before and after the entry may have gone
}

func (s storage) clear(server int) {
	s[server].valid = false
	s[server].round++
}

func (s storage) arrived(c *call) {
	switch held := s[c.to]; {
	case c.kind == requestVote, c.kind == appendEntries && c.term <= held.term:
	case c.kind == appendEntries:
		s.clear(c.to) // it may be overwritten from now on
		s[c.to].term = c.term
	case c.kind == installSnapshot && c.term == held.term && 0 < c.upTo && c.upTo < held.entry.index:
		// Its log has the snapshot's last entry, as its leader's has, so that what follows stays (Figure 13, rule 6).
	default:
		s.clear(c.to) // a snapshot, perhaps
	}
}

func (s storage) handled(c *call, k *clocks, life int) {
	held := &s[c.to]
	if !c.reply.success || c.log == nil || c.term != held.term || c.stored.round != held.round {
		return
	}
	n := len(c.log.terms)
	if n == 0 || k.none(c.log.terms[n-1]) {
		return
	}
	if at := c.log.at(n - 1); !held.valid || at.index > held.entry.index {
		held.entry, held.life, held.valid = at, life, true
	}
}
