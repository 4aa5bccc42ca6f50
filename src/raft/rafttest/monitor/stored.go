package monitor

// stored watches what followers are bound to by what they have said that they store:
//
//   - Up-to-Date Votes (section 5.4.1): nobody gets the vote of a server whose log is more up-to-date.
//   - Stored Entries Stay (Figure 2): what a follower has stored is in its log, over a restart too, until a later
//     leader has it overwritten.
type stored struct{ *views }

func newStored(v *views) monitor {
	m := stored{v}
	return monitor{explanations: storedExplained, rules: Rules{Log: true}, sent: m.sent, handled: m.handled}
}

// sent: a candidate's log is its own.
func (m stored) sent(c *call) {
	held := m.storage[c.from]
	if held.valid && m.at >= held.from && c.last != nil && c.term > held.term &&
		m.indexes.behind(*c.last, held.entry) {
		m.violated("Stored Entries Stay",
			"S%d stored an entry of T%d at index %d in T%d, and as a candidate in T%d its log ends at index %d with "+
				"one of T%d",
			c.from, held.entry.term, held.entry.index, held.term, c.term, c.last.index, c.last.term)
	}
}

func (m stored) handled(c *call) {
	held, entry := m.storage[c.to], c.stored.entry
	switch {
	case c.copies == 0 || !c.stored.valid || c.stored.round != held.round:
	case c.reply.granted && c.last != nil:
		// A vote in the term of the entry was given before the entry came.
		if c.term > held.term && m.indexes.behind(*c.last, entry) {
			m.violated("Up-to-Date Votes",
				"S%d stored an entry of T%d at index %d and voted in T%d for S%d, whose log ends at index %d with "+
					"one of T%d (section 5.4.1)",
				c.to, entry.term, entry.index, c.term, c.from, c.last.index, c.last.term)
		}
	case !m.skewed && c.log != nil && c.term == held.term && c.reply.term == c.term && !c.reply.success:
		// Refused by its own leader at an entry that it has (Figure 2, "AppendEntries RPC", rule 2). Without a restart
		// between, this may be a matter of how refusals are used; and what a snapshot has taken the place of need not
		// be found.
		prev := c.log.prev
		if !m.rules.Snapshots && m.lives[c.to].number > c.stored.life && !m.clocks.none(prev.term) &&
			prev.index <= entry.index {
			m.violated("Stored Entries Stay",
				"S%d stored an entry of T%d at index %d, restarted, and in the same T%d refuses to have one of T%d "+
					"at index %d",
				c.to, entry.term, entry.index, c.term, prev.term, prev.index)
		}
	}
}

const storedExplained = `# 1.4 Up-to-Date Votes

A server votes only for candidates whose log is at least as up-to-date as its own: the term of the last entry is higher,
or it is equal and the log is at least as long.

Paper: Section 5.4.1: "the voter denies its vote if its own log is more up-to-date than that of the candidate"; Figure
2, "RequestVote RPC", rule 2

- Only lengths are compared, or length comes before term.
- The candidate's log is compared with commitIndex or lastApplied instead of with the log's end.
- LastLogIndex or LastLogTerm is wrong when the snapshot covers the whole log: then they are LastIncludedIndex and
  LastIncludedTerm (2D).
- Candidates read LastLogIndex and LastLogTerm before the term rises, with the lock released in between.

# 3.1 Stored Entries Stay

An entry that a follower has acknowledged stays in its log, also over a restart, until a later leader overwrites it.

Paper: Figure 2, "AppendEntries RPC", rule 3: only "if an existing entry conflicts with a new one" are it and all that
follow it deleted; "Persistent state"; section 5.3

- Every AppendEntries cuts off the log after PrevLogIndex. Entries may be deleted only from the first conflict on:
  otherwise an old request that arrives late deletes newer entries.
- The log is not saved after it changed (2C).
- persist and readPersist disagree, or a field of an entry starts with a lower-case letter and is not encoded (2C).
- The state and the snapshot are saved one after the other, and a crash comes in between (2D).
`
