package checkout

import (
	"bytes"
	"fmt"
	"go/ast"
	"path/filepath"
	"slices"
	"strings"

	"raftlab/src/raft/editions"
)

// FindRaft finds the package of a Raft, of any of the editions that are known, at or below a path. The error is a
// sentence for the user.
func FindRaft(path string, known editions.Table) (Place, error) {
	s, err := newSearch(path, known)
	switch {
	case err != nil:
		return Place{}, err
	case makesRaft(s.root):
		return Place{Root: s.root, Dir: s.root}, nil
	}
	p, err := s.below(makesRaft)
	switch {
	case err != nil || p.Dir != "":
		return p, err
	case len(Sources(s.root)) > 0:
		return p, fmt.Errorf("%s: no package here has a func Make with peers, me, persister and applyCh; name the "+
			"directory of the Raft", path)
	}
	return p, fmt.Errorf("%s: no Raft here; name the directory that has its .go files, or the checkout's root", path)
}

// makesRaft reports whether a directory's files declare a func Make that takes peers, or cannot be understood but seem
// to.
func makesRaft(dir string) bool {
	for _, name := range Sources(dir) {
		src, err := Read(filepath.Join(dir, name))
		if err != nil || !bytes.Contains(src, []byte("func Make(")) {
			continue
		}
		f, err := parse(name, src)
		if err != nil && bytes.Contains(src, []byte("persister")) ||
			err == nil && slices.ContainsFunc(f.Decls, IsMake) {
			return true
		}
	}
	return false
}

// IsMake reports whether a declaration is a Raft's Make: its first parameter is a slice of pointers to
// labrpc.ClientEnd, by whatever name labrpc is imported.
func IsMake(decl ast.Decl) bool {
	d, ok := decl.(*ast.FuncDecl)
	if !ok || d.Recv != nil || d.Name.Name != "Make" || d.Type.Params.NumFields() < 4 {
		return false
	}
	slice, _ := d.Type.Params.List[0].Type.(*ast.ArrayType)
	if slice == nil {
		return false
	}
	pointer, _ := slice.Elt.(*ast.StarExpr)
	if pointer == nil {
		return false
	}
	end, ok := pointer.X.(*ast.SelectorExpr)
	return ok && end.Sel.Name == "ClientEnd"
}

// IsSubmission reports whether a package's directory has a Raft that was written for an edition of the lab, and not for
// this project's contract.
func IsSubmission(dir string) bool {
	for _, name := range Sources(dir) {
		src, err := Read(filepath.Join(dir, name))
		if err == nil && bytes.Contains(src, []byte(`"raftlab/src/raft"`)) {
			return false
		}
	}
	return makesRaft(dir)
}

// finished returns how much of the lab's Raft a directory has, from 1, the skeleton that is handed out, to 4: one more
// each for a Start that does something, for something that is saved, and for a Snapshot that does something. A file
// that cannot be parsed has nothing. It is a look at directories, to choose one; what parts lack, and why, package
// submission says of the one that was chosen.
func finished(dir string) int {
	has := make(map[string]bool)
	for _, name := range Sources(dir) {
		f, err := Parse(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		for _, decl := range f.Decls {
			d, ok := decl.(*ast.FuncDecl)
			if !ok || d.Recv == nil || d.Body == nil || len(d.Recv.List[0].Names) == 0 {
				continue
			}
			method, receiver := d.Name.Name, d.Recv.List[0].Names[0].Name
			ast.Inspect(d.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Ident:
					if n.Name == receiver && (method == "Start" || method == "Snapshot") {
						has[method] = true
					}
				case *ast.SelectorExpr:
					of, ok := n.X.(*ast.SelectorExpr)
					if ok && strings.HasPrefix(n.Sel.Name, "Save") && strings.EqualFold(of.Sel.Name, "persister") {
						has["Save"] = true
					}
				}
				return true
			})
		}
	}
	return 1 + len(has)
}
