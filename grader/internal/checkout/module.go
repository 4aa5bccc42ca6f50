package checkout

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// The language versions for sources that name none, because there is no go.mod or it has no go line.
const (
	// GOPATHGo is for trees without a go.mod. Most were written before modules, and may count on what later versions
	// changed: a loop variable shared by all iterations (until 1.21), a timer whose channel keeps a stale value after
	// Stop or Reset (until 1.22), and a rand.Seed that has an effect (until 1.23).
	GOPATHGo = "1.21"
	// ModuleGo is for a go.mod without a go line. The go command assumes the same
	// (https://go.dev/ref/mod#go-mod-file-go).
	ModuleGo = "1.16"
)

// A Module is a go.mod and where it is.
type Module struct {
	Dir string // the directory of go.mod, absolute if the one given to FindModule was
	*modfile.File
}

// FindModule returns the module that a directory is in. It looks for a go.mod in dir and the directories above it, and
// stops after top, or at the top of a repository. ok is false if there is none. The error says what is wrong with the
// go.mod, or why it cannot be read.
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

// parseModule parses a go.mod. Directives that it does not know are no error, since a newer Go may have added them.
func parseModule(name string, text []byte) (Module, error) {
	f, err := modfile.ParseLax(name, text, nil)
	if err != nil {
		return Module{}, fmt.Errorf("%w; fix go.mod", err)
	}
	if all, err := modfile.Parse(name, text, nil); err == nil { // ParseLax leaves out replace directives
		f.Replace = all.Replace
	}
	for _, r := range f.Require {
		check := module.Check(r.Mod.Path, r.Mod.Version)
		if replacedByDirectory(f, r.Mod.Path) {
			// The go command never fetches it, and demands no domain in its path.
			check = module.CheckImportPath(r.Mod.Path)
		}
		if check != nil {
			return Module{}, fmt.Errorf("%s:%d: %w; fix go.mod", name, r.Syntax.Start.Line, check)
		}
	}
	return Module{filepath.Dir(name), f}, nil
}

// replacedByDirectory reports whether a go.mod has a replace directive that puts a directory in the place of a module.
func replacedByDirectory(f *modfile.File, path string) bool {
	return slices.ContainsFunc(f.Replace, func(r *modfile.Replace) bool {
		return r.Old.Path == path && r.New.Version == ""
	})
}

// setModule sets Root, Module and Go if Dir is in a module and the package was written for it: it may also be a package
// of an older tree that lies below an unrelated go.mod.
func (c *Checkout) setModule() error {
	m, ok, err := FindModule(c.Dir, "")
	switch {
	case err != nil:
		return err
	case ok && m.Module == nil:
		return fmt.Errorf("%s has no module line; fix go.mod", filepath.Join(m.Dir, "go.mod"))
	case !ok || !c.importsFit(m):
		return nil
	}
	c.Root, c.Module = m.Dir, m.Module.Mod.Path
	if m.Go != nil {
		c.Go = m.Go.Version
	}
	return nil
}

// importsFit reports whether the package's imports can be resolved in a module. One of the module's own packages proves
// it. A relative import, or a path as from the top of a GOPATH, such as "labrpc", speaks against it.
func (c *Checkout) importsFit(m Module) bool {
	fit := true
	for _, name := range GoFiles(c.Dir) {
		for _, i := range imports(filepath.Join(c.Dir, name)) {
			switch {
			case Within(i.Path, m.Module.Mod.Path):
				return true
			case strings.HasPrefix(i.Path, "./"), strings.HasPrefix(i.Path, "../"):
				fit = false
			case InLibrary(i.Path), hasDomain(i.Path):
				// A GOPATH resolves these, too.
			case !slices.ContainsFunc(m.Require, func(r *modfile.Require) bool { return Within(i.Path, r.Mod.Path) }):
				fit = false
			}
		}
	}
	return fit
}

// Within reports whether an import path is that of a module or of a package in it.
func Within(path, module string) bool {
	return path == module || strings.HasPrefix(path, module+"/")
}

// hasDomain reports whether an import path begins with what may be a domain name, such as github.com.
func hasDomain(path string) bool {
	elem, _, _ := strings.Cut(path, "/")
	return strings.Contains(elem, ".")
}

// imports returns all imports of a file, without their Dir. Of a file with a syntax error it returns those before the
// error: the compiler will report it.
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
