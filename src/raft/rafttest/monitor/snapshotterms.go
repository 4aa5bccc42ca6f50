package monitor

// snapshotTerms watches that whoever speaks of a snapshot's last entry knows the term of that entry.
type snapshotTerms struct{ *views }

func newSnapshotTerms(v *views) monitor {
	m := snapshotTerms{v}
	return monitor{rules: Rules{Log: true, Snapshots: true}, sent: m.sent, applied: m.applied}
}

// sent: where the implementation's indexes are not the service's, nobody can tell which ones a snapshot has.
func (m snapshotTerms) sent(c *call) {
	if c.kind != installSnapshot || m.clocks.none(c.upToTerm) || !m.indexes.based || m.indexes.base != 0 {
		return
	}
	if of := m.committed.at(c.upTo).term; of != 0 && of != c.upToTerm {
		m.violated("Snapshots", "S%d, leader of T%d, sends S%d a snapshot up to index %d as one that ends with T%d; "+
			"the entry "+
			"there is of T%d", c.from, c.term, c.to, c.upTo, c.upToTerm, of)
	}
}

// applied: the lab's services are told the term, and the paper does not ask for that.
func (m snapshotTerms) applied(a applied) {
	if !a.SnapshotValid || m.clocks.none(a.SnapshotTerm) || !m.indexes.based {
		return
	}
	if of := m.committed.at(a.SnapshotIndex - m.indexes.base).term; of != 0 && of != a.SnapshotTerm {
		m.advised("a service is told another SnapshotTerm than that of the entry at SnapshotIndex: it is " +
			"LastIncludedTerm " +
			"of the snapshot (Figure 13), and not the current term")
	}
}
