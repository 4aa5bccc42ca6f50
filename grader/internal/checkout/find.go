// Package checkout finds what a user means by a path: in a checkout of the lab of any year, the package that the lab
// grades, or a package with tests; the module that it is in; and, for a package with tests, the directories of the
// packages that it imports. It only reads.
package checkout

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"raftlab/src/lab/checkouts"
)

// How many directories are searched below the one that the user names, and how deep.
const (
	maxDirectories = 20_000
	maxDepth       = 8
)

// A Place is what a user means by a path.
type Place struct {
	Root   string   // the directory that was named, absolute and without symbolic links
	Dir    string   // that of the package: Root, or one below it
	Others []string // directories below Root whose packages could have been meant, too
	Part   string   // what was named, if that is only a part of what is graded, in the directory Root: see [Whole]
}

// A search looks for the directory that a user means.
type search struct {
	path string         // as the user wrote it
	root string         // the directory that it names, absolute and without symbolic links
	lab  *checkouts.Lab // whose package is looked for
}

// newSearch begins a search. The error is a sentence for the user.
func newSearch(path string, l *checkouts.Lab) (search, error) {
	abs, err := Directory(path, "a package, or of a checkout")
	if err != nil {
		return search{}, err
	}
	root, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return search{}, fmt.Errorf("%s: %w", path, err)
	}
	return search{path, root, l}, nil
}

// Directory returns the directory that a user has named, absolute. The error is a sentence for that user; it says what
// to name instead of a file.
func Directory(path, instead string) (abs string, err error) {
	abs, err = filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	if info, err := os.Stat(abs); err != nil {
		return abs, fmt.Errorf("%s: there is no such directory", path)
	} else if !info.IsDir() {
		return abs, fmt.Errorf("%s is a file; name the directory of %s", path, instead)
	}
	return abs, nil
}

// below chooses one of the directories below the root for which wanted returns true. It prefers
//
//   - the path where an edition of the lab has the package,
//   - then a directory with a name that an edition gives it,
//   - then the one in which most of the lab is implemented, see finished,
//   - then the one that is least deep.
//
// If there is none, Dir is "". It follows no symbolic link. The error, also if two are equal in all of this, is a
// sentence for the user.
func (s search) below(wanted func(dir string) bool) (Place, error) {
	p := Place{Root: s.root}
	found, err := s.all(wanted)
	if err != nil {
		return p, fmt.Errorf("%s: %w", s.path, err)
	}
	if len(found) == 0 {
		return p, nil
	}
	choose := func(dir string) (Place, error) {
		p.Dir, p.Others = dir, slices.DeleteFunc(found, func(other string) bool { return other == dir })
		return p, nil
	}
	for _, usual := range s.lab.Table.Directories() {
		if dir := filepath.Join(s.root, filepath.FromSlash(usual)); slices.Contains(found, dir) {
			return choose(dir)
		}
	}
	likely := slices.DeleteFunc(slices.Clone(found), func(dir string) bool { return !s.named(dir) })
	if len(likely) == 0 {
		likely = slices.Clone(found)
	}
	done := make(map[string]int)
	for _, dir := range likely {
		done[dir] = finished(dir, s.lab)
	}
	order := func(a, b string) int {
		return cmp.Or(done[b]-done[a], depth(s.root, a)-depth(s.root, b))
	}
	slices.SortStableFunc(likely, order)
	if len(likely) > 1 && order(likely[0], likely[1]) == 0 {
		var names []string
		for _, dir := range likely[:min(len(likely), 5)] {
			names = append(names, p.Below(dir))
		}
		return p, fmt.Errorf("%s has more than one %s, in %s; name the directory of one", s.path, s.lab.What,
			strings.Join(names, ", "))
	}
	return choose(likely[0])
}

// Below returns the path of a directory relative to the root, with slashes.
func (p Place) Below(dir string) string {
	rel, err := filepath.Rel(p.Root, dir)
	if err != nil {
		rel = dir
	}
	return filepath.ToSlash(rel)
}

// names returns the names that the editions give the package's directory.
func (s search) names() (names []string) {
	for _, dir := range s.lab.Table.Directories() {
		names = append(names, filepath.Base(dir))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// named reports whether a directory has one of these names.
func (s search) named(dir string) bool { return slices.Contains(s.names(), filepath.Base(dir)) }

// all returns the directories at and below the root that are wanted.
func (s search) all(wanted func(dir string) bool) (found []string, err error) {
	directories := 0
	err = filepath.WalkDir(s.root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name == s.root:
			return err
		case err != nil || !d.IsDir():
			return nil // what cannot be read has nothing in it
		case name != s.root && ignored(d.Name()) || depth(s.root, name) > maxDepth:
			return fs.SkipDir
		}
		if directories++; directories > maxDirectories {
			return fmt.Errorf("more than %d directories; name the directory of the %s", maxDirectories, s.lab.What)
		}
		if wanted(name) {
			found = append(found, name)
		}
		return nil
	})
	return found, err
}

// depth returns how many directories deep dir is below top.
func depth(top, dir string) int {
	rel, err := filepath.Rel(top, dir)
	if err != nil || rel == "." {
		return 0
	}
	return strings.Count(rel, string(filepath.Separator)) + 1
}
