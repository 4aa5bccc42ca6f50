package monitor

import (
	"fmt"
	"maps"
	"slices"
)

// commits watches what is committed:
//
//   - Committed by a Majority: nothing else is applied.
//   - Leader Completeness (Figure 3, section 5.4): what is committed is in the logs of the leaders of all later terms.
type commits struct {
	*views
	applies bool // a command was applied
}

func newCommits(v *views) monitor {
	m := &commits{views: v}
	return monitor{
		explanations: commitsExplained, rules: Rules{Log: true}, off: m.off,
		leads: m.leads, shows: m.shows, sent: m.sent, applied: m.applied,
	}
}

func (m *commits) off() []string {
	why := m.wire.noLogs()
	if why == "" && m.applies && !m.indexes.based && m.wire.showsLogs() {
		why = "no command that was applied was seen in an AppendEntries, at its index or one below"
	}
	if why == "" {
		return nil
	}
	return []string{"what is committed is not watched: " + why}
}

// leads checks that who was elected had all that was committed.
func (m *commits) leads(l lead) {
	index := m.committed.end()
	end := m.committed.at(index)
	if end.term == 0 || end.by >= l.term {
		return
	}
	last, ok := m.ballots.logs[inTerm{l.server, l.term}]
	if ok && m.indexes.behind(last, position{index, end.term}) && m.wire.showsLogs() {
		m.violated("Leader Completeness",
			"S%d leads T%d, elected with a log that ends at index %d with an entry of T%d, while index %d, an entry "+
				"of T%d, was committed in T%d",
			l.server, l.term, last.index, last.term, index, end.term, end.by)
	}
}

// shows checks an entry that is new in a leader's log.
func (m *commits) shows(e shownEntry) {
	was := m.committed.at(e.at.index)
	if !e.wasShown && was.term != 0 && was.by < e.call.term && was.term != e.at.term {
		m.violated("Leader Completeness",
			"S%d, as leader of T%d, has an entry of T%d at index %d, where one of T%d was committed in T%d",
			e.call.from, e.call.term, e.at.term, e.at.index, was.term, was.by)
	}
}

// sent checks the entry before those that a leader sends: of what a snapshot has it may be the only one that it shows.
func (m *commits) sent(c *call) {
	if c.kind != appendEntries || c.log == nil || m.clocks.none(c.log.prev.term) {
		return
	}
	prev := c.log.prev
	if was := m.committed.at(prev.index); was.term != 0 && was.by < c.term && was.term != prev.term {
		m.violated("Leader Completeness",
			"S%d, as leader of T%d, says that it has an entry of T%d at index %d, where one of T%d was committed in T%d",
			c.from, c.term, prev.term, prev.index, was.term, was.by)
	}
}

// applied checks that what a server applies is committed.
func (m *commits) applied(a applied) {
	index := a.SnapshotIndex
	if !a.SnapshotValid {
		index, m.applies = a.CommandIndex, true
	}
	at := index - m.indexes.base
	if !m.indexes.based || at <= m.committed.allowed || !m.wire.showsLogs() {
		return
	}
	why := "no server has said to a leader that it has it"
	for _, term := range slices.Sorted(maps.Keys(m.committed.match)) {
		leader := m.logs[term].server
		have := []int{leader}
		for s, upTo := range m.committed.match[term].maybe {
			if s != leader && upTo >= at {
				have = append(have, s)
			}
		}
		switch n := len(have); {
		case n == m.servers:
			return // nothing can undo it any more
		case n > m.servers/2:
			why = fmt.Sprintf("S%d, leader of T%d, has it on %s, but on no majority an entry of T%d (section 5.4.2)",
				leader, term, names(have), term)
		case n > 1:
			why = fmt.Sprintf("S%d, leader of T%d, has it on %s only", leader, term, names(have))
			if of, known := m.logs[term].terms[at]; known && of < term {
				why += fmt.Sprintf(", and it is of T%d: it takes an entry of T%d on a majority to commit it (section 5.4.2)",
					of, term)
			}
		}
	}
	m.violated("Committed by a Majority", "S%d applied index %d, which is not committed: %s", a.server, index, why)
}

const commitsExplained = `# 2.4 Leader Completeness

What was committed in a term is in the logs of the leaders of all later terms.

Paper: Figure 3, Leader Completeness: "if a log entry is committed in a given term, then that entry will be present in
the logs of the leaders for all higher-numbered terms"; section 5.4

- Votes are given to candidates with an older log: see Up-to-Date Votes.
- A leader commits entries of earlier terms by counting copies (Figure 8). It may count copies only of entries of its
  own term; they commit all entries before them.
- Followers lose what they said they have: see Stored Entries Stay.
- A leader believes that entries are stored which are not: see Committed by a Majority.

# 2.5 Committed by a Majority

A server applies only what is committed: an entry of the leader's own term that a majority has stored, and all before
it.

Paper: Figure 2, "Rules for Servers", Leaders, the last rule: commitIndex becomes N if "a majority of matchIndex[i] ≥ N,
and log[N].term == currentTerm"; sections 5.3 and 5.4.2 with Figure 8

- The condition log[N].term == currentTerm is missing.
- matchIndex is set to the length of the log, or to nextIndex - 1, when the reply comes. It is PrevLogIndex +
  len(Entries) of the request that was answered.
- matchIndex falls because replies arrive in another order than the requests were sent.
- A follower sets commitIndex to LeaderCommit without the minimum with the index of the last new entry (Figure 2,
  "AppendEntries RPC", rule 5). The entries after that may not be the leader's.
- Replies to the requests of an earlier term are counted.
- The majority is computed wrongly; the leader itself counts once.
`
