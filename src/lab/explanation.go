package lab

import (
	_ "embed"
	"strings"
)

// An Explanation is what there is to know of a promise, or of a kind of failure.
type Explanation struct {
	Name     string   // as in failures
	Rule     string   // what must hold
	Paper    string   // where the paper, or what else the lab is about, says so; empty if it does not
	Mistakes []string // how it usually comes about that it does not hold
}

// ParseExplanations reads explanations. Each is under a heading with its name: the rule, a paragraph that begins with
// Paper:, and a list of mistakes. Lines are broken anywhere.
//
//	# Election Safety
//
//	At most one leader can be elected in a given term.
//
//	Paper: Section 5.2
//
//	- Votes of an earlier term are counted.
func ParseExplanations(text string) (all []Explanation) {
	for section := range strings.SplitSeq(strings.TrimPrefix(text, "# "), "\n# ") {
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

//go:embed failures.txt
var failures string

// Failures explains the kinds of failures, which are those of every lab.
func Failures() []Explanation { return ParseExplanations(failures) }
