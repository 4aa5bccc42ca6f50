package corpus

import (
	"fmt"
	"maps"
	"slices"
)

// A Comparison is the grader's results beside the truth.
type Comparison struct {
	Rows   []Row
	Absent []string // checkouts that are in the truth and have no results
}

// A Row compares one checkout.
type Row struct {
	Checkout
	Known   bool         // the truth has an entry for it; without one there is nothing to compare
	Agree   int          // how many scenarios have no failure but those that known mistakes explain
	Accused []Accusation // false positives
	Missed  []string     // false negatives: what is wrong with it, and the grader did not find
}

// An Accusation is a false positive: the grader reports something of a checkout that the truth does not explain.
type Accusation struct {
	Where  string // a scenario or a part; "" is the whole checkout
	Says   string // the grader's message
	Replay string // the command that plays the failing run again; may be empty
}

// Compare compares results with the truth, checkout by checkout.
func Compare(results Results, truth Truth) Comparison {
	var c Comparison
	seen := make(map[string]bool)
	for _, checkout := range results {
		seen[checkout.Name()] = true
		known, ok := truth[checkout.Name()]
		row := Row{Checkout: checkout, Known: ok}
		if ok {
			row.compare(known)
		}
		c.Rows = append(c.Rows, row)
	}
	for _, name := range slices.Sorted(maps.Keys(truth)) {
		if !seen[name] {
			c.Absent = append(c.Absent, name)
		}
	}
	return c
}

// Accused reports whether there is a false positive.
func (c Comparison) Accused() bool {
	return slices.ContainsFunc(c.Rows, func(r Row) bool { return len(r.Accused) > 0 })
}

func (r *Row) accuse(where, says, replay string) {
	r.Accused = append(r.Accused, Accusation{where, says, replay})
}

func (r *Row) compare(known Known) {
	if r.LoadError != "" {
		if known.Refused == "" {
			r.accuse("", "cannot be graded: "+r.LoadError, "")
		}
		return
	}
	for _, part := range slices.Sorted(maps.Keys(r.Lacks)) {
		if !known.lacks(part) {
			r.accuse(string(part), "not implemented: "+r.Lacks[part], "")
		}
	}
	found := make([]bool, len(known.Mistakes))  // which mistakes explain a failure
	looked := make([]bool, len(known.Mistakes)) // which could have: a scenario that they cover was played
	passes := make(map[string]bool)             // by part that is known to be missing: all its scenarios passed
	for _, s := range r.Scenarios {
		if !s.played() {
			continue
		}
		for i, m := range known.Mistakes {
			looked[i] = looked[i] || m.covers(s)
		}
		if known.lacks(s.Part) {
			all, before := passes[s.Part]
			passes[s.Part] = len(s.Failures) == 0 && (all || !before)
			continue
		}
		accused := len(r.Accused)
		for _, f := range s.Failures {
			explained := false
			for i, m := range known.Mistakes {
				if m.explains(s, f) {
					found[i], explained = true, true
				}
			}
			if !explained && len(r.Accused) == accused { // at most one for a scenario
				r.accuse(s.Name, f.Message, f.Replay)
			}
		}
		if len(r.Accused) == accused {
			r.Agree++
		}
	}
	for i, m := range known.Mistakes {
		if looked[i] && !found[i] && !m.Rare {
			r.Missed = append(r.Missed, m.Why)
		}
	}
	for _, part := range slices.Sorted(maps.Keys(passes)) {
		if passes[part] {
			r.Missed = append(r.Missed, fmt.Sprintf("%s is not implemented, and passes", part))
		}
	}
}
