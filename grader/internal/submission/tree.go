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
		t, err := treeOfModule(m)
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

func treeOfModule(m checkout.Module) (tree, error) {
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

// replaced returns the directory, from the tree's root, that go.mod has instead of the module of a package.
func (t tree) replaced(name string) (dir string, ok bool) {
	for module, dir := range t.replaces {
		if checkout.Within(name, module) {
			return path.Join(dir, strings.TrimPrefix(name, module)), true
		}
	}
	return "", false
}
