package figure2

// Entry is an entry of the log: a command for the service, and the term in
// which a leader received it.
type Entry struct {
	Term    int
	Command any
}

// Log is a server's log (Figure 2, "Persistent state"). Its methods alone know
// which index is kept where. The first index is 1; index 0, in term 0, stands
// for the empty log, which all servers have in common.
type Log struct {
	Entries []Entry // the entry with index i is Entries[i-1]
}

// Last returns the index and the term of the last entry.
func (l *Log) Last() (index, term int) {
	index = len(l.Entries)
	return index, l.term(index)
}

// UpToDate reports whether a log that ends with lastIndex and lastTerm is at
// least as up-to-date as this one: the later last term decides and, if these are
// equal, the length (section 5.4.1).
func (l *Log) UpToDate(lastIndex, lastTerm int) bool {
	index, term := l.Last()
	if lastTerm != term {
		return lastTerm > term
	}
	return lastIndex >= index
}

// Holds reports whether this log has an entry at index with that term (Figure
// 2, "AppendEntries RPC", rule 2).
func (l *Log) Holds(index, term int) bool {
	return 0 <= index && index <= len(l.Entries) && l.term(index) == term
}

// term returns the term of the entry at an index that is in the log, or 0.
func (l *Log) term(index int) int {
	if index == 0 {
		return 0
	}
	return l.Entries[index-1].Term
}
