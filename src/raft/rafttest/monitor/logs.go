package monitor

// logs watches the logs of leaders. What it concludes holds whatever order messages are seen in, since a leader's log
// only grows in its term and an entry never gets another predecessor:
//
//   - Leader Append-Only (Figure 3, section 5.3): a leader never overwrites or deletes entries of its own log.
//   - Log Matching (Figure 3, section 5.3): logs that have the same entry have the same entries before it.
type logs struct {
	*views
	before map[position]predecessor
}

// A predecessor is the term of the entry before another one, 0 if there is none, and in whose log it was seen.
type predecessor struct{ term, leader, leads int }

func newLogs(v *views) monitor {
	m := &logs{v, make(map[position]predecessor)}
	return monitor{explanations: logsExplained, rules: Rules{Log: true}, shows: m.shows, sent: m.sent}
}

func (m *logs) shows(e shownEntry) {
	c := e.call
	if e.at.term > c.term || e.beforeKnown && e.at.term < e.before {
		m.violated("Terms of a Log", "S%d, as leader of T%d, sends an entry of T%d at index %d, after one of T%d",
			c.from, c.term, e.at.term, e.at.index, e.before)
	}
	if e.beforeKnown {
		m.follows(e)
	}
	if e.wasShown && e.was != e.at.term {
		m.violated("Leader Append-Only",
			"S%d, as leader of T%d, had an entry of T%d at index %d and has one of T%d there",
			c.from, c.term, e.was, e.at.index, e.at.term)
	}
}

// sent checks what a leader says of the entry before those that it sends: heartbeats show nothing else.
func (m *logs) sent(c *call) {
	if c.kind != appendEntries || c.log == nil || m.clocks.none(c.log.prev.term) || m.logs[c.term] == nil {
		return
	}
	prev := c.log.prev
	if was, shown := m.logs[c.term].terms[prev.index]; shown && was != prev.term {
		m.violated("Leader Append-Only",
			"S%d, as leader of T%d, had an entry of T%d at index %d and says that it has one of T%d there",
			c.from, c.term, was, prev.index, prev.term)
	}
}

// follows checks Log Matching, entry by entry.
func (m *logs) follows(e shownEntry) {
	was, ok := m.before[e.at]
	if !ok {
		m.before[e.at] = predecessor{e.before, e.call.from, e.call.term}
	} else if was.term != e.before {
		m.violated("Log Matching",
			"the entry of T%d at index %d comes after one of T%d in the log of S%d, leader of T%d, and after one of "+
				"T%d in that of S%d, leader of T%d",
			e.at.term, e.at.index, was.term, was.leader, was.leads, e.before, e.call.from, e.call.term)
	}
}

const logsExplained = `# 2.1 Terms of a Log

Along a log the terms of entries never fall, and a leader has no entries of later terms than its own: an entry has the
term of the leader that created it.

Paper: Section 5.3: "Each log entry stores a state machine command along with the term number when the entry was
received by the leader"; Figure 2, log[]

- Start checks that it leads, releases the lock, and then appends with the current term, which may have risen.
- PrevLogTerm, PrevLogIndex and Entries are read from the log at different times, with the lock released in between.
- Requests share the memory of the log: a slice of it is sent, and then overwritten. Copy entries into the request.
- A follower appends at the end of its log although PrevLogIndex is elsewhere.

# 2.2 Log Matching

If two logs have an entry of the same index and term, they are identical up to that entry.

Paper: Figure 3, Log Matching: "if two logs contain an entry with the same index and term, then the logs are identical
in all entries up through the given index"; section 5.3; Figure 2, "AppendEntries RPC", rules 2 to 4

- Heartbeats are answered with success without checking PrevLogIndex and PrevLogTerm.
- Only the index of the entry before is compared, and not its term.
- Entries are appended without deleting conflicting ones.
- After a snapshot an index into the slice is taken for an index of the log, or the reverse (2D).
- Requests share the memory of the log: a slice of it is sent, and then overwritten.

# 2.3 Leader Append-Only

A leader never overwrites or deletes entries of its log. It only appends.

Paper: Figure 3, Leader Append-Only: "a leader never overwrites or deletes entries in its log; it only appends new
entries"; section 5.3

- A leader obeys AppendEntries of an old term: these must be refused first (Figure 2, "AppendEntries RPC", rule 1).
- A new leader drops its uncommitted entries.
- Start and the handler of AppendEntries use the log without holding the same lock.
- The log shares its memory with a request, which changes it.
`
