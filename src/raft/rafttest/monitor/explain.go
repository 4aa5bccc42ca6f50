package monitor

import (
	_ "embed"
	"strings"
)

// An Explanation is what there is to know of a promise, or of a kind of failure.
type Explanation struct {
	Name     string   // as in failures
	Rule     string   // what must hold
	Paper    string   // where the Raft paper (extended version) says so; empty if it does not
	Mistakes []string // how it usually comes about that it does not hold
}

// The explanations, each under a heading with its name: the rule, a paragraph
// that begins with Paper:, and a list of mistakes. Lines are broken anywhere.
//
//go:embed explanations.txt
var explanations string

// Explanations returns those of all promises that the monitors watch, elections
// first, and then those of the kinds of failures.
func Explanations() []Explanation {
	var all []Explanation
	for section := range strings.SplitSeq(strings.TrimPrefix(explanations, "# "), "\n# ") {
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

// unbroken puts the words of several lines into one.
func unbroken(s string) string { return strings.Join(strings.Fields(s), " ") }
