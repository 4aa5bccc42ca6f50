package logline

// What the race detector prints around and at the top of a report.
const (
	raceRule    = "=================="
	raceWarning = "WARNING: DATA RACE"
)

// classify tells the lines of reports, which have no mark of their own, by what
// came before. A report goes on until go test speaks again: the servers' log
// lines that fall between are recognised by themselves and do not end it.
func (r *Reader) classify(l *Line) {
	if l.Kind == Runner {
		r.block = Unknown
		return
	}
	if r.block == Race && string(l.Raw) == raceRule {
		l.Kind, r.block = Race, Unknown
		return
	}
	if k := opens(l.Raw); r.begins(k) {
		r.block, l.First = k, true
	}
	l.Kind = r.block
}

// begins reports whether a line that opens a report of kind k does so here:
// a report may quote goroutines, but is never about a panic or race of its own
// kind, of which it is a part.
func (r *Reader) begins(k Kind) bool {
	switch {
	case k == Unknown || k == r.block:
		return false
	case r.block == Unknown:
		return true
	}
	return k != Stacks
}

// opens returns the kind of report that begins with this line.
func opens(b []byte) Kind {
	if len(b) == 0 {
		return Unknown
	}
	switch b[0] {
	case 'p':
		if hasPrefix(b, "panic: ") {
			return Panic
		}
	case 'f':
		if hasPrefix(b, "fatal error: ") {
			return Panic
		}
	case 'g':
		if isGoroutine(b) {
			return Stacks
		}
	case 'S':
		if hasPrefix(b, "SIGQUIT: ") || hasPrefix(b, "SIGABRT: ") || hasPrefix(b, "SIGSEGV: ") {
			return Panic
		}
	case 'P':
		if hasPrefix(b, "POTENTIAL DEADLOCK:") {
			return Deadlock
		}
	case 'W':
		if hasPrefix(b, raceWarning) {
			return Race
		}
	}
	return Unknown
}

// isGoroutine reports whether b is like "goroutine 7 [running]:".
func isGoroutine(b []byte) bool {
	const word = "goroutine "
	if !hasPrefix(b, word) || b[len(b)-1] != ':' {
		return false
	}
	_, n := number(b[len(word):])
	rest := b[len(word)+n:]
	return n > 0 && len(rest) > 1 && rest[0] == ' '
}
