package report

import (
	"fmt"
	"slices"

	"raftlab/src/lab"
)

// A lack is why a scenario is not to be played with an implementation. The zero lack is none.
type lack struct {
	why   string
	asked bool // the part that is lacking was asked for: this is a finding
}

// lacks returns, by scenario, what an implementation lacks.
func lacks(p Plan, m Impl) []lack {
	scenarios := p.Scenarios
	all := make([]lack, len(scenarios))
	for i, s := range scenarios {
		switch part, lacks := m.lacks(p.Lab, s); {
		case !lacks:
		case m.asked(p, part):
			why, _ := m.Lacks(p.Lab, s)
			all[i] = lack{why, true}
		default:
			all[i] = lack{fmt.Sprintf("needs part %s, which was not asked for", part), false}
		}
	}
	return all
}

// lacks returns the part that a scenario needs and the implementation lacks: its own if it is that.
func (m Impl) lacks(l *lab.Lab, s lab.Scenario) (part string, lacks bool) {
	for _, part := range l.Needed(s) {
		if _, lacks := m.NotImplemented[part]; lacks {
			return part, true
		}
	}
	return "", false
}

// asked reports whether scenarios ask for a part: whether one of them is of it. What merely needs it, as some elections
// need persistence, does not ask for it, unless there is nothing else.
func (m Impl) asked(p Plan, part string) bool {
	if slices.ContainsFunc(p.Scenarios, func(s lab.Scenario) bool { return s.Part == part }) {
		return true
	}
	return !slices.ContainsFunc(p.Scenarios, func(s lab.Scenario) bool {
		_, lacks := m.lacks(p.Lab, s)
		return !lacks
	})
}

// missing returns which of the parts that were asked for an implementation does not implement, and what tells so. Of
// the others nobody wants to hear: in the first week of the lab all but one are missing.
func (r *Report) missing(impl int) map[string]string {
	parts := make(map[string]string)
	m := r.plan.Impls[impl]
	for part, why := range m.NotImplemented {
		if m.asked(r.plan, part) {
			parts[part] = why
		}
	}
	return parts
}

// unasked reports whether scenarios are left out that need what was not asked for.
func (v *view) unasked() bool {
	for _, scenarios := range v.r.lacks {
		if slices.ContainsFunc(scenarios, func(l lack) bool { return l.why != "" && !l.asked }) {
			return true
		}
	}
	return false
}
