// Package architecture has the test of which packages may import which.
package architecture

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// A rule says what packages must not depend on, directly or through others. Packages are named by their path in this
// module; a name that ends in /... means all below it, too.
type rule struct {
	packages, never []string
	why             string
}

var (
	handout = []string{"src/raft", "src/kvraft", "src/kvraft/classic", "src/labrpc", "src/labgob", "src/dlog",
		"src/locks"}
	engine = []string{"src/cluster/...", "src/codec", "src/crash", "src/lab/...", "src/sim/...", "src/live",
		"src/logline", "src/logview", "src/record/...", "src/script", "src/worker"}
	worlds = []string{"src/sim/...", "src/live"}
	labs   = []string{"src/raft/...", "src/kvraft/..."}
	grader = []string{"grader/...", "tools/..."}
)

var rules = []rule{
	{[]string{"src/box/..."}, slices.Concat(engine, labs, grader), "a box runs any program"},
	{handout, slices.Concat(engine, []string{"src/raft/rafttest/...", "src/kvraft/kvtest", "src/kvraft/rsmtest",
		"src/kvraft/kvnode", "src/kvraft/history", "src/box/..."}, grader),
		"what submissions import is no part of the suite"},
	{engine, slices.Concat(labs, grader), "the engine knows no lab"},
	{[]string{"src/cluster/...", "src/lab", "src/lab/jobs"}, worlds,
		"scenarios do not know in which world they are played"},
	{[]string{"src/cluster/...", "src/sim/...", "src/live"}, []string{"src/lab/..."},
		"worlds play runs, whatever they are of"},
	{[]string{"src/sim/..."}, []string{"src/live"}, "worlds do not know each other"},
	{[]string{"src/live"}, []string{"src/sim/...", "src/box"}, "worlds do not know each other"},
	{[]string{"src/raft/elections", "src/raft/rafttest", "src/raft/rafttest/monitor", "src/raft/rafttest/raftnode",
		"src/raft/rafttest/story",
		"src/kvraft/kvtest", "src/kvraft/rsmtest", "src/kvraft/kvnode", "src/kvraft/rsmnode", "src/kvraft/editions/..."},
		slices.Concat(worlds, grader), "a lab does not know in which world it is played"},
	{[]string{"src/raft/..."}, []string{"src/kvraft/..."}, "a lab does not know what stands on it"},
	{[]string{"src/kvraft/history"}, slices.Concat(engine, []string{"src/raft/rafttest/..."}),
		"a history is judged wherever it comes from"},
	{
		[]string{"grader/internal/checkout", "grader/internal/corpus", "grader/internal/grading",
			"grader/internal/play", "grader/internal/pool", "grader/internal/report", "grader/internal/shrink",
			"grader/internal/submission"},
		labs, "the grader knows labs by the registry",
	},
	{[]string{"internal/mutants"}, slices.Concat(engine, labs, grader), "a bug is a text, whatever it is put into"},
	{[]string{"grader/..."}, []string{"tools/..."}, "the product does not depend on a tool"},
	{[]string{"src/script", "grader/internal/shrink"}, []string{"src/cluster/...", "src/lab/...", "src/sim/...", "src/live"},
		"a script is data, and who shortens it is told what fails"},
	{[]string{"grader/internal/search"}, slices.Concat(labs, worlds, []string{"grader/internal/pool"}),
		"a search decides what to play, of whatever lab, and plays nothing"},
	{[]string{"grader/internal/report"}, []string{"grader/internal/pool", "src/sim/...", "src/live"},
		"a report does not run anything"},
}

func TestArrows(t *testing.T) {
	deps := make(map[string]map[string]bool)          // by package: all on which it depends
	inBoxes := []string{"GOOS=wasip1", "GOARCH=wasm"} // what runs in boxes exists only there
	for _, system := range [][]string{nil, inBoxes} {
		found, err := packages.Load(&packages.Config{
			Mode: packages.NeedName | packages.NeedImports | packages.NeedDeps,
			Dir:  "../..",
			Env:  append(os.Environ(), system...),
		}, "./...")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range found {
			name := name(p)
			if deps[name] == nil {
				deps[name] = make(map[string]bool)
			}
			collect(p, deps[name])
			delete(deps[name], name)
		}
	}
	for _, r := range rules {
		for _, pattern := range slices.Concat(r.packages, r.never) {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(deps)),
				func(p string) bool { return matches(p, pattern) }) {
				t.Errorf("there is no package %s", pattern)
			}
		}
		for p, all := range deps {
			if !anyMatches(p, r.packages) {
				continue
			}
			for d := range all {
				if anyMatches(d, r.never) && !anyMatches(d, r.packages) {
					t.Errorf("%s depends on %s, and must not: %s", p, d, r.why)
				}
			}
		}
	}
}

// collect notes the packages of this module on which p depends, and p.
func collect(p *packages.Package, seen map[string]bool) {
	if !strings.HasPrefix(p.PkgPath, "raftlab/") || seen[name(p)] {
		return
	}
	seen[name(p)] = true
	for _, d := range p.Imports {
		collect(d, seen)
	}
}

func name(p *packages.Package) string { return strings.TrimPrefix(p.PkgPath, "raftlab/") }

func matches(p, pattern string) bool {
	top, below := strings.CutSuffix(pattern, "/...")
	return p == top || below && strings.HasPrefix(p, top+"/")
}

func anyMatches(p string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(p, pattern) })
}
