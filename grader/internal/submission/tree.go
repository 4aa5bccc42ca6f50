package submission

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"raftlab/grader/internal/checkout"
)

// A tree is the module, or the GOPATH, that a package lies in. Of a go.mod only the path, the go line, the requirements
// and the directories that replace modules count: tools, toolchains and settings are those of whoever builds.
type tree struct {
	root     string            // of all packages that it may import
	module   string            // the module's path; "" in a GOPATH
	base     string            // the module's directory below root, which is above it where go.mod replaces others
	goLine   string            // the version of Go it was written for
	requires []string          // the modules that go.mod requires, each with its version
	replaces map[string]string // the directories that go.mod has instead of modules, from root
	sum      []byte            // go.sum, if there is one
}

// treeOf finds the tree of the package in dir. It looks in the directories from there up to root, which the user has
// named; and if that is the package itself, or src, then a little above it.
func treeOf(root, dir string) (tree, error) {
	top := root
	for range 2 {
		if base := filepath.Base(top); base == "src" || top == dir {
			top = filepath.Dir(top)
		}
	}
	m, ok, err := checkout.FindModule(dir, top)
	if err != nil {
		return tree{}, err
	}
	if ok {
		t, err := treeOfModule(m, top)
		if t.module == ourModule {
			// In a clone of this project, say: what else is there, its implementations and other submissions, is not
			// its own.
			t.root, t.module = root, ""
		}
		return t, err
	}
	t := tree{root: filepath.Dir(dir), goLine: checkout.GOPATHGo}
	for at := dir; len(at) >= len(top) && filepath.Dir(at) != at; at = filepath.Dir(at) {
		if filepath.Base(at) == "src" {
			t.root = at
		}
	}
	return t, nil
}

// words say what the tree is.
func (t tree) words() string {
	if t.module == "" {
		return "in a GOPATH: Go " + t.goLine + "'s rules"
	}
	return "module " + t.module + ", go " + t.goLine
}

// treeOfModule is the tree of a module. Its root is no higher than top.
func treeOfModule(m checkout.Module, top string) (tree, error) {
	t := tree{root: m.Dir, goLine: checkout.ModuleGo, replaces: make(map[string]string)}
	if m.Module != nil {
		t.module = m.Module.Mod.Path
	}
	if m.Go != nil {
		t.goLine = m.Go.Version
	}
	for _, r := range m.Replace {
		if r.New.Version != "" {
			continue // by another module, which counts for nothing
		}
		dir := r.New.Path
		if filepath.IsAbs(dir) {
			var err error
			if dir, err = filepath.Rel(m.Dir, dir); err != nil {
				dir = ".."
			}
		}
		t.replaces[r.Old.Path] = path.Clean(filepath.ToSlash(dir))
	}
	for _, dir := range t.replaces {
		for at := t.root; len(at) > len(top) && !filepath.IsLocal(below(at, filepath.Join(m.Dir, dir))); {
			at = filepath.Dir(at)
			t.root = at
		}
	}
	t.base = filepath.ToSlash(below(t.root, m.Dir))
	for module, dir := range t.replaces {
		t.replaces[module] = path.Join(t.base, dir)
	}
	for _, r := range m.Require {
		if t.replaces[r.Mod.Path] == "" && !checkout.Within(r.Mod.Path, ourModule) {
			t.requires = append(t.requires, r.Mod.Path+" "+r.Mod.Version)
		}
	}
	var err error
	if t.sum, err = checkout.Read(filepath.Join(m.Dir, "go.sum")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return tree{}, err
	}
	return t, nil
}

// below is a directory as it is called from another, ".." if that is impossible.
func below(top, dir string) string {
	rel, err := filepath.Rel(top, dir)
	if err != nil {
		return ".."
	}
	return rel
}

// find finds the directory of an import that is none of the module's: as from the top of a GOPATH or, if it was of a
// module whose go.mod is gone, of the last parts of its path.
func (t tree) find(name string) (dir string, ok bool) {
	for dir := name; ; {
		if checkout.IsDir(filepath.Join(t.root, filepath.FromSlash(dir))) {
			return dir, true
		}
		_, rest, more := strings.Cut(dir, "/")
		if !more || dir != name && hasHost(name) {
			return "", false
		}
		dir = rest
	}
}

// replaced returns the directory, from the tree's root, that go.mod has instead of the module of a package.
func (t tree) replaced(name string) (dir string, ok bool) {
	for module, dir := range t.replaces {
		if checkout.Within(name, module) {
			return path.Join(dir, strings.TrimPrefix(name, module)), true
		}
	}
	return "", false
}
