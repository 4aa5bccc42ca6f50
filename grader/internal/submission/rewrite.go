package submission

import (
	"bytes"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"raftlab/src/lab/checkouts"
)

// locks has sync's names, and go-deadlock's locks.
const locks = ourModule + "/src/locks"

// better is what an import of Go's library gets where the library's own would do worse.
func (s *Submission) better(form checkouts.Form, path string) string {
	switch {
	case path == "sync" && form != checkouts.Box:
		// In a bubble time stands still while somebody waits for one of sync's locks; and these report deadlocks.
		return locks
	case path == "encoding/gob" && s.usesOnly(path, "NewEncoder", "NewDecoder", "Register", "RegisterName"):
		// The early editions save with gob, which compiles each type anew for each encoder. The bytes are the same.
		return ourModule + "/src/labgob"
	}
	return path
}

// usesOnly reports whether all that the checkout's files use of a package of Go's library is these names.
func (s *Submission) usesOnly(library string, these ...string) bool {
	only := true
	for _, p := range s.local {
		for _, f := range p.files {
			i := slices.IndexFunc(f.imports, func(spec importSpec) bool { return spec.path == library })
			if i < 0 {
				continue
			}
			name := f.imports[i].called
			ast.Inspect(f.ast, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok {
					x, ok := sel.X.(*ast.Ident)
					only = only && !(ok && x.Name == name && !slices.Contains(these, sel.Sel.Name))
				}
				return only
			})
			only = only && name != "." && name != "_"
		}
	}
	return only
}

// An edit puts text in the place of some of a file. No line moves: no text is as many line ends as there were.
type edit struct {
	from, to token.Pos
	text     string
}

// rewrite returns a file as it is built: imports stand for what they are here, and what is of the harness is gone.
func (s *Submission) rewrite(form checkouts.Form, p *pkg, f *file) ([]byte, error) {
	var edits []edit
	unused := f.unused()
	for _, spec := range f.imports {
		if unused(spec) {
			edits = append(edits, edit{spec.Pos(), spec.End(), ""})
			continue
		}
		what, err := s.classify(p, spec)
		if err != nil {
			return nil, err
		}
		stands := s.better(form, what.path)
		text := strconv.Quote(stands)
		if spec.Name == nil && stands != spec.path && what.local == "" && path.Base(stands) != spec.called {
			text = spec.called + " " + text // its name in the file stays
		}
		if text != spec.Path.Value {
			edits = append(edits, edit{spec.Path.Pos(), spec.Path.End(), text})
		}
	}
	isUnused := func(node ast.Spec) bool {
		return slices.ContainsFunc(f.imports,
			func(spec importSpec) bool { return spec.ImportSpec == node && unused(spec) })
	}
	for _, d := range f.ast.Decls {
		g, ok := d.(*ast.GenDecl)
		if ok && isImport(d) && !g.Lparen.IsValid() && isUnused(g.Specs[0]) {
			edits = append(edits, edit{g.Pos(), g.Specs[0].Pos(), ""})
		}
		if f.cut[d] {
			edits = append(edits, edit{d.Pos(), d.End(), ""})
		} else if p.persister.kept {
			edits = append(edits, p.persister.edits(d)...)
		}
	}
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			// Such a comment would have the compiler speak of another file.
			if strings.HasPrefix(c.Text, "//line ") || strings.HasPrefix(c.Text, "/*line ") {
				edits = append(edits, edit{c.Pos() + 2, c.Pos() + 2 + token.Pos(len("line")), "Line"})
			}
		}
	}
	slices.SortFunc(edits, func(a, b edit) int { return int(b.from - a.from) })
	out, source := bytes.Clone(f.src), s.set.File(f.ast.Pos())
	for _, e := range edits {
		from, to := source.Offset(e.from), source.Offset(e.to)
		text := []byte(e.text)
		if e.text == "" {
			text = bytes.Repeat([]byte("\n"), bytes.Count(out[from:to], []byte("\n")))
		}
		out = slices.Concat(out[:from], text, out[to:])
	}
	return out, nil
}
