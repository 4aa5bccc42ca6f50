// Package grading says what runs are worth: it reads the points of parts, tiers and scenarios from a small file and
// counts what a submission has earned.
package grading

import (
	"math"
	"slices"
	"strconv"

	"raftlab/src/lab"
)

// A Scheme is what runs are worth. It does not change.
type Scheme struct {
	byRate     bool                // credit by rate rather than all or nothing
	watched    map[lab.Tier]bool   // only runs count that the monitors have watched
	lose       float64             // share of a part's points that a safety finding costs
	worth      map[string]float64  // by name of scenario
	visibility map[lab.Tier]string // on Gradescope
}

// Worth is the points that a scenario can earn: 0 if the scheme has none for it.
func (s *Scheme) Worth(scenario lab.Scenario) float64 { return s.worth[scenario.Name] }

// Visibility says who sees the tests of a tier on Gradescope, in its words.
func (s *Scheme) Visibility(t lab.Tier) string { return s.visibility[t] }

// SafetyLoss is the share of a part's points, from 0 to 1, that a safety finding in it costs.
func (s *Scheme) SafetyLoss() float64 { return s.lose }

// NeedsMonitors reports whether runs of a tier earn points only if no monitor was off on which their scenario rests.
func (s *Scheme) NeedsMonitors(t lab.Tier) bool { return s.watched[t] }

// Runs is what came of one scenario of a submission.
type Runs struct {
	Scenario                         lab.Scenario
	Planned, Passed, Failed, Skipped int
	Undecided                        int  // of those that were skipped: no verdict was found for what was done
	Unwatched                        int  // of those that passed: a monitor was off that the scenario needs
	Unsafe                           bool // a monitor saw a promise of the protocol broken
}

// Points are what a submission earned of what it could.
type Points struct {
	Score, Max float64
	Lost       float64 // earned, but lost again to a safety finding in the same part
}

// Grade returns the points of each scenario that a submission was graded by, in the same order.
func (s *Scheme) Grade(all []Runs) []Points {
	var unsafe []string
	for _, r := range all {
		if r.Unsafe {
			unsafe = append(unsafe, r.Scenario.Part)
		}
	}
	points := make([]Points, len(all))
	for i, r := range all {
		p := Points{Max: s.Worth(r.Scenario)}
		p.Score = p.Max * s.share(r)
		if slices.Contains(unsafe, r.Scenario.Part) {
			p.Lost = p.Score * s.lose
			p.Score -= p.Lost
		}
		points[i] = p
	}
	return points
}

// share is the part of a scenario's points that its runs have earned.
func (s *Scheme) share(r Runs) float64 {
	judged, passed := r.Planned-(r.Skipped-r.Undecided), r.Passed // who makes runs undecidable gains nothing by it
	if s.watched[r.Scenario.Tier] {
		passed -= r.Unwatched
	}
	switch {
	case passed <= 0 || judged <= 0:
		return 0
	case s.byRate:
		return min(1, float64(passed)/float64(judged))
	case passed < judged || r.Failed > 0:
		return 0
	default:
		return 1
	}
}

// Sum adds points up.
func Sum(all []Points) Points {
	var sum Points
	for _, p := range all {
		sum.Score += p.Score
		sum.Max += p.Max
		sum.Lost += p.Lost
	}
	return sum
}

// Round cuts what floating point leaves behind: it keeps four digits after the point.
func Round(points float64) float64 { return math.Round(points*1e4) / 1e4 }

// Text shows points with at most two digits after the point.
func Text(points float64) string {
	return strconv.FormatFloat(math.Round(points*100)/100, 'f', -1, 64)
}

func (p Points) String() string { return Text(p.Score) + "/" + Text(p.Max) }
