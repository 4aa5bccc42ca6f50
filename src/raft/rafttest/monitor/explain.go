package monitor

import (
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
	slices.SortFunc(all, func(a, b lab.Explanation) int { return strings.Compare(a.Name, b.Name) })
	for i, e := range all {
		_, all[i].Name, _ = strings.Cut(e.Name, " ")
	}
	return all
}
