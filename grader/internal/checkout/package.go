package checkout

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"raftlab/src/lab/checkouts"
)

// Find finds the package that a lab grades, of any of its editions, at or below a path. The error is a sentence for the
// user.
func Find(path string, l *checkouts.Lab) (Place, error) {
	s, err := newSearch(path, l)
	wanted := func(dir string) bool { return Has(dir, l) }
	switch {
	case err != nil:
		return Place{}, err
	case wanted(s.root):
		return Place{Root: s.root, Dir: s.root}, nil
	}
	if whole := Whole(s.root, l); whole != "" {
		return Place{Root: whole, Dir: whole, Part: filepath.Base(s.root)}, nil
	}
	p, err := s.below(wanted)
	switch {
	case err != nil || p.Dir != "":
		return p, err
	case len(Sources(s.root)) > 0:
		return p, fmt.Errorf("%s: no package here has a func %s with %s; name the directory of the %s", path,
			l.Constructor.Name, l.Constructor.Takes, l.What)
	}
	return p, fmt.Errorf("%s: no %s here; name the directory that has its .go files, or the checkout's root", path,
		l.What)
}

// Whole returns the directory above one if a lab grades the package there, and the other has one that it stands on, such
// as kvraft1 for kvraft1/rsm: who names the part means the whole. Otherwise it returns "".
func Whole(dir string, l *checkouts.Lab) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	part := func(below *checkouts.Lab) bool { return Has(abs, below) }
	if above := filepath.Dir(abs); slices.ContainsFunc(l.Below, part) && Has(above, l) {
		return above
	}
	return ""
}

// Has reports whether a directory's files declare the constructor of the lab, such as Make. Of a file with a syntax
// error it is enough that it seems to: the compiler will report the error.
func Has(dir string, l *checkouts.Lab) bool {
	for _, name := range Sources(dir) {
		src, err := Read(filepath.Join(dir, name))
		if err != nil || !bytes.Contains(src, []byte("func "+l.Constructor.Name+"(")) {
			continue
		}
		f, err := parse(name, src)
		if err != nil && bytes.Contains(src, []byte("persister")) || err == nil &&
			slices.ContainsFunc(f.Decls, func(d ast.Decl) bool { return IsConstructor(d, l.Constructor) }) {
			return true
		}
	}
	return false
}

// IsConstructor reports whether a declaration is a function with the name and the parameters of a lab's constructor. By
// which names the file imports the packages of the parameters' types does not matter.
func IsConstructor(decl ast.Decl, c checkouts.Constructor) bool {
	d, ok := decl.(*ast.FuncDecl)
	if !ok || d.Recv != nil || d.Name.Name != c.Name || d.Type.Params.NumFields() < c.Least {
		return false
	}
	var params []string
	for _, field := range d.Type.Params.List {
		t := qualifier.ReplaceAllString(types.ExprString(field.Type), "")
		for range max(1, len(field.Names)) {
			params = append(params, t)
		}
	}
	return len(params) >= len(c.Params) && slices.Equal(params[:len(c.Params)], c.Params)
}

// qualifier matches a package's name and the dot before the name of something in it, as in labrpc.ClientEnd.
var qualifier = regexp.MustCompile(`\b\w+\.`)

// IsSubmission reports whether a directory has a package that the lab grades and that was written for an edition of the
// course's lab. A package that imports contract, the path of this project's package for the lab, was not.
func IsSubmission(dir string, l *checkouts.Lab, contract string) bool {
	for _, name := range Sources(dir) {
		src, err := Read(filepath.Join(dir, name))
		if err == nil && bytes.Contains(src, []byte(`"`+contract+`"`)) {
			return false
		}
	}
	return Has(dir, l)
}

// finished returns how much of a lab a directory's package implements: 1 for the skeleton that the course hands out,
// one more for each of the lab's methods that uses its receiver, and one more if something is saved on the persister. A
// file that cannot be parsed counts nothing. It serves to choose one of several directories; package submission finds
// out which parts the chosen one implements.
func finished(dir string, l *checkouts.Lab) int {
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
					if n.Name == receiver && slices.Contains(l.Methods, method) {
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
