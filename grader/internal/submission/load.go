package submission

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strconv"

	"raftlab/grader/internal/checkout"
	"raftlab/src/lab/checkouts"
)

// A pkg is a package of the checkout.
type pkg struct {
	dir   string
	rel   string // its directory below the tree's root, with slashes; "." for the root
	files []*file

	lab           *checkouts.Lab // whose code it has, which lies beside the course's own; nil of all others
	persister     persister
	persisterType string // that its constructor takes: see checkouts.Layout
}

// A file is one of a package's Go files.
type file struct {
	name string // its base name
	src  []byte
	ast  *ast.File // as far as it could be understood
	cut  map[ast.Decl]bool
	gone bool // all of it is cut

	imports []importSpec
}

// An importSpec is an import of a file.
type importSpec struct {
	*ast.ImportSpec
	path   string // "" if it is none
	called string // the package, in the file
}

// addImports notes the file's imports.
func (s *Submission) addImports(f *file) {
	for _, spec := range f.ast.Imports {
		path, _ := strconv.Unquote(spec.Path.Value) // what is no path the compiler says
		called := s.lab.Table.NameOf(path)
		if spec.Name != nil {
			called = spec.Name.Name
		}
		f.imports = append(f.imports, importSpec{spec, path, called})
	}
}

// importOf finds the import that a file calls by a name.
func (f *file) importOf(called string) (importSpec, bool) {
	i := slices.IndexFunc(f.imports, func(spec importSpec) bool { return spec.called == called })
	if i < 0 {
		return importSpec{}, false
	}
	return f.imports[i], true
}

// guestSystem is the system that submissions are built for. Cgo counts as there, so that a file that needs it is
// refused and not left out.
var guestSystem = build.Context{
	GOOS:        "wasip1",
	GOARCH:      "wasm",
	Compiler:    "gc",
	CgoEnabled:  true,
	ReleaseTags: build.Default.ReleaseTags,
}

// maxSource is how many bytes all files that are built may have.
const maxSource = 32 << 20

// load reads the files of a package that would be compiled.
func (s *Submission) load(dir string, root bool) (*pkg, error) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	rel, err := filepath.Rel(s.tree.root, dir)
	if err != nil || !filepath.IsLocal(rel) || real != dir {
		return nil, fmt.Errorf("%s lies outside of the checkout %s; put it inside, without symbolic links", dir,
			s.tree.root)
	}
	p := &pkg{dir: dir, rel: filepath.ToSlash(rel)}
	s.local[p.rel] = p
	for _, name := range checkout.Sources(dir) {
		src, err := checkout.Read(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if s.size += len(src); s.size > maxSource {
			return nil, fmt.Errorf("%s: the source has more than %d MiB; leave out what is not needed", dir,
				maxSource>>20)
		}
		context := guestSystem
		context.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(src)), nil }
		if match, err := context.MatchFile(dir, name); err == nil && !match {
			continue
		}
		f := &file{name: name, src: src, cut: make(map[ast.Decl]bool)}
		f.ast, err = parser.ParseFile(s.set, filepath.Join(dir, name), src,
			parser.ParseComments|parser.SkipObjectResolution)
		if f.ast == nil || err != nil && !token.IsIdentifier(f.ast.Name.Name) {
			return nil, fmt.Errorf("%w; fix it", err)
		}
		s.addImports(f)
		p.files = append(p.files, f)
	}
	if !root && len(p.files) == 0 {
		return nil, fmt.Errorf("%s has no Go files", dir)
	}
	if p.lab = s.lab; !root {
		p.lab = p.labOf(s.lab.Below)
	}
	return p, nil
}

// labOf is the one of some labs whose constructor the package has or, if that is called otherwise, whose type and a
// persister; nil if there is none.
func (p *pkg) labOf(labs []*checkouts.Lab) *checkouts.Lab {
	_, persister := p.typeOf("Persister")
	for _, l := range labs {
		for _, name := range l.Types {
			if _, t := p.typeOf(name); t != nil && persister != nil {
				return l
			}
		}
		for _, d := range p.decls() {
			if checkout.IsConstructor(d, l.Constructor) {
				return l
			}
		}
	}
	return nil
}

// decls are the declarations of all files, without what is cut.
func (p *pkg) decls() iter.Seq2[*file, ast.Decl] {
	return func(yield func(*file, ast.Decl) bool) {
		for _, f := range p.files {
			for _, d := range f.ast.Decls {
				if !f.cut[d] && !yield(f, d) {
					return
				}
			}
		}
	}
}

// declared are the names that a declaration gives in its package, without methods; receiver is that of a method.
func declared(d ast.Decl) (names []string, receiver string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []string{d.Name.Name}, ""
		}
		return nil, receiverOf(d)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, n := range spec.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names, ""
}

// receiverOf is the name of the type that a method belongs to.
func receiverOf(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	t := d.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	if name, ok := t.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}
