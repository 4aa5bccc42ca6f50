package checkout

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"
)

// findModule sets what Dir's module says, if it is in one: if its imports are meant so.
func (c *Checkout) findModule() error {
	for dir := c.Dir; ; dir = filepath.Dir(dir) {
		name := filepath.Join(dir, "go.mod")
		text, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			if dir == filepath.Dir(dir) || isRepository(dir) {
				return nil
			}
			continue
		} else if err != nil {
			return err
		}
		mod, err := modfile.ParseLax(name, text, nil)
		if err != nil {
			return fmt.Errorf("the module's go.mod: %w", err)
		}
		if mod.Module == nil {
			return fmt.Errorf("%s has no module line", name)
		}
		if !c.inModule(mod) {
			return nil
		}
		c.Root, c.Module = dir, mod.Module.Mod.Path
		if mod.Go != nil {
			c.Go = mod.Go.Version
		}
		return nil
	}
}

// inModule reports whether the package's imports are those of a module, rather than relative
// or from the top of a GOPATH.
func (c *Checkout) inModule(mod *modfile.File) bool {
	known := []string{mod.Module.Mod.Path}
	for _, r := range mod.Require {
		known = append(known, r.Mod.Path)
	}
	elsewhere := false
	for _, file := range sources(c.Dir) {
		for _, i := range imports(file) {
			switch {
			case within(i.path, known[0]):
				return true
			case strings.HasPrefix(i.path, "./"), strings.HasPrefix(i.path, "../"):
				elsewhere = true
			case isStandard(i.path), strings.Contains(first(i.path), "."):
			default:
				elsewhere = true
				for _, k := range known {
					elsewhere = elsewhere && !within(i.path, k)
				}
			}
		}
	}
	return !elsewhere
}

func within(path, module string) bool {
	return path == module || strings.HasPrefix(path, module+"/")
}

func first(path string) string {
	elem, _, _ := strings.Cut(path, "/")
	return elem
}

// An importSpec is an import in a file.
type importSpec struct {
	path       string
	start, end int
}

// imports returns a file's imports, as far as it can be read: the compiler has better words for the rest.
func imports(file string) []importSpec {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, file, nil, parser.ImportsOnly)
	if f == nil || err != nil && len(f.Imports) == 0 {
		return nil
	}
	var list []importSpec
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		list = append(list, importSpec{path, set.Position(i.Path.Pos()).Offset, set.Position(i.Path.End()).Offset})
	}
	return list
}

// standardLibrary is where the sources of the standard library are.
var standardLibrary = sync.OnceValue(func() string {
	out, err := goCommand("env", "GOROOT").Output()
	if err != nil {
		return "" // the build will fail, and say why
	}
	return filepath.Join(strings.TrimSpace(string(out)), "src")
})

func isStandard(path string) bool {
	if path == "C" || path == "unsafe" {
		return true
	}
	info, err := os.Stat(filepath.Join(standardLibrary(), filepath.FromSlash(path)))
	return err == nil && info.IsDir()
}
