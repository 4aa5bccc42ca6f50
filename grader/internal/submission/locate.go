package submission

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What a checkout may at most have.
const (
	maxFile    = 2 << 20  // bytes in a Go file
	maxSource  = 32 << 20 // bytes in all files that are built
	maxFolders = 20_000   // that are looked into
	maxDepth   = 8
)

// locate returns the folder of the package with the Raft.
func locate(path string) (string, error) {
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
	if makesRaft(abs) {
		return abs, nil
	}
	found, err := search(abs)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	if len(found) == 0 {
		if files, _ := filepath.Glob(filepath.Join(abs, "*.go")); len(files) > 0 {
			return "", fmt.Errorf("%s: no package here has a func Make with peers, me, persister and applyCh; name the folder of the Raft", path)
		}
		return "", fmt.Errorf("%s: no Raft here; name the folder that has its .go files, or the checkout's root", path)
	}
	// The lab's own folder before copies and other labs.
	for _, usual := range []string{"src/raft1", "raft1", "src/raft", "raft"} {
		if dir := filepath.Join(abs, filepath.FromSlash(usual)); slices.Contains(found, dir) {
			return dir, nil
		}
	}
	var usual []string
	for _, dir := range found {
		if base := filepath.Base(dir); base == "raft" || base == "raft1" {
			usual = append(usual, dir)
		}
	}
	if len(usual) > 0 {
		found = usual
	}
	if len(found) > 1 {
		var names []string
		for _, dir := range found[:min(len(found), 5)] {
			rel, _ := filepath.Rel(abs, dir)
			names = append(names, rel)
		}
		return "", fmt.Errorf("%s has more than one Raft, in %s; name the folder of one", path, strings.Join(names, ", "))
	}
	return found[0], nil
}

// search returns the folders below root that have a Raft, and follows no
// symbolic link.
func search(root string) ([]string, error) {
	var found []string
	folders := 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !e.IsDir():
			return nil
		case path != root && ignored(e.Name()):
			return fs.SkipDir
		}
		if folders++; folders > maxFolders {
			return fmt.Errorf("more than %d folders; name that of the Raft", maxFolders)
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if strings.Count(rel, string(filepath.Separator)) >= maxDepth {
			return fs.SkipDir
		}
		if makesRaft(path) {
			found = append(found, path)
		}
		return nil
	})
	return found, err
}

// ignored reports whether a folder holds nothing that is compiled, as the go
// command sees it.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
		slices.Contains([]string{"testdata", "vendor", "node_modules"}, name)
}

// makesRaft reports whether a folder's files declare a func Make that takes
// peers, or cannot be understood but seem to.
func makesRaft(dir string) bool {
	for _, name := range goFiles(dir) {
		src, err := readFile(filepath.Join(dir, name))
		if err != nil || !bytes.Contains(src, []byte("func Make(")) {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		if err != nil {
			if bytes.Contains(src, []byte("persister")) {
				return true
			}
			continue
		}
		for _, decl := range f.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && isMake(d) {
				return true
			}
		}
	}
	return false
}

// IsCheckout reports whether a package's folder has a Raft that was written for
// an edition of the lab, and not for this project.
func IsCheckout(dir string) bool {
	for _, name := range goFiles(dir) {
		src, err := readFile(filepath.Join(dir, name))
		if err == nil && bytes.Contains(src, []byte(`"`+ourModule+`/src/raft"`)) {
			return false
		}
	}
	return makesRaft(dir)
}

// isMake reports whether a function is a Raft's Make: its first parameter is a
// slice of pointers to labrpc.ClientEnd, by whatever name labrpc is imported.
func isMake(d *ast.FuncDecl) bool {
	if d.Recv != nil || d.Name.Name != "Make" || d.Type.Params.NumFields() < 4 {
		return false
	}
	slice, ok := d.Type.Params.List[0].Type.(*ast.ArrayType)
	if !ok {
		return false
	}
	pointer, ok := slice.Elt.(*ast.StarExpr)
	if !ok {
		return false
	}
	end, ok := pointer.X.(*ast.SelectorExpr)
	return ok && end.Sel.Name == "ClientEnd"
}

// goFiles are the names of a folder's Go files that are not tests: regular
// files only, and no junk of other systems.
func goFiles(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if e.Type().IsRegular() && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") &&
			!strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_") {
			names = append(names, name)
		}
	}
	return names
}

// readFile reads a regular file of reasonable size.
func readFile(name string) ([]byte, error) {
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", name)
	case info.Size() > maxFile:
		return nil, fmt.Errorf("%s has %d bytes; a source file may have %d", name, info.Size(), maxFile)
	}
	return os.ReadFile(name)
}

// A tree is the module, or the GOPATH, that a package lies in.
type tree struct {
	root   string // of all packages that it may import
	module string // the module's path; "" in a GOPATH
	goLine string // the version of Go it was written for
	mod    []byte // go.mod, if there is one
	sum    []byte // go.sum, if there is one
}

// gopathGo is the version of Go that code without go.mod is taken to be for:
// the last one before loop variables, timer channels and rand.Seed changed.
const gopathGo = "1.21"

// treeOf finds the tree of a package. It looks in the folders from the package
// up to the one that was named; and if that is the package itself, or src,
// then a little above it.
func treeOf(path, dir string) (tree, error) {
	top, err := filepath.Abs(path)
	if err != nil {
		return tree{}, err
	}
	if top, err = filepath.EvalSymlinks(top); err != nil {
		return tree{}, err
	}
	for range 2 {
		if base := filepath.Base(top); base == "src" || top == dir {
			top = filepath.Dir(top)
		}
	}
	for at := dir; ; at = filepath.Dir(at) {
		mod, err := readFile(filepath.Join(at, "go.mod"))
		if err == nil {
			return moduleAt(at, mod)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return tree{}, err
		}
		if _, err := os.Lstat(filepath.Join(at, ".git")); at == top || err == nil {
			break
		}
	}
	root := filepath.Dir(dir)
	for at := dir; len(at) >= len(top) && filepath.Dir(at) != at; at = filepath.Dir(at) {
		if filepath.Base(at) == "src" {
			root = at
		}
	}
	return tree{root: root, goLine: gopathGo}, nil
}
