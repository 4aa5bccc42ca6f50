package crash

import (
	"regexp"
	"slices"
	"strings"
)

var (
	lockWait = regexp.MustCompile(`^goroutine \d+ \[sync\.(RW)?Mutex\.R?Lock\b`)
	function = regexp.MustCompile(`(?m)^(\S+)\(.*\)$`)
	runs     = regexp.MustCompile(`^goroutine \d+ .*\[(running|copystack)\b`)
	// Where the runtime itself gives up, it adds addresses to a goroutine's number.
	title = regexp.MustCompile(`^goroutine (\d+) (?:gp=.*)?(\[.*\]:)$`)
)

// goroutines cuts a traceback into its goroutines.
func goroutines(dump string) (list []string) {
	for g := range strings.SplitSeq(strings.TrimSpace(dump), "\n\n") {
		if _, _, ok := strings.Cut(g, "\n"); ok && strings.HasPrefix(g, "goroutine ") {
			list = append(list, g)
		}
	}
	return list
}

// Foreign returns the goroutines of a traceback that are in a function of the code under test.
func Foreign(dump string) []string {
	var found []string
	for _, g := range goroutines(dump) {
		for _, m := range function.FindAllStringSubmatch(g, -1) {
			if foreign(m[1]) {
				found = append(found, g)
				break
			}
		}
	}
	return found
}

// Left returns the goroutines of a traceback that have to do with the code under test: that are in a function of it, or
// were started by it.
func Left(dump string) []string {
	return slices.DeleteFunc(goroutines(dump), func(g string) bool { return Site(g) == "" })
}

// Waits returns where a goroutine of the code under test waits for a lock, or "" if none does.
func Waits(dump string) string {
	for _, g := range Foreign(dump) {
		if lockWait.MatchString(g) {
			return Culprit(g)
		}
	}
	return ""
}

// Running returns the goroutine of a traceback that was running, or "" if none was.
func Running(dump string) string {
	for _, g := range goroutines(dump) {
		if runs.MatchString(g) {
			return g
		}
	}
	return ""
}

var (
	startedBy = regexp.MustCompile(`(?m)^created by (\S+?)(?: in goroutine \d+)?\n\t(?:.*/)?([^/\s]+:\d+)`)
	calls     = regexp.MustCompile(`(?m)^\S*/labrpc\.\(\*ClientEnd\)\.Call\(`)
)

// Site is where in the code under test a goroutine is, or where there it was started, or "" if it has nothing to do
// with it.
func Site(goroutine string) string {
	if at := firstOf(frame.FindAllStringSubmatch(goroutine, -1), foreign); at != "" {
		return at
	}
	return firstOf(startedBy.FindAllStringSubmatch(goroutine, -1), foreign)
}

// Busy is where the goroutine of a traceback that was running is in the code under test, or where there it was started;
// if it has nothing to do with that it is the Culprit of all goroutines.
func Busy(dump string) string {
	if at := Site(Running(dump)); at != "" {
		return at
	}
	return Culprit(dump)
}

// Caller is the place in the code under test in which the most goroutines of a traceback call another server, or which
// started them, or "" if none does.
func Caller(dump string) string {
	count := make(map[string]int)
	most := ""
	for _, g := range goroutines(dump) {
		at := Site(g)
		if at == "" || !calls.MatchString(g) {
			continue
		}
		count[at]++
		if n := count[at]; most == "" || n > count[most] || n == count[most] && at < most {
			most = at
		}
	}
	return most
}

// Brief returns a goroutine of a traceback without the functions that are not of the code under test, and what
// started it only if that is.
func Brief(goroutine string) string {
	lines := strings.Split(goroutine, "\n")
	kept := []string{title.ReplaceAllString(lines[0], "goroutine $1 $2")}
	for i := 1; i+1 < len(lines); i += 2 {
		name, created := strings.CutPrefix(lines[i], "created by ")
		if created {
			name, _, _ = strings.Cut(name, " in goroutine ")
		} else if m := function.FindStringSubmatch(name); m != nil {
			name = m[1]
		}
		if foreign(name) {
			place, _, _ := strings.Cut(lines[i+1], " ")
			kept = append(kept, lines[i], place)
		}
	}
	return strings.Join(kept, "\n")
}
