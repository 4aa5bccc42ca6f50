package monitor

import "time"

// storage is the view of what followers have said that they store: by server, an entry that must be in its log, if any.
type storage []storedEntry

type storedEntry struct {
	entry position
	term  int // of the leader that it was told
	life  int // of the server
	valid bool
	from  time.Duration // when all that the server sends knows of it
	round int           // tells apart what was before and after the entry may have gone
}

func (s storage) clear(server int) {
	s[server].valid = false
	s[server].round++
}

func (s storage) arrived(c *call) {
	switch {
	case c.kind == appendEntries && c.term > s[c.to].term:
		s.clear(c.to) // it may be overwritten from now on
		s[c.to].term = c.term
	case c.kind == installSnapshot && s.outlasts(c):
	case c.kind != appendEntries && c.kind != requestVote:
		s.clear(c.to) // a snapshot, perhaps
	}
}

// outlasts reports whether what a server stores stays when a snapshot comes: that of an earlier leader is refused, and
// to that of its own leader, who has the same up to the stored entry, all that follows the snapshot is kept (Figure 13,
// rules 1 and 6). One that brings what follows, too, may take the place of the whole log.
func (s storage) outlasts(c *call) bool {
	held := s[c.to]
	return held.valid && !c.bulk && (c.term < held.term || c.term == held.term && 0 < c.upTo && c.upTo < held.entry.index)
}

// installed: a server's service was given a snapshot, which comes after its log was (Figure 13, rules 5 to 8). Its last
// entry is committed, and is in the log in all later terms; what the server is about to send may be older than that.
func (s storage) installed(server int, last position, k *clocks, now time.Duration) {
	if held := &s[server]; !held.valid || last.index > held.entry.index {
		held.entry, held.term, held.valid = last, k.servers[server].told, true
		held.from = now + onItsWay
	}
}

// onItsWay is more than a message takes from being made to being sent.
const onItsWay = 100 * time.Millisecond

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
		held.entry, held.life, held.valid, held.from = at, life, true, 0
	}
}
