package monitor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"raftlab/src/lab"
)

// Explanations returns those of all promises that the monitors watch, elections first. Monitors write theirs as
// [lab.ParseExplanations] reads them, with a number before the name that says where it belongs: 1 for elections, 2 for
// logs, 3 for disks, 4 for services, and then its place among them.
func Explanations() []lab.Explanation {
	var all []lab.Explanation
	for _, construct := range constructors {
		if text := construct(new(views)).explanations; text != "" {
			all = append(all, lab.ParseExplanations(text)...)
		}
	}
	slices.SortFunc(all, func(a, b lab.Explanation) int { return cmp.Compare(number(a.Name), number(b.Name)) })
	for i, e := range all {
		_, all[i].Name, _ = strings.Cut(e.Name, " ")
	}
	return all
}

// number is where an explanation belongs, by the number before its name: 1.10 comes after 1.9.
func number(name string) int {
	var chapter, at int
	if _, err := fmt.Sscanf(name, "%d.%d", &chapter, &at); err != nil {
		panic(fmt.Sprintf("monitor: no number before the name of a promise: %q", name))
	}
	return chapter*100 + at
}
