package build

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
)

// Handlers returns the names of all methods that what a package's constructor returns may have as handlers of RPCs, and
// more perhaps. It reports false if the source does not tell: if the constructor may return something of another
// package, or methods may come from there.
func Handlers(files []*ast.File, constructor string) (names []string, ok bool) {
	p := pieces{
		constructor: constructor,
		structs:     make(map[string]*ast.StructType), methods: make(map[string]bool),
	}
	for _, f := range files {
		p.add(f)
	}
	made := p.made()
	if made == "" || !p.ownMethods(made, make(map[string]bool)) {
		return nil, false
	}
	return slices.Sorted(maps.Keys(p.methods)), true
}

// pieces are what of a package matters here.
type pieces struct {
	constructor string // its name
	structs     map[string]*ast.StructType
	methods     map[string]bool // exported ones with two parameters, of any type
	make        *ast.FuncDecl   // the constructor
}

func (p *pieces) add(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name == p.constructor {
				p.make = d
			} else if d.Recv != nil && d.Name.IsExported() && d.Type.Params.NumFields() == 2 {
				p.methods[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				t, ok := spec.(*ast.TypeSpec)
				if !ok || t.Assign.IsValid() || t.TypeParams != nil {
					continue
				}
				if body, ok := t.Type.(*ast.StructType); ok {
					p.structs[t.Name.Name] = body
				}
			}
		}
	}
}

// made is the name of the package's struct type to which Make returns a pointer, "" if that is not plain.
func (p *pieces) made() string {
	if p.make == nil || p.make.Body == nil || p.make.Type.Results.NumFields() != 1 {
		return ""
	}
	if name := pointee(p.make.Type.Results.List[0].Type); p.structs[name] != nil {
		return name
	}
	// The result is an interface. What is returned must be a variable of a pointer type, which shows where it is
	// declared.
	kinds := make(map[string]string) // by variable; "" if it is not known
	note := func(x ast.Expr, kind string) {
		if id, ok := x.(*ast.Ident); ok {
			if known, ok := kinds[id.Name]; ok && known != kind {
				kind = ""
			}
			kinds[id.Name] = kind
		}
	}
	for _, param := range p.make.Type.Params.List {
		for _, name := range param.Names {
			note(name, "")
		}
	}
	var returned []ast.Expr
	plain := true
	ast.Inspect(p.make.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.TypeSpec:
			plain = false // may be of the same name
		case *ast.AssignStmt:
			for i, x := range n.Lhs {
				if n.Tok != token.DEFINE {
					break
				} else if len(n.Rhs) == len(n.Lhs) {
					note(x, created(n.Rhs[i]))
				} else {
					note(x, "")
				}
			}
		case *ast.ValueSpec:
			for i, x := range n.Names {
				switch {
				case n.Type != nil:
					note(x, pointee(n.Type))
				case len(n.Values) == len(n.Names):
					note(x, created(n.Values[i]))
				default:
					note(x, "")
				}
			}
		case *ast.RangeStmt:
			note(n.Key, "")
			note(n.Value, "")
		case *ast.ReturnStmt:
			plain = plain && len(n.Results) == 1
			returned = append(returned, n.Results...)
		}
		return true
	})
	made := ""
	for i, x := range returned {
		kind := created(x)
		if id, ok := x.(*ast.Ident); ok {
			kind = kinds[id.Name]
		}
		if i > 0 && kind != made {
			plain = false
		}
		made = kind
	}
	if !plain || p.structs[made] == nil {
		return ""
	}
	return made
}

// pointee is T of a type *T.
func pointee(t ast.Expr) string {
	if star, ok := t.(*ast.StarExpr); ok {
		return identifier(star.X)
	}
	return ""
}

// created is T of the expressions &T{} and new(T).
func created(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.UnaryExpr:
		if lit, ok := x.X.(*ast.CompositeLit); ok && x.Op == token.AND {
			return identifier(lit.Type)
		}
	case *ast.CallExpr:
		if identifier(x.Fun) == "new" && len(x.Args) == 1 {
			return identifier(x.Args[0])
		}
	}
	return ""
}

func identifier(x ast.Expr) string {
	if id, ok := x.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// ownMethods reports whether all methods of a struct type, also those of its embedded fields, are declared in this
// package. Those of sync cannot be called from afar.
func (p *pieces) ownMethods(name string, seen map[string]bool) bool {
	if seen[name] {
		return true
	}
	seen[name] = true
	for _, field := range p.structs[name].Fields.List {
		if len(field.Names) > 0 {
			continue
		}
		t := field.Type
		if star, ok := t.(*ast.StarExpr); ok {
			t = star.X
		}
		if sel, ok := t.(*ast.SelectorExpr); ok && identifier(sel.X) == "sync" {
			continue
		}
		if within := identifier(t); p.structs[within] == nil || !p.ownMethods(within, seen) {
			return false
		}
	}
	return true
}
