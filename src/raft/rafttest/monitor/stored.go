package monitor

// stored knows what followers have said that they store, and what that binds
// them to:
//
//   - Up-to-Date Votes (section 5.4.1): nobody gets the vote of a server whose
//     log is more up-to-date.
//   - Stored Entries Stay (Figure 2): what a follower has stored is in its log,
//     over a restart too, until a later leader has it overwritten.
type stored struct {
	set     *monitors
	servers []shelf

	// Whether the indexes of RequestVote and AppendEntries count alike: the
	// first entry of a leader's own term comes after the last one with which it
	// was elected.
	alike, differ bool
}

// A shelf is an entry that must be in a server's log, if any.
type shelf struct {
	entry position
	term  int // of the leader that it was told
	life  int // of the server
	valid bool
	round int // tells apart what was before and after the entry may have gone
}

func newStored(s *monitors, servers int) stored {
	return stored{set: s, servers: make([]shelf, servers)}
}

// begins: the entry at this index is the first of a leader's own term.
func (s *stored) begins(f *flight, index int) {
	last, ok := s.set.commits.asked[ballot{f.from, f.term}]
	switch {
	case !ok:
	case last.index+1 == index:
		s.alike = true
	default:
		s.differ = true
	}
}

// sameIndexes reports whether the indexes of RequestVote and AppendEntries are
// known to count alike.
func (s *stored) sameIndexes() bool { return s.alike && !s.differ }

// behind reports whether a log that ends so lacks an entry.
func (s *stored) behind(last, entry position) bool {
	return last.term < entry.term || last.less(entry) && s.sameIndexes()
}

func (s *stored) booted(server int) {
	if !s.set.rules.Persistence {
		s.clear(server)
	}
}

func (s *stored) clear(server int) {
	sh := &s.servers[server]
	sh.valid = false
	sh.round++
}

func (s *stored) arrived(f *flight) {
	switch sh := &s.servers[f.to]; f.kind {
	case vote:
		if f.copies == 0 {
			f.shelf = *sh
		}
	case appendEntries:
		if f.term > sh.term {
			s.clear(f.to) // it may be overwritten from now on
			sh.term = f.term
		}
		if f.copies == 0 {
			f.shelf = *sh
		}
	default:
		s.clear(f.to) // a snapshot, perhaps
	}
}

func (s *stored) handled(f *flight) {
	sh := &s.servers[f.to]
	switch {
	case f.kind == vote && f.reply.granted && f.last != nil:
		// A vote in the term of the entry was given before the entry came.
		if sh.valid && f.shelf.valid && sh.round == f.shelf.round && f.term > sh.term && s.behind(*f.last, f.shelf.entry) {
			s.set.violated("Up-to-Date Votes", "S%d stored an entry of T%d at index %d and voted in T%d for S%d, whose log ends at index %d with one of T%d (section 5.4.1)",
				f.to, f.shelf.entry.term, f.shelf.entry.index, f.term, f.from, f.last.index, f.last.term)
		}
	case f.kind != appendEntries || f.log == nil || f.term != sh.term:
	case f.reply.success:
		n := len(f.log.terms)
		if n == 0 || s.set.none(f.log.terms[n-1]) || f.shelf.round != sh.round {
			return
		}
		if at := f.log.at(n - 1); !sh.valid || at.index > sh.entry.index {
			sh.entry, sh.life, sh.valid = at, s.set.lives[f.to].number, true
		}
	default:
		// Refused by its own leader at an entry that it has (Figure 2,
		// "AppendEntries RPC", rule 2). Without a restart between, this may be a
		// matter of how refusals are used; and what a snapshot has taken the
		// place of need not be found.
		if !s.set.rules.Snapshots && f.reply.term == f.term && f.shelf.valid && f.shelf.round == sh.round &&
			s.set.lives[f.to].number > f.shelf.life && !s.set.none(f.log.prev.term) && f.log.prev.index <= f.shelf.entry.index {
			s.set.violated("Stored Entries Stay", "S%d stored an entry of T%d at index %d, restarted, and in the same T%d refuses to have one of T%d at index %d",
				f.to, f.shelf.entry.term, f.shelf.entry.index, f.term, f.log.prev.term, f.log.prev.index)
		}
	}
}

// asks: a candidate's log is its own.
func (s *stored) asks(f *flight) {
	sh := s.servers[f.from]
	if sh.valid && f.last != nil && f.term > sh.term && s.behind(*f.last, sh.entry) {
		s.set.violated("Stored Entries Stay", "S%d stored an entry of T%d at index %d in T%d, and as a candidate in T%d its log ends at index %d with one of T%d",
			f.from, sh.entry.term, sh.entry.index, sh.term, f.term, f.last.index, f.last.term)
	}
}
