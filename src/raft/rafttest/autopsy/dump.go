package autopsy

import (
	"regexp"
	"strings"
)

var (
	lockWait = regexp.MustCompile(`^goroutine \d+ \[sync\.(RW)?Mutex\.R?Lock\b`)
	function = regexp.MustCompile(`(?m)^(\S+)\(.*\)$`)
)

// Foreign returns the goroutines of a traceback that are in a function of the
// code under test.
func Foreign(dump string) []string {
	var found []string
	for g := range strings.SplitSeq(strings.TrimSpace(dump), "\n\n") {
		_, stack, ok := strings.Cut(g, "\n")
		if !ok || !strings.HasPrefix(g, "goroutine ") {
			continue
		}
		for _, m := range function.FindAllStringSubmatch(stack, -1) {
			if foreign(m[1]) {
				found = append(found, g)
				break
			}
		}
	}
	return found
}

// Waits returns where a goroutine of the code under test waits for a lock, or
// "" if none does.
func Waits(dump string) string {
	for _, g := range Foreign(dump) {
		if lockWait.MatchString(g) {
			return Culprit(g)
		}
	}
	return ""
}
