package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"raftlab/src/raft/rafttest"
)

// A failure is one failed run.
type failure struct {
	seed    uint64
	kind    rafttest.Kind
	message string // whole for the first of its group, else its first lines
	at      time.Duration
	log     string // the file; only the first of a group has one
}

// Failures are the failed runs of one scenario of one implementation, those
// that are alike together.
type failures struct {
	groups []*group
}

// A group is failures that are alike. The first is the one that came first,
// which stands for all.
type group struct {
	kind  rafttest.Kind
	alike string
	runs  []*failure
}

// Alike is what failures of one scenario have in common that the report takes
// for the same, of which one has a log.
func Alike(f rafttest.Failure) string {
	line, _, _ := strings.Cut(f.Message, "\n")
	return string(f.Kind) + " " + normalize(line)
}

// add takes in a failure and reports whether it is the first of its group.
func (fs *failures) add(seed uint64, f rafttest.Failure) (added *failure, isNew bool) {
	alike := Alike(f)
	added = &failure{seed: seed, kind: f.Kind, message: f.Message, at: f.At}
	for _, g := range fs.groups {
		if g.alike == alike {
			added.message = firstLines(f.Message)
			g.runs = append(g.runs, added)
			return added, false
		}
	}
	fs.groups = append(fs.groups, &group{f.Kind, alike, []*failure{added}})
	return added, true
}

// byFrequency returns the groups, the largest first.
func (fs *failures) byFrequency() []*group {
	return slices.SortedFunc(slices.Values(fs.groups), func(a, b *group) int {
		return cmp.Or(
			cmp.Compare(len(b.runs), len(a.runs)),
			cmp.Compare(a.alike, b.alike),
		)
	})
}

// bySeed returns all failures, the lowest seed first.
func (fs *failures) bySeed() []*failure {
	var all []*failure
	for _, g := range fs.groups {
		all = append(all, g.runs...)
	}
	slices.SortFunc(all, func(a, b *failure) int { return cmp.Compare(a.seed, b.seed) })
	return all
}

// seeds lists the group's lowest seeds, at most so many.
func (g *group) seeds(most int) string {
	var all []uint64
	for _, f := range g.runs {
		all = append(all, f.seed)
	}
	slices.Sort(all)
	word := "seeds"
	if len(all) == 1 {
		word = "seed"
	}
	text := word
	for i, seed := range all[:min(most, len(all))] {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %d", seed)
	}
	if more := len(all) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

var (
	// What differs between runs that fail alike: addresses, times, servers,
	// terms, counts. A place in the source is found first and kept, so that
	// its line is not taken for a count.
	place    = `[\w./-]+\.(?:go|s):\d+`
	address  = `0x[0-9a-fA-F]+`
	duration = `\b(?:\d+(?:\.\d+)? ?(?:ns|us|µs|ms|s|m|h))+\b`
	number   = `\b[ST]?\d+(?:\.\d+)?\b`
	volatile = regexp.MustCompile(strings.Join([]string{place, address, duration, number}, "|"))
	isPlace  = regexp.MustCompile(`^` + place + `$`)
	// Lists of servers have many lengths.
	list = regexp.MustCompile(`([ST]?#)(?:(?:, | and | )[ST]?#)+`)
)

// normalize returns what a message has in common with those of other runs that
// fail in the same way.
func normalize(message string) string {
	s := volatile.ReplaceAllStringFunc(message, func(s string) string {
		switch {
		case isPlace.MatchString(s):
			return s
		case s[0] == 'S' || s[0] == 'T':
			return s[:1] + "#"
		default:
			return "#"
		}
	})
	return list.ReplaceAllString(s, "$1")
}

// Of a message people see so many lines, and so many characters of a line.
const (
	shownLines = 12
	shownWidth = 400
)

// firstLines cuts a message that is too long to be shown and says so.
func firstLines(message string) string {
	text, more := cut(message)
	if more > 0 {
		text += fmt.Sprintf("\n… %d more lines", more)
	}
	return text
}

// cut returns the first lines of a message, without empty ones and none
// overlong, and how many it left out.
func cut(message string) (text string, more int) {
	var lines []string
	for l := range strings.Lines(message) {
		if l = strings.TrimRight(l, " \t\r\n"); l == "" {
			continue
		}
		if r := []rune(l); len(r) > shownWidth {
			l = string(r[:shownWidth]) + "…"
		}
		lines = append(lines, l)
	}
	// A single line is no longer than the remark that it is missing.
	if len(lines) > shownLines+1 {
		lines, more = lines[:shownLines], len(lines)-shownLines
	}
	return strings.Join(lines, "\n"), more
}
