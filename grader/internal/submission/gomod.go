package submission

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// moduleAt reads a go.mod. Only its path, its go line and its requirements
// count: replacements, tools, toolchains and settings are those of whoever
// builds.
func moduleAt(root string, mod []byte) (tree, error) {
	name := filepath.Join(root, "go.mod")
	f, err := modfile.ParseLax(name, mod, nil)
	if err != nil {
		return tree{}, fmt.Errorf("%w; mend go.mod", err)
	}
	for _, r := range f.Require {
		if err := module.Check(r.Mod.Path, r.Mod.Version); err != nil {
			return tree{}, fmt.Errorf("%s:%d: %w; mend go.mod", name, r.Syntax.Start.Line, err)
		}
	}
	t := tree{root: root, goLine: "1.16", mod: mod} // what the go command takes if there is no line
	if f.Module != nil {
		t.module = f.Module.Mod.Path
	}
	if f.Go != nil {
		t.goLine = f.Go.Version
	}
	if t.sum, err = readFile(filepath.Join(root, "go.sum")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return tree{}, err
	}
	return t, nil
}

// requirements are a go.mod's, without those on the module itself.
func (t tree) requirements() []string {
	f, err := modfile.ParseLax("go.mod", t.mod, nil)
	if err != nil {
		return nil // it was read before
	}
	var lines []string
	for _, r := range f.Require {
		if !strings.HasPrefix(r.Mod.Path, ourModule+"/") && r.Mod.Path != ourModule {
			lines = append(lines, r.Mod.Path+" "+r.Mod.Version)
		}
	}
	return lines
}
