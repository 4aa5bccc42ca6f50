package submission

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"

	"raftlab/grader/internal/checkout"
)

// locate returns the folder that the user names, that of the package with the Raft
// in it or below it, and those of other Rafts there.
func locate(path string) (root, dir string, others []string, err error) {
	root, err = checkout.Folder(path)
	if err != nil || makesRaft(root) {
		return root, root, nil, err
	}
	dir, others, err = checkout.Locate(path, root, makesRaft)
	switch {
	case dir != "" || err != nil:
		return root, dir, others, err
	case len(goFiles(root)) > 0:
		return "", "", nil, fmt.Errorf("%s: no package here has a func Make with peers, me, persister and applyCh; name the folder of the Raft", path)
	}
	return "", "", nil, fmt.Errorf("%s: no Raft here; name the folder that has its .go files, or the checkout's root", path)
}

// goFiles are the names of a folder's Go files that are not tests.
func goFiles(dir string) []string { return slices.DeleteFunc(checkout.GoFiles(dir), checkout.IsTest) }

// makesRaft reports whether a folder's files declare a func Make that takes
// peers, or cannot be understood but seem to.
func makesRaft(dir string) bool {
	for _, name := range goFiles(dir) {
		src, err := checkout.Read(filepath.Join(dir, name))
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
		src, err := checkout.Read(filepath.Join(dir, name))
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
