package monitor

import "bytes"

// disks watches that servers save what they must before they tell anybody of it
// (Figure 2: "updated on stable storage before responding to RPCs"). What the
// bytes on a disk mean it cannot read. But it knows when a server cannot have
// known something yet, such as a vote before any word of its candidate's. Who
// says so later with a disk that has not changed since then has not saved it.
//
// When a server first had a reason is judged by the earliest one that any honest
// Raft may have: it may set votedFor to a leader whose AppendEntries it obeys,
// or save a term when it arrives and not when it is acted upon. What is on a
// disk by then need not be written again.
type disks struct {
	set     *monitors
	now     int  // counts what is noted
	used    bool // something was saved: without, there is no persistence that could be wrong
	servers []disk
}

type disk struct {
	saved           int // when the disk changed last
	written         int // when something was written last, if only what was there before
	state, snapshot []byte

	booted int // when the server last was; state says in which term it was after that
	term   int // in which the server was, at most, at some time after since; never if that is not known
	since  int
	told   []hint // the highest terms that it was told of

	heard   map[ballot]int   // when a candidate, or leader, first spoke of a term, or may have
	riddle  int              // when the first message came that may have spoken of any
	entries map[position]int // when an entry arrived first
	other   bool             // something arrived that may have brought entries by another way
}

// A hint is that a server was told of a term higher than all before.
type hint struct{ term, at int }

func newDisks(s *monitors, servers int) disks {
	d := disks{set: s, servers: make([]disk, servers)}
	for i := range d.servers {
		d.servers[i] = disk{term: never, heard: make(map[ballot]int), entries: make(map[position]int)}
	}
	return d
}

func (d *disks) tick() int {
	d.now++
	return d.now
}

func (d *disks) booted(server int) { d.servers[server].booted = d.tick() }

// state: what GetState says first was so some time after the server was booted.
func (d *disks) state(server, term int) {
	if k := &d.servers[server]; k.term == never {
		k.term, k.since = term, k.booted
	}
}

// saved: what is written again changes nothing.
func (d *disks) saved(server int, state, snapshot []byte) {
	d.used = true
	k := &d.servers[server]
	k.written = d.tick()
	if k.saved > 0 && bytes.Equal(state, k.state) && bytes.Equal(snapshot, k.snapshot) {
		return
	}
	k.state, k.snapshot, k.saved = state, snapshot, k.written
}

// tells: a server hears from another, which speaks of terms up to this one.
func (k *disk) tells(from, term, now int) {
	if n := len(k.told); n == 0 || k.told[n-1].term < term {
		k.told = append(k.told, hint{term, now})
	}
	if term == anything {
		if k.riddle == 0 {
			k.riddle = now
		}
	} else if b := (ballot{from, term}); k.heard[b] == 0 {
		k.heard[b] = now
	}
}

// reason is when a server may first have known of a term or, if it has heard of
// it from nobody, any later time.
func (k *disk) reason(term int) int {
	for _, h := range k.told {
		if h.term >= term {
			return h.at
		}
	}
	return anything
}

func (d *disks) arrived(f *flight) {
	if !d.set.rules.Persistence {
		return
	}
	k, now := &d.servers[f.to], d.tick()
	if f.copies == 0 {
		f.arrival = now
	}
	k.tells(f.from, f.tells, now)
	switch f.kind {
	case vote:
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
		if f.tells != anything {
			k.tells(f.from, f.tells+1, now) // it may ask for a vote to come
		}
	}
}

func (d *disks) answered(f *flight) {
	if !d.set.rules.Persistence {
		return
	}
	k := &d.servers[f.from]
	k.tells(f.to, f.reply.tells, d.tick())
	k.other = k.other || f.reply.bulk
}

// lacks says what a server has told and not saved.
func (d *disks) lacks(format string, args ...any) {
	if d.used {
		d.set.violated("Saved before Told", format, args...)
	}
}

// unsaved reports whether a server in a term has the disk that it had when it
// was in an earlier one.
func (k *disk) unsaved(term int) bool {
	return k.term != never && k.saved <= min(k.since, k.reason(term))
}

func (d *disks) handled(f *flight) {
	if !d.set.rules.Persistence {
		return
	}
	k := &d.servers[f.to]
	if t := f.reply.term; t > max(k.term, 0) {
		if k.unsaved(t) {
			d.lacks("S%d replied to %s in T%d and has saved nothing since it was in T%d or before (Figure 2)", f.to, word(f.method), t, k.term)
		}
		k.term, k.since = t, f.arrival
	} else if t == k.term {
		k.since = max(k.since, f.arrival)
	}
	switch {
	case f.reply.granted && f.from != f.to: // which some ask too
		heard := k.heard[ballot{f.from, f.term}]
		if k.riddle > 0 {
			heard = min(heard, k.riddle)
		}
		switch {
		case heard == 0 || k.saved > heard:
		case k.written > heard && d.set.votes.before(f.to, f.term) == f.from:
			// The vote is on the disk since the term before, or between two saves of a term and its vote.
			d.set.advised("votedFor is kept when the term rises, where Figure 2 has null: save a new term and its vote together")
		case k.written > heard:
			d.lacks("S%d voted for S%d in T%d and has saved only what was on its disk before it first heard of it in that term (Figure 2)", f.to, f.from, f.term)
		default:
			d.lacks("S%d voted for S%d in T%d and has saved nothing since it first heard of it in that term (Figure 2)", f.to, f.from, f.term)
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
		if k.unsaved(term) {
			d.lacks("S%d leads T%d and has saved nothing since it was in T%d or before (Figure 2)", server, term, k.term)
		}
		k.term = term
	}
}
