package submission

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"raftlab/grader/internal/checkout"
)

// A tree is the module, or the GOPATH, that a package lies in. Of a go.mod only
// the path, the go line and the requirements count: replacements, tools,
// toolchains and settings are those of whoever builds.
type tree struct {
	root     string   // of all packages that it may import
	module   string   // the module's path; "" in a GOPATH
	goLine   string   // the version of Go it was written for
	requires []string // the modules that go.mod requires, each with its version
	sum      []byte   // go.sum, if there is one
}

// What is built without a go line.
const (
	gopathGo = "1.21" // without go.mod: the last before loop variables, timer channels and rand.Seed changed
	modGo    = "1.16" // with one, as the go command takes it
)

// treeOf finds the tree of the package in dir. It looks in the folders from
// there up to root, which the user has named; and if that is the package
// itself, or src, then a little above it.
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
		return treeOfModule(m)
	}
	t := tree{root: filepath.Dir(dir), goLine: gopathGo}
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
	t := tree{root: m.Dir, goLine: modGo}
	if m.Module != nil {
		t.module = m.Module.Mod.Path
	}
	if m.Go != nil {
		t.goLine = m.Go.Version
	}
	for _, r := range m.Require {
		if r.Mod.Path != ourModule && !strings.HasPrefix(r.Mod.Path, ourModule+"/") {
			t.requires = append(t.requires, r.Mod.Path+" "+r.Mod.Version)
		}
	}
	var err error
	if t.sum, err = checkout.Read(filepath.Join(m.Dir, "go.sum")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return tree{}, err
	}
	return t, nil
}
