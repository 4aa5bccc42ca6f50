package checkout

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// How much of what the user names is looked into.
const (
	maxFolders = 20_000
	maxDepth   = 8
)

// usual is where the lab has its Raft, by year, below the folders that people
// name. What lies elsewhere are copies, and other labs.
var usual = []string{"src/raft1", "raft1", "src/raft", "raft"}

// Folder returns the folder that a user has named, absolute and without
// symbolic links. The error is a sentence for that user.
func Folder(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil:
		return "", fmt.Errorf("%s: there is no such folder", path)
	case !info.IsDir():
		return "", fmt.Errorf("%s is a file; name the folder of a package, or of a checkout", path)
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return abs, nil
}

// Locate returns the folder of the lab's Raft below root, of all those that
// isRaft says have one: where the lab has it, or else, those called raft before
// others, the one that is Finished most, and of these the nearest. It is "" if
// there is none. Others are those that it has not chosen. It follows no symbolic
// link. The error, also where two are as near, is a sentence that begins with
// what the user calls root.
func Locate(shown, root string, isRaft func(dir string) bool) (dir string, others []string, err error) {
	found, err := search(root, isRaft)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", shown, err)
	}
	if len(found) == 0 {
		return "", nil, nil
	}
	but := func(dir string) []string {
		return slices.DeleteFunc(slices.Clone(found), func(other string) bool { return other == dir })
	}
	for _, u := range usual {
		if dir := filepath.Join(root, filepath.FromSlash(u)); slices.Contains(found, dir) {
			return dir, but(dir), nil
		}
	}
	likely := slices.Clone(found)
	if named := slices.DeleteFunc(slices.Clone(found), func(dir string) bool { return !calledRaft(dir) }); len(named) > 0 {
		likely = named
	}
	finished := make(map[string]int)
	for _, dir := range likely {
		finished[dir] = Finished(dir)
	}
	order := func(a, b string) int {
		return cmp.Or(finished[b]-finished[a], depth(root, a)-depth(root, b))
	}
	slices.SortStableFunc(likely, order)
	if len(likely) > 1 && order(likely[0], likely[1]) == 0 {
		var names []string
		for _, dir := range likely[:min(len(likely), 5)] {
			rel, err := filepath.Rel(root, dir)
			if err != nil {
				rel = dir
			}
			names = append(names, filepath.ToSlash(rel))
		}
		return "", nil, fmt.Errorf("%s has more than one Raft, in %s; name the folder of one", shown, strings.Join(names, ", "))
	}
	return likely[0], but(likely[0]), nil
}

// calledRaft reports whether a folder has the name that the lab gives it.
func calledRaft(dir string) bool {
	base := filepath.Base(dir)
	return base == "raft" || base == "raft1"
}

func search(root string, isRaft func(dir string) bool) (found []string, err error) {
	folders := 0
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name == root:
			return err
		case err != nil || !d.IsDir():
			return nil // what cannot be read has no Raft in it
		case name != root && ignored(d.Name()) || depth(root, name) > maxDepth:
			return fs.SkipDir
		}
		if folders++; folders > maxFolders {
			return fmt.Errorf("more than %d folders; name that of the Raft", maxFolders)
		}
		if isRaft(name) {
			found = append(found, name)
		}
		return nil
	})
	return found, err
}

func depth(top, dir string) int {
	rel, err := filepath.Rel(top, dir)
	if err != nil || rel == "." {
		return 0
	}
	return strings.Count(rel, string(filepath.Separator)) + 1
}
