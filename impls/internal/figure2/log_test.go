package figure2

import (
	"runtime"
	"testing"
	"weak"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestUpToDate(t *testing.T) {
	log := func(terms ...int) Log { return server(Follower, 0, None, terms...).Log }
	tests := []struct {
		name                string
		log                 Log
		lastIndex, lastTerm int
		want                bool
	}{
		{"both empty", log(), 0, 0, true},
		{"against an empty log", log(), 1, 1, true},
		{"empty against any", log(1), 0, 0, false},
		{"equal", log(1, 2), 2, 2, true},
		{"longer", log(1, 2), 3, 2, true},
		{"shorter", log(1, 2), 1, 2, false},
		{"later term, shorter", log(1, 1, 1), 1, 2, true},
		{"earlier term, longer", log(1, 2), 9, 1, false},
	}
	for _, tt := range tests {
		if got := tt.log.UpToDate(tt.lastIndex, tt.lastTerm); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// entriesFrom returns a log that begins after a snapshot.
func entriesFrom(snapshotIndex, snapshotTerm int, terms ...int) Log {
	return Log{SnapshotIndex: snapshotIndex, SnapshotTerm: snapshotTerm, Entries: entries(snapshotIndex+1, terms...)}
}

func TestHolds(t *testing.T) {
	tests := []struct {
		log         Log
		index, term int
		want        bool
	}{
		{entriesFrom(0, 0, 1, 1, 3), 0, 0, true},
		{entriesFrom(0, 0, 1, 1, 3), 1, 1, true},
		{entriesFrom(0, 0, 1, 1, 3), 2, 1, true},
		{entriesFrom(0, 0, 1, 1, 3), 3, 3, true},
		{entriesFrom(0, 0, 1, 1, 3), 0, 1, false},
		{entriesFrom(0, 0, 1, 1, 3), 2, 2, false},
		{entriesFrom(0, 0, 1, 1, 3), 3, 1, false},
		{entriesFrom(0, 0, 1, 1, 3), 4, 3, false},
		{entriesFrom(0, 0, 1, 1, 3), 4, 0, false},
		{entriesFrom(0, 0, 1, 1, 3), -1, 0, false},
		{entriesFrom(5, 2, 3), 5, 2, true},
		{entriesFrom(5, 2, 3), 6, 3, true},
		{entriesFrom(5, 2, 3), 4, 2, false},
		{entriesFrom(5, 2, 3), 5, 3, false},
		{entriesFrom(5, 2, 3), 7, 3, false},
		{entriesFrom(5, 2), 5, 2, true},
		{entriesFrom(5, 2), 6, 2, false},
	}
	for _, tt := range tests {
		if got := tt.log.Holds(tt.index, tt.term); got != tt.want {
			t.Errorf("%v: Holds(%d, %d) is %v, want %v", tt.log, tt.index, tt.term, got, tt.want)
		}
	}
}

func TestBetween(t *testing.T) {
	log := entriesFrom(5, 1, 1, 2, 2, 3)
	tests := []struct {
		first, last, limit int
		want               []Entry
	}{
		{6, 9, 10, entries(6, 1, 2, 2, 3)},
		{6, 9, 2, entries(6, 1, 2)},
		{8, 9, 10, entries(8, 2, 3)},
		{9, 9, 1, entries(9, 3)},
		{10, 9, 10, nil},
	}
	for _, tt := range tests {
		got := log.between(tt.first, tt.last, tt.limit)
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("between(%d, %d, %d), -want +got:\n%s", tt.first, tt.last, tt.limit, d)
		}
		if len(got) > 0 {
			got[0] = Entry{}
		}
	}
	if d := cmp.Diff(entriesFrom(5, 1, 1, 2, 2, 3), log, ignore); d != "" {
		t.Errorf("the log changed with what it returned, -want +got:\n%s", d)
	}
}

func TestTermsInLog(t *testing.T) {
	log := entriesFrom(2, 1, 1, 1, 3, 3, 6)
	tests := []struct{ term, first, last int }{ // last 0: it has none
		{1, 3, 4}, {2, 5, 0}, {3, 5, 6}, {5, 7, 0}, {6, 7, 7}, {7, 8, 0}, {0, 3, 0},
	}
	for _, tt := range tests {
		if got := log.firstOf(tt.term); got != tt.first {
			t.Errorf("firstOf(%d) is %d, want %d", tt.term, got, tt.first)
		}
		if got, ok := log.lastOf(tt.term); ok != (tt.last > 0) || ok && got != tt.last {
			t.Errorf("lastOf(%d) is %d, %v, want %d", tt.term, got, ok, tt.last)
		}
	}
}

func TestCompact(t *testing.T) {
	tests := []struct {
		name        string
		log         Log
		index, term int
		want        Log
	}{
		{"a prefix", entriesFrom(0, 0, 1, 1, 2, 3), 2, 1, entriesFrom(2, 1, 2, 3)},
		{"a prefix after a snapshot", entriesFrom(2, 1, 2, 3), 3, 2, entriesFrom(3, 2, 3)},
		{"all", entriesFrom(0, 0, 1, 1), 2, 1, entriesFrom(2, 1)},
		{"beyond the end", entriesFrom(0, 0, 1, 1), 5, 2, entriesFrom(5, 2)},
		{"another term there: what follows goes too", entriesFrom(0, 0, 1, 1, 1), 2, 2, entriesFrom(2, 2)},
	}
	for _, tt := range tests {
		log := tt.log
		log.compact(tt.index, tt.term)
		if d := cmp.Diff(tt.want, log, ignore, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, d)
		}
	}
}

// What a log has lost nothing holds on to: the commands can be collected, and the array of a log that was long is not
// kept for a short one.
func TestLogLetsGo(t *testing.T) {
	held := func(drop func(*Log)) bool {
		var log Log
		command := new([1 << 10]byte)
		dropped := weak.Make(command)
		log.append(Entry{1, "first"}, Entry{1, command}, Entry{1, "last"})
		drop(&log)
		runtime.GC()
		defer runtime.KeepAlive(&log)
		return dropped.Value() != nil
	}
	if !held(func(*Log) {}) {
		t.Fatal("the log does not hold what it has")
	}
	if held(func(l *Log) { l.truncate(2) }) {
		t.Error("truncate keeps the entries that it drops")
	}
	if held(func(l *Log) { l.compact(2, 1) }) {
		t.Error("compact keeps the entries that it drops")
	}
	if held(func(l *Log) { l.compact(5, 2) }) {
		t.Error("compact with nothing left keeps the entries that it drops")
	}

	var log Log
	log.append(make([]Entry, 10_000)...)
	if log.compact(9_990, 0); cap(log.Entries) > 100 {
		t.Errorf("10 entries are left of 10000, in an array of %d", cap(log.Entries))
	}
}
