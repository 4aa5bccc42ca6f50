package figure2

import (
	"slices"
	"sort"
)

// Entry is an entry of the log: a command for the service, and the term in which a leader received it.
type Entry struct {
	Term    int
	Command any
}

// Log is a server's log (Figure 2, "Persistent state"), of which a snapshot may have taken the place of a prefix
// (section 7). Its methods alone know which index is kept where. The first index is 1; index 0, in term 0, stands for
// the empty log, which all servers have in common, as if it were a snapshot.
//
// No slice that is given to a method or returned by one is part of the log: what others hold does not change when the
// log does.
type Log struct {
	SnapshotIndex int     // the last that the snapshot includes (Figure 13: lastIncludedIndex)
	SnapshotTerm  int     // and its term
	Entries       []Entry // the entry with index i is Entries[i-SnapshotIndex-1]

	record record // of Entries
}

// Last returns the index and the term of the last entry.
func (l *Log) Last() (index, term int) {
	index = l.SnapshotIndex + len(l.Entries)
	return index, l.term(index)
}

// UpToDate reports whether a log that ends with lastIndex and lastTerm is at least as up-to-date as this one: the later
// last term decides and, if these are equal, the length (section 5.4.1).
func (l *Log) UpToDate(lastIndex, lastTerm int) bool {
	index, term := l.Last()
	if lastTerm != term {
		return lastTerm > term
	}
	return lastIndex >= index
}

// Holds reports whether this log has an entry at index with that term, or ends its snapshot with one (Figure 2,
// "AppendEntries RPC", rule 2). Of the entries before that, nobody knows any more.
func (l *Log) Holds(index, term int) bool {
	return l.SnapshotIndex <= index && index <= l.SnapshotIndex+len(l.Entries) && l.term(index) == term
}

// term returns the term of the entry at an index that is in the log or the last of the snapshot.
func (l *Log) term(index int) int {
	if index == l.SnapshotIndex {
		return l.SnapshotTerm
	}
	return l.Entries[index-l.SnapshotIndex-1].Term
}

// between returns a copy of the entries from first to last, and of at most limit of them.
func (l *Log) between(first, last, limit int) []Entry {
	last = min(last, first+limit-1)
	if last < first {
		return nil
	}
	return slices.Clone(l.Entries[first-l.SnapshotIndex-1 : last-l.SnapshotIndex])
}

// append adds entries at the end.
func (l *Log) append(entries ...Entry) { l.Entries = append(l.Entries, entries...) }

// merge makes the log hold entries after the index prev, which it holds or has in its snapshot (Figure 2,
// "AppendEntries RPC", rules 3 and 4), and reports whether that changed anything. Only an entry that conflicts with a
// new one goes, with all that follow it; a request that comes late and has less than the log by now takes nothing away.
// What the snapshot has was committed, so that no leader has anything else there.
func (l *Log) merge(prev int, entries []Entry) bool {
	for i, e := range entries {
		index := prev + 1 + i
		if index <= l.SnapshotIndex || l.Holds(index, e.Term) {
			continue
		}
		l.truncate(index)
		l.append(entries[i:]...)
		return true
	}
	return false
}

// truncate drops the entries from index on.
func (l *Log) truncate(index int) {
	n := index - l.SnapshotIndex - 1
	if n < len(l.Entries) {
		clear(l.Entries[n:]) // the commands can go
		l.Entries = l.Entries[:n]
		l.record = record{}
	}
}

// compact drops the entries up to index, which a snapshot has taken the place of, and the rest too unless it follows on
// an entry with that index and term (Figure 13, rules 6 and 7). What is left moves, so that the memory of the rest is
// free.
func (l *Log) compact(index, term int) {
	var rest []Entry
	if l.Holds(index, term) {
		rest = slices.Clone(l.Entries[index-l.SnapshotIndex:])
	}
	*l = Log{SnapshotIndex: index, SnapshotTerm: term, Entries: rest}
}

// firstOf returns the index of the first entry whose term is at least term.
func (l *Log) firstOf(term int) int {
	return l.SnapshotIndex + 1 + sort.Search(len(l.Entries), func(i int) bool { return l.Entries[i].Term >= term })
}

// lastOf returns the index of the last entry of a term, if there is one. Terms do not fall along a log.
func (l *Log) lastOf(term int) (index int, ok bool) {
	index = l.firstOf(term+1) - 1
	return index, index > l.SnapshotIndex && l.term(index) == term
}
