package checkout

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// The versions of Go by whose rules sources are built that have no go line.
const (
	// GOPATHGo is for trees from before modules: the last version that has what they count on, loop variables shared by
	// all rounds, timers that keep a stale tick, and a rand.Seed that works.
	GOPATHGo = "1.21"
	// ModuleGo is what the go command takes a go.mod for.
	ModuleGo = "1.16"
)

// A Module is what the go.mod in a directory says.
type Module struct {
	Dir string // of go.mod, absolute if FindModule's was
	*modfile.File
}

// FindModule returns the module that a directory is in: that of the go.mod in it or in the nearest directory above it,
// as far up as top and no further than the repository's. Without one ok is false. The error says where go.mod is wrong.
func FindModule(dir, top string) (m Module, ok bool, err error) {
	for ; ; dir = filepath.Dir(dir) {
		name := filepath.Join(dir, "go.mod")
		text, err := Read(name)
		if err == nil {
			m, err := parseModule(name, text)
			return m, err == nil, err
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return Module{}, false, err
		}
		if dir == top || dir == filepath.Dir(dir) || isRepository(dir) {
			return Module{}, false, nil
		}
	}
}

// parseModule understands a go.mod.
func parseModule(name string, text []byte) (Module, error) {
	f, err := modfile.ParseLax(name, text, nil)
	if err != nil {
		return Module{}, fmt.Errorf("%w; fix go.mod", err)
	}
	if all, err := modfile.Parse(name, text, nil); err == nil { // what is laxly read has no replacements
		f.Replace = all.Replace
	}
	for _, r := range f.Require {
		if err := module.Check(r.Mod.Path, r.Mod.Version); err != nil {
			return Module{}, fmt.Errorf("%s:%d: %w; fix go.mod", name, r.Syntax.Start.Line, err)
		}
	}
	return Module{filepath.Dir(name), f}, nil
}

// findModule sets what Dir's module says, if it is in one: if its imports are meant so.
func (c *Checkout) findModule() error {
	m, ok, err := FindModule(c.Dir, "")
	switch {
	case err != nil:
		return err
	case ok && m.Module == nil:
		return fmt.Errorf("%s has no module line; fix go.mod", filepath.Join(m.Dir, "go.mod"))
	case !ok || !c.inModule(m):
		return nil
	}
	c.Root, c.Module = m.Dir, m.Module.Mod.Path
	if m.Go != nil {
		c.Go = m.Go.Version
	}
	return nil
}

// inModule reports whether the package's imports are those of a module, rather than relative or from the top of a
// GOPATH.
func (c *Checkout) inModule(mod Module) bool {
	known := []string{mod.Module.Mod.Path}
	for _, r := range mod.Require {
		known = append(known, r.Mod.Path)
	}
	elsewhere := false
	for _, name := range GoFiles(c.Dir) {
		for _, i := range imports(filepath.Join(c.Dir, name)) {
			switch {
			case Within(i.Path, known[0]):
				return true
			case strings.HasPrefix(i.Path, "./"), strings.HasPrefix(i.Path, "../"):
				elsewhere = true
			case InLibrary(i.Path), strings.Contains(first(i.Path), "."):
			default:
				elsewhere = true
				for _, k := range known {
					elsewhere = elsewhere && !Within(i.Path, k)
				}
			}
		}
	}
	return !elsewhere
}

// Within reports whether an import path is of a package of a module.
func Within(path, module string) bool {
	return path == module || strings.HasPrefix(path, module+"/")
}

func first(path string) string {
	elem, _, _ := strings.Cut(path, "/")
	return elem
}

// imports returns a file's imports, as far as it can be read: the compiler has better words for the rest.
func imports(file string) []Import {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, file, nil, parser.ImportsOnly)
	if f == nil || err != nil && len(f.Imports) == 0 {
		return nil
	}
	var list []Import
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		list = append(list, Import{
			File:  file,
			Path:  path,
			Start: set.Position(i.Path.Pos()).Offset,
			End:   set.Position(i.Path.End()).Offset,
		})
	}
	return list
}
