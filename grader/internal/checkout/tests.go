package checkout

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"raftlab/src/lab/checkouts"
)

// A Checkout is a package with tests and the tree it belongs to.
type Checkout struct {
	Dir  string // the package's directory, absolute
	Root string // the directory of its module or, without one, of all that it imports

	// Module is the path of the module in Root, Go the version in its go line ("" if it has none). Without a module
	// both are empty: a tree from the days of GOPATH, or with relative imports.
	Module, Go string

	// LocalImports are, of a tree without a module, the imports of the tree's own packages in the files that the tests
	// need. They make up the whole program together with the package in Dir.
	LocalImports []Import

	lab *checkouts.Lab // the lab that the package is of
}

// An Import is an import of a package in a file.
type Import struct {
	File       string // absolute
	Path       string
	Start, End int    // where the path with its quotes is: byte offsets in the file
	Dir        string // the directory of the package, if it is one of LocalImports
}

// FindTests finds the package whose tests are to be run. path is its directory, or a directory above it, such as src or
// the repository's root. The error is a sentence for the user.
func FindTests(path string, l *checkouts.Lab) (Checkout, error) {
	dir, err := findTests(path, l)
	if err != nil {
		return Checkout{}, err
	}
	c := Checkout{Dir: dir, lab: l}
	if err = c.setModule(); err == nil && c.Module == "" {
		err = c.setLocalImports()
	}
	return c, err
}

// findTests returns the directory that the user names, if it has a package with tests, or that of the lab's below it.
func findTests(path string, l *checkouts.Lab) (string, error) {
	s, err := newSearch(path, l)
	if err != nil || hasTests(s.root) {
		return s.root, err
	}
	p, err := s.below(func(dir string) bool { return s.named(dir) && hasTests(dir) })
	if p.Dir != "" || err != nil {
		return p.Dir, err
	}
	if len(GoFiles(s.root)) > 0 {
		return "", fmt.Errorf("%s has no tests", path)
	}
	p, err = s.below(func(dir string) bool { return s.named(dir) && len(GoFiles(dir)) > 0 })
	if p.Dir != "" && err == nil {
		return "", fmt.Errorf("%s has no tests", p.Dir)
	}
	return "", fmt.Errorf("%s: no directory %s with tests in it; name the package's own directory", path,
		strings.Join(s.names(), " or "))
}

// hasTests reports whether a directory has a package with tests.
func hasTests(dir string) bool { return slices.ContainsFunc(GoFiles(dir), IsTest) }

// Daemons reports whether the tester of the checkout, beside the package or further up, starts processes.
func (c Checkout) Daemons() bool {
	return slices.ContainsFunc(c.lab.Table, func(l checkouts.Edition) bool {
		tester := func(dir string) string { return filepath.Join(dir, l.Tester) }
		dir := tester(Above(c.Dir, func(dir string) bool { return IsDir(tester(dir)) }))
		return l.Tester != "" && slices.ContainsFunc(Sources(dir), func(name string) bool {
			return slices.ContainsFunc(imports(filepath.Join(dir, name)),
				func(i Import) bool { return i.Path == "os/exec" })
		})
	})
}

// Rel returns the package's directory relative to the root, with slashes.
func (c Checkout) Rel() string { return c.RelTo(c.Dir) }

// RelTo returns a directory of the checkout relative to the root, with slashes.
func (c Checkout) RelTo(dir string) string {
	rel, err := filepath.Rel(c.Root, dir)
	if err != nil {
		panic(fmt.Sprintf("checkout: %s is not in %s", dir, c.Root)) // both are absolute, and so it was found
	}
	return filepath.ToSlash(rel)
}
