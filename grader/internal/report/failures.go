package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/recipe"
)

// A failure is one failed run.
type failure struct {
	drawn   recipe.Recipe
	kind    cluster.Kind
	message string // whole for the example of its group, else its first lines
	at      time.Duration
	log     string // the file; only the example of a group has one
}

// Failures are the failed runs of one scenario of one implementation, grouped by what they have in common. What is kept
// of them is limited, however many they are.
type failures struct {
	groups []*group
}

// A group is failures that are alike.
type group struct {
	kind    cluster.Kind
	alike   string
	mixed   bool       // they are not: there were too many groups already
	n       int        // how many
	example *failure   // the one with the lowest seed, which stands for all
	lowest  []*failure // those with the lowest seeds, in their order
}

// MostGroups is how many groups of failures that are alike a report keeps for each scenario of an implementation,
// besides one of each kind for all others.
const MostGroups = 30

// How many runs of a group are kept, and how many bytes of a message.
const (
	mostRunsKept  = 200
	mostOfMessage = 64 << 10
)

// Alike returns what failures of one scenario have in common that the report takes for the same: one of them has a log.
// Panics at one place are the same, whatever they say.
func Alike(f cluster.Failure) string {
	line, _, _ := strings.Cut(f.Message, "\n")
	if at := strings.LastIndex(line, ", in "); at >= 0 && f.Kind == cluster.Panic {
		line = "panic" + line[at:]
	}
	return string(f.Kind) + " " + normalize(line)
}

// add takes in a failure and reports whether it is now the example of its group, and in whose place. It is the one with
// the lowest seed, so that it does not matter in which order runs end.
func (fs *failures) add(drawn recipe.Recipe, f cluster.Failure) (added *failure, isExample bool, before *failure) {
	added = &failure{drawn: drawn, kind: f.Kind, message: clip(f.Message, mostOfMessage), at: f.At}
	g := fs.group(f)
	g.n++
	if before = g.example; before == nil || drawn.Seed < before.drawn.Seed {
		g.example, isExample = added, true
		if before != nil {
			before.message = firstLines(before.message)
		}
	} else {
		added.message, before = firstLines(added.message), nil
	}
	at, _ := slices.BinarySearchFunc(g.lowest, drawn.Seed,
		func(f *failure, seed uint64) int { return cmp.Compare(f.drawn.Seed, seed) })
	g.lowest = slices.Insert(g.lowest, at, added)
	if len(g.lowest) > mostRunsKept {
		g.lowest = slices.Delete(g.lowest, mostRunsKept, len(g.lowest))
	}
	return added, isExample, before
}

// group returns the group that a failure is of, a new one if need be.
func (fs *failures) group(f cluster.Failure) *group {
	alike, mixed := Alike(f), false
	named := func(g *group) bool { return g.alike == alike }
	at := slices.IndexFunc(fs.groups, named)
	if at < 0 && len(fs.groups) >= MostGroups {
		alike, mixed = string(f.Kind), true // no other is called so: theirs go on with a blank
		at = slices.IndexFunc(fs.groups, named)
	}
	if at >= 0 {
		return fs.groups[at]
	}
	g := &group{kind: f.Kind, alike: alike, mixed: mixed}
	fs.groups = append(fs.groups, g)
	return g
}

// title is what the failures are called.
func (g *group) title() string {
	if g.mixed {
		return string(g.kind) + " of many kinds"
	}
	return string(g.kind)
}

// byFrequency returns the groups, the largest first.
func (fs *failures) byFrequency() []*group {
	return slices.SortedFunc(slices.Values(fs.groups), func(a, b *group) int {
		return cmp.Or(
			cmp.Compare(b.n, a.n),
			cmp.Compare(a.alike, b.alike),
		)
	})
}

// bySeed returns all failures that are kept, the lowest seed first.
func (fs *failures) bySeed() []*failure {
	var all []*failure
	for _, g := range fs.groups {
		all = append(all, g.lowest...)
	}
	slices.SortFunc(all, func(a, b *failure) int { return cmp.Compare(a.drawn.Seed, b.drawn.Seed) })
	return all
}

// seeds lists the group's lowest seeds, no more than limit.
func (g *group) seeds(limit int) string {
	var lowest []recipe.Recipe
	for _, f := range g.lowest[:min(limit, len(g.lowest))] {
		lowest = append(lowest, f.drawn)
	}
	return seeds(lowest, g.n)
}

// seeds lists the lowest of n seeds, or recipes.
func seeds[Seed any](some []Seed, of int) string {
	text := "seeds"
	if of == 1 {
		text = "seed"
	}
	for i, seed := range some {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %v", seed)
	}
	if more := of - len(some); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

var (
	// What differs between runs that fail alike: addresses, times, servers, terms, counts. A place in the source is
	// found first and kept, so that its line is not taken for a count.
	place    = `[\w./-]+\.(?:go|s):\d+`
	address  = `0x[0-9a-fA-F]+`
	duration = `\b(?:\d+(?:\.\d+)? ?(?:ns|us|µs|ms|s|m|h))+\b`
	number   = `\b[ST]?\d+(?:\.\d+)?\b`
	volatile = regexp.MustCompile(strings.Join([]string{place, address, duration, number}, "|"))
	isPlace  = regexp.MustCompile(`^` + place + `$`)
	// Lists of servers have many lengths.
	list = regexp.MustCompile(`([ST]?#)(?:(?:, | and | )[ST]?#)+`)
)

// normalize returns what a message has in common with those of other runs that fail in the same way.
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

// How many lines of a message are shown, and how many characters of a line.
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

// cut returns the first lines of a message, without empty ones and none overlong, and how many it left out.
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
