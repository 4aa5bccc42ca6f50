package monitor

// disks watches that servers save what they must before they tell anybody of it
// (Figure 2: "updated on stable storage before responding to RPCs"). What is on
// a disk it cannot read. But it knows when a server cannot have known something
// yet, such as a vote before it was asked for; who says so later and has saved
// nothing in between has not saved that either.
type disks struct {
	set     *Set
	now     int  // counts what is noted
	used    bool // something was saved: without, there is no persistence that could be wrong
	servers []disk
}

type disk struct {
	saved int // when something was saved last
	term  int // in which the server was, at most, at some time after since
	since int

	asked   map[ballot]int   // when a candidate's request for a vote arrived first
	entries map[position]int // when an entry arrived first
	other   bool             // something arrived that may have brought entries by another way
}

func newDisks(s *Set, servers int) disks {
	d := disks{set: s, servers: make([]disk, servers)}
	for i := range d.servers {
		// Before it saves anything, a server is in its first term, which is 0 or,
		// with some, 1.
		d.servers[i] = disk{term: 1, asked: make(map[ballot]int), entries: make(map[position]int)}
	}
	return d
}

func (d *disks) tick() int {
	d.now++
	return d.now
}

func (d *disks) saved(server int) {
	d.used = true
	d.servers[server].saved = d.tick()
}

func (d *disks) arrived(f *flight) {
	if !d.set.rules.Persistence {
		return
	}
	k, now := &d.servers[f.to], d.tick()
	if f.copies == 0 {
		f.arrival = now
	}
	switch f.kind {
	case vote:
		if b := (ballot{f.from, f.term}); k.asked[b] == 0 {
			k.asked[b] = now
		}
	case appendEntries:
		if f.log == nil {
			return
		}
		for i := range f.log.terms {
			if at := f.log.at(i); k.entries[at] == 0 {
				k.entries[at] = now
			}
		}
	default:
		k.other = true
	}
}

// lacks says what a server has told and not saved.
func (d *disks) lacks(format string, args ...any) {
	if d.used {
		d.set.violated("Saved before Told", format, args...)
	}
}

func (d *disks) handled(f *flight) {
	if !d.set.rules.Persistence {
		return
	}
	k := &d.servers[f.to]
	if t := f.reply.term; t > k.term {
		if k.saved <= k.since {
			d.lacks("S%d replied to %s in T%d and has saved nothing since it was in T%d or before (Figure 2)", f.to, f.method, t, k.term)
		}
		k.term, k.since = t, f.arrival
	} else if t == k.term {
		k.since = max(k.since, f.arrival)
	}
	switch {
	case f.reply.granted:
		if asked := k.asked[ballot{f.from, f.term}]; asked != 0 && k.saved <= asked {
			d.lacks("S%d voted for S%d in T%d and has saved nothing since it was first asked (Figure 2)", f.to, f.from, f.term)
		}
	case f.reply.success && f.log != nil && len(f.log.terms) > 0:
		at := f.log.at(len(f.log.terms) - 1)
		if arrived := k.entries[at]; arrived != 0 && k.saved <= arrived && !k.other && !d.led(f.to, at.term) {
			d.lacks("S%d said that it has the entry of T%d at index %d and has saved nothing since that came (Figure 2)", f.to, at.term, at.index)
		}
	}
}

// led reports whether a server may have made the entries of a term itself.
func (d *disks) led(server, term int) bool {
	claim, ok := d.set.leaders.byTerm[term]
	return !ok || claim.server == server
}

// leads: a leader has voted for itself in its term.
func (d *disks) leads(server, term int) {
	if !d.set.rules.Persistence {
		return
	}
	if k := &d.servers[server]; term > k.term {
		if k.saved <= k.since {
			d.lacks("S%d leads T%d and has saved nothing since it was in T%d or before (Figure 2)", server, term, k.term)
		}
		k.term = term
	}
}
