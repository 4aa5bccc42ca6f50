// Package checkout finds the Raft package in a checkout of the lab, of any year, and how its
// imports are meant. It only reads.
package checkout

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Checkout is a package with tests and the tree it belongs to.
type Checkout struct {
	Dir  string // the package's folder, absolute
	Root string // the folder of its module or, without one, of all that it imports

	// Module is the path of the module in Root, Go the version in its go line ("" if it
	// has none). Without a module both are empty: a tree from the days of GOPATH, or with
	// relative imports.
	Module, Go string

	// Packages are the folders that make up a tree without a module, by import as the
	// source has it: the package's own folder is not among them.
	Packages []Import
}

// An Import is a place where the source of a tree without a module imports another of its packages.
type Import struct {
	File       string // absolute
	Start, End int    // the import path, with its quotes, as offsets in the file
	Dir        string // what it means
}

// Find finds the package to test. Path is its folder, or one above it: src, or the
// repository's root. The error says in a sentence what is wrong.
func Find(path string) (Checkout, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return Checkout{}, fmt.Errorf("%s: %w", path, err)
	}
	if info, err := os.Stat(abs); err != nil {
		return Checkout{}, fmt.Errorf("%s: there is no such folder", path)
	} else if !info.IsDir() {
		return Checkout{}, fmt.Errorf("%s is a file; name the folder of a package or of a checkout", path)
	}
	dir, err := findPackage(path, abs)
	if err != nil {
		return Checkout{}, err
	}
	c := Checkout{Dir: dir}
	if err := c.findModule(); err != nil {
		return c, err
	}
	if c.Module == "" {
		err = c.findPackages()
	}
	return c, err
}

// Rel returns the package's folder relative to the root, with slashes.
func (c Checkout) Rel() string { return c.RelTo(c.Dir) }

// RelTo returns a folder of the checkout relative to the root, with slashes.
func (c Checkout) RelTo(dir string) string {
	rel, err := filepath.Rel(c.Root, dir)
	if err != nil {
		panic(fmt.Sprintf("checkout: %s is not in %s", dir, c.Root)) // both are absolute, and so it was found
	}
	return filepath.ToSlash(rel)
}

// maxDepth is how far below what the user names the package may be.
const maxDepth = 5

// findPackage returns dir, if it has a package, or the folder of the Raft below it.
func findPackage(shown, dir string) (string, error) {
	if hasTests(dir) {
		return dir, nil
	}
	var found []string
	untested := ""
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir():
			return nil // what cannot be read has no Raft in it
		case name != dir && ignored(d.Name()):
			return fs.SkipDir
		case depth(dir, name) > maxDepth:
			return fs.SkipDir
		}
		if d.Name() != "raft" && d.Name() != "raft1" {
			return nil
		}
		if hasTests(name) {
			found = append(found, name)
		} else if len(sources(name)) > 0 {
			untested = name
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w", shown, err)
	}
	// The nearest one counts: further down lie copies and other years.
	slices.SortStableFunc(found, func(a, b string) int { return depth(dir, a) - depth(dir, b) })
	switch {
	case len(found) == 0 && untested != "":
		return "", fmt.Errorf("%s has no tests", untested)
	case len(found) == 0 && len(sources(dir)) > 0:
		return "", fmt.Errorf("%s has no tests", shown)
	case len(found) == 0:
		return "", fmt.Errorf("%s: no folder raft or raft1 with tests in it; name the package's own folder", shown)
	case len(found) > 1 && depth(dir, found[0]) == depth(dir, found[1]):
		return "", fmt.Errorf("%s has more than one Raft, %s and %s; name one of them", shown, found[0], found[1])
	}
	return found[0], nil
}

func depth(top, dir string) int {
	rel, err := filepath.Rel(top, dir)
	if err != nil || rel == "." {
		return 0
	}
	return strings.Count(rel, string(filepath.Separator)) + 1
}

// ignored reports whether the go command looks past a folder or file of this name.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
		name == "vendor" || name == "testdata" || name == "node_modules"
}

// sources returns the Go files of a folder, tests among them.
func sources(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".go") && !ignored(e.Name()) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files
}

func isTest(file string) bool { return strings.HasSuffix(file, "_test.go") }

// hasTests reports whether a folder has a package with tests.
func hasTests(dir string) bool {
	return slices.ContainsFunc(sources(dir), isTest)
}

// isRepository reports whether a folder is the top of a repository: nothing above it belongs to it.
func isRepository(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, ".git"))
	return err == nil
}
