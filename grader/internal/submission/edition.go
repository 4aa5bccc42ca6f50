package submission

import (
	"path/filepath"
	"regexp"

	"raftlab/grader/internal/checkout"
	"raftlab/src/raft/editions"
)

// Evidence is what tells editions apart that a Raft itself does not: the lab's tester, if the checkout has it, and its
// persister.
type evidence struct {
	tester     bool // there is one, and it applies snapshots
	asks       bool // it calls CondInstallSnapshot
	passesOver bool // it passes over commands that were applied
	three      bool // its tests are called 3A, …
	two        bool // … or 2A, …
	saves      bool // the persister has a method Save
}

var (
	threeTests  = regexp.MustCompile(`(?m)^func Test\w*3A\(`)
	twoTests    = regexp.MustCompile(`(?m)^func Test(\w*2A)?\(`)
	appliesSnap = regexp.MustCompile(`\bapplierSnap\(`)
	asksRaft    = regexp.MustCompile(`\.CondInstallSnapshot\(`)
	passesOld   = regexp.MustCompile(`\.CommandValid && m\.CommandIndex > lastApplied\b`)
	hasSave     = regexp.MustCompile(`(?m)^func \(\w+ \*Persister\) Save\(`)
)

// evidence looks at the package's files, also at those that are not built.
func (s *Submission) evidence() (e evidence) {
	for _, name := range checkout.GoFiles(s.Dir) {
		if !checkout.IsTest(name) {
			continue
		}
		if src, err := checkout.Read(filepath.Join(s.Dir, name)); err == nil {
			e.three = e.three || threeTests.Match(src)
			e.two = e.two || twoTests.Match(src)
		}
	}
	for _, f := range s.raft.files {
		e.saves = e.saves || hasSave.Match(f.src)
		if f.isTester() && appliesSnap.Match(f.src) {
			e.tester = true
			e.asks = e.asks || asksRaft.Match(f.src)
			e.passesOver = e.passesOver || passesOld.Match(f.src)
		}
	}
	return e
}

// lab is the edition that a Raft was written for.
func (s shape) lab(e evidence) editions.Lab {
	switch {
	case s.contract:
		return editions.OfContract
	case !s.own && s.methods["Kill"] == nil && s.raftType:
		return editions.Of2026
	case !s.own:
		return editions.Of2025
	case s.fields["CommandValid"] == "" && s.fields["Index"] != "":
		return editions.Of2016
	case e.three:
		return editions.Of2024
	case e.passesOver:
		return editions.Of2021
	case e.asks:
		return editions.Of2022
	case e.saves && e.two, e.tester && e.two:
		return editions.Of2023
	case e.saves, e.tester:
		return editions.Of2023To2024
	case s.methods["CondInstallSnapshot"] != nil:
		return editions.Of2021To2022
	case s.methods["Snapshot"] != nil:
		return editions.Of2021To2024
	default:
		return editions.Of2018
	}
}
