package monitor

import (
	_ "embed"
	"slices"
	"strings"
)

// An Explanation is what there is to know of a promise, or of a kind of failure.
type Explanation struct {
	Name     string   // as in failures
	Rule     string   // what must hold
	Paper    string   // where the Raft paper (extended version) says so; empty if it does not
	Mistakes []string // how it usually comes about that it does not hold
}

// The explanations of kinds of failures. Each is under a heading with its name: the rule, a paragraph that begins with
// Paper:, and a list of mistakes. Lines are broken anywhere.
//
//go:embed failures.txt
var failures string

// Explanations returns those of all promises that the monitors watch, elections first, and then those of the kinds of
// failures. Monitors write theirs like these, with a number before the name that says where it belongs: 1 for
// elections, 2 for logs, 3 for disks, 4 for services, and then its place among them.
func Explanations() []Explanation {
	var promises []string
	for _, construct := range constructors {
		promises = append(promises, sections(construct(new(views)).explanations)...)
	}
	slices.Sort(promises)
	for i, p := range promises {
		_, promises[i], _ = strings.Cut(p, " ")
	}
	var all []Explanation
	for _, section := range append(promises, sections(failures)...) {
		name, body, _ := strings.Cut(section, "\n")
		e := Explanation{Name: name}
		for paragraph := range strings.SplitSeq(body, "\n\n") {
			paragraph = strings.TrimSpace(paragraph)
			if list, ok := strings.CutPrefix(paragraph, "- "); ok {
				for mistake := range strings.SplitSeq(list, "\n- ") {
					e.Mistakes = append(e.Mistakes, unbroken(mistake))
				}
			} else if paper, ok := strings.CutPrefix(paragraph, "Paper: "); ok {
				e.Paper = unbroken(paper)
			} else {
				e.Rule = unbroken(paragraph)
			}
		}
		all = append(all, e)
	}
	return all
}

func sections(text string) []string { return strings.Split(strings.TrimPrefix(text, "# "), "\n# ") }

// unbroken puts the words of several lines into one.
func unbroken(s string) string { return strings.Join(strings.Fields(s), " ") }
