package submission

import (
	"go/ast"
	"path/filepath"
	"regexp"
	"slices"

	"raftlab/grader/internal/checkout"
	"raftlab/src/raft/editions"
)

// Evidence is what tells editions apart: see [editions.Signs].
type evidence struct {
	has     map[string]bool // declarations
	harness [][]byte        // the source of its files
}

// testOfPart is a test that is named after a part of the lab.
var testOfPart = regexp.MustCompile(`(?m)^func Test\w*(\d[A-Z])\(`)

// evidence looks at the package's files, also at those that are not built.
func (s *Submission) evidence() evidence {
	e := evidence{has: make(map[string]bool)}
	for name := range s.shape.fields {
		e.has["ApplyMsg."+name] = true
	}
	for _, f := range s.raft.files {
		for _, d := range f.ast.Decls {
			names, receiver := declared(d)
			if fn, ok := d.(*ast.FuncDecl); ok && receiver != "" {
				e.has[receiver+"."+fn.Name.Name] = true
			} else if isType(d) {
				for _, name := range names {
					e.has[name] = true
				}
			}
		}
		if s.inHarness(f) {
			e.harness = append(e.harness, f.src)
		}
	}
	for _, name := range checkout.GoFiles(s.Dir) {
		if !checkout.IsTest(name) {
			continue
		}
		src, _ := checkout.Read(filepath.Join(s.Dir, name))
		for _, m := range testOfPart.FindAllSubmatch(src, -1) {
			e.has[string(m[1])] = true
		}
	}
	return e
}

// inHarness reports whether all patterns match in one file of the harness.
func (e evidence) inHarness(patterns ...string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(e.harness, func(src []byte) bool {
		return !slices.ContainsFunc(patterns, func(p string) bool { return !regexp.MustCompile(p).Match(src) })
	})
}

// shows reports whether all signs are there.
func (e evidence) shows(s editions.Signs) bool {
	has := func(what string) bool { return e.has[what] }
	lacks := func(what string) bool { return !e.has[what] }
	return !slices.ContainsFunc(s.Has, lacks) && !slices.ContainsFunc(s.Lacks, has) && e.inHarness(s.Harness...)
}

// labOf is the edition that a Raft was written for: of those that have its persister, the first whose signs are there,
// or the last.
func (e evidence) labOf(persister string, known editions.Table) (lab editions.Edition) {
	for _, l := range known {
		if l.Persister != persister {
			continue
		}
		if lab = l; len(l.Signs) == 0 || slices.ContainsFunc(l.Signs, e.shows) {
			break
		}
	}
	return lab
}
