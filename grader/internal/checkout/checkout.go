// Package checkout finds the Raft in a checkout of the lab, of any year, and the module that it
// is in. Of a package with tests it also finds out how its imports are meant. It only reads.
package checkout

import (
	"fmt"
	"path/filepath"
	"slices"
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
	dir, err := findPackage(path)
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

// findPackage returns the folder that the user names, if it has a package with tests,
// or that of the Raft below it.
func findPackage(path string) (string, error) {
	root, err := Folder(path)
	if err != nil || hasTests(root) {
		return root, err
	}
	dir, _, err := Locate(path, root, func(dir string) bool { return calledRaft(dir) && hasTests(dir) })
	if dir != "" || err != nil {
		return dir, err
	}
	if len(GoFiles(root)) > 0 {
		return "", fmt.Errorf("%s has no tests", path)
	}
	if dir, _, err = Locate(path, root, func(dir string) bool { return calledRaft(dir) && len(GoFiles(dir)) > 0 }); dir != "" && err == nil {
		return "", fmt.Errorf("%s has no tests", dir)
	}
	return "", fmt.Errorf("%s: no folder raft or raft1 with tests in it; name the package's own folder", path)
}

// hasTests reports whether a folder has a package with tests.
func hasTests(dir string) bool { return slices.ContainsFunc(GoFiles(dir), IsTest) }

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
