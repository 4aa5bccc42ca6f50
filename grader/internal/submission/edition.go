package submission

import (
	"go/ast"
	"path/filepath"
	"regexp"
	"slices"

	"raftlab/grader/internal/checkout"
	"raftlab/src/lab/checkouts"
)

// Evidence is what tells editions apart: see [checkouts.Signs].
type evidence struct {
	has     map[string]bool // declarations
	harness [][]byte        // the source of its files
}

// testOfPart is a test that is named after a part of the lab: its name, and the part's.
var testOfPart = regexp.MustCompile(`(?m)^func (Test\w*(\d[A-Z]))\(`)

// evidence looks at the package's files, also at those that are not built.
func (s *Submission) evidence(found checkouts.Found) evidence {
	e := evidence{has: make(map[string]bool)}
	for _, param := range found.Funcs[s.lab.Constructor.Name].Params {
		if param.Elem == nil {
			continue
		}
		for name := range param.Elem.Fields {
			e.has[s.lab.Constructor.Message+"."+name] = true
		}
	}
	for _, f := range s.main.files {
		for _, d := range f.ast.Decls {
			names, receiver := declared(d)
			if fn, ok := d.(*ast.FuncDecl); ok && receiver != "" {
				e.has[receiver+"."+fn.Name.Name] = true
			} else if isType(d) || ok {
				for _, name := range names {
					e.has[name] = true
				}
			}
		}
		if s.inHarness(s.main, f) {
			e.harness = append(e.harness, f.src)
		}
	}
	for _, name := range checkout.GoFiles(s.Dir) {
		if !checkout.IsTest(name) {
			continue
		}
		src, _ := checkout.Read(filepath.Join(s.Dir, name))
		for _, m := range testOfPart.FindAllSubmatch(src, -1) {
			e.has[string(m[1])], e.has[string(m[2])] = true, true
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
func (e evidence) shows(s checkouts.Signs) bool {
	has := func(what string) bool { return e.has[what] }
	lacks := func(what string) bool { return !e.has[what] }
	return !slices.ContainsFunc(s.Has, lacks) && !slices.ContainsFunc(s.Lacks, has) && e.inHarness(s.Harness...)
}

// editionOf is the edition that a checkout is of: of those that have its persister, the first whose signs are there, or
// the last.
func (e evidence) editionOf(persister string, known checkouts.Table) (edition checkouts.Edition) {
	for _, l := range known {
		if l.Persister != persister {
			continue
		}
		if edition = l; len(l.Signs) == 0 || slices.ContainsFunc(l.Signs, e.shows) {
			break
		}
	}
	return edition
}
