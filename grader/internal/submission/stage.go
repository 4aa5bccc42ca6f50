package submission

import (
	"fmt"
	"go/version"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"raftlab/grader/internal/checkout"
	"raftlab/src/lab/checkouts"
)

const (
	stagedModule  = "submission" // what the checkout's module is called where it is built
	mainDirectory = "box"        // where the main package is

	// insteadFile is the only file of a package that takes the place of one of the checkout's.
	insteadFile = "raftlab_instead.go"
)

// stage writes the sources of the program into a directory: the checkout's packages as a module that keeps its go line,
// and a main module that uses it. Being a dependency, the checkout's go.mod decides nothing else.
func (s *Submission) stage(form checkouts.Form, ours, dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	files := make(map[string]string) // by name in dir
	for _, p := range s.local {
		if text := s.instead(p); text != "" {
			files[path.Join(stagedModule, p.rel, insteadFile)] = text
			continue
		}
		if p.persister.taken {
			files[path.Join(stagedModule, p.rel, "raftlab_persister.go")] = p.persister.source(p.files[0].ast.Name.Name)
		}
		for _, f := range p.files {
			if f.gone {
				continue
			}
			src, err := s.rewrite(form, p, f)
			if err != nil {
				return err
			}
			files[path.Join(stagedModule, p.rel, f.name)] = string(src)
		}
	}
	for name, text := range s.program.Added {
		files[path.Join(stagedModule, s.main.rel, name)] = text
	}
	var requires []string
	if len(s.elsewhere()) > 0 { // where nothing is imported from elsewhere, the go command need not ask for it
		requires = s.tree.requires
	}
	files[stagedModule+"/go.mod"] = fmt.Sprintf("module %s\n\ngo %s\n%s", stagedModule, s.tree.goLine,
		require(requires))
	main, name, err := s.program.Source(form)
	if err != nil {
		return err
	}
	files[mainDirectory+"/"+name] = main
	if err := s.stageMain(form, ours, dir, files); err != nil {
		return err
	}
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// instead is the text of the file that takes the place of a package; "" if that is built.
func (s *Submission) instead(p *pkg) string { return s.program.Instead[path.Join(stagedModule, p.rel)] }

// stageMain adds the go.mod and go.sum of the main module. For a box it makes the directory of this project's module,
// by links: replacements are noted in the program, which is to know nothing of this machine. So it does for a base,
// which is not among the sources that the grader carries. What the project requires
// counts only where the submission may need it: otherwise the go command would want to have those modules, too.
func (s *Submission) stageMain(form checkouts.Form, ours, dir string, files map[string]string) error {
	m, ok, err := checkout.FindModule(ours, ours)
	if err == nil && (!ok || m.Go == nil) {
		err = fmt.Errorf("%s has no go.mod with a go line", ours)
	}
	if err != nil {
		return err
	}
	from := ours
	if form == checkouts.Box || s.base != nil {
		from = "../" + ourModule
		links := map[string]string{"src": ours}
		if s.base != nil {
			links["impls"] = s.base.Root
		}
		if form != checkouts.Box || s.needsOurModules() {
			links["go.mod"] = ours
		} else {
			files[ourModule+"/go.mod"] = fmt.Sprintf("module %s\n\ngo %s\n", ourModule, m.Go.Version)
		}
		if err := os.MkdirAll(filepath.Join(dir, ourModule), 0o755); err != nil {
			return err
		}
		for name, root := range links {
			if err := os.Symlink(filepath.Join(root, name), filepath.Join(dir, ourModule, name)); err != nil {
				return err
			}
		}
	}
	const none = "v0.0.0"
	files[mainDirectory+"/go.mod"] = fmt.Sprintf("module box\n\ngo %s\n%s\nreplace (\n\t%s => ../%s\n\t%s => %s\n)\n",
		m.Go.Version, require([]string{stagedModule + " " + none, ourModule + " " + none}),
		stagedModule, stagedModule, ourModule, modfile.AutoQuote(from))
	sum, err := os.ReadFile(filepath.Join(ours, "go.sum"))
	files[mainDirectory+"/go.sum"] = string(sum) + string(s.tree.sum)
	return err
}

// godebug is the version of Go whose defaults for GODEBUG go with a go line. There are none before 1.20.
func godebug(goLine string) string {
	lang := version.Lang("go" + goLine)
	if version.Compare(lang, "go1.20") < 0 {
		return "go1.20"
	}
	return lang
}

// builtImports are the packages that the submission's files import, by the paths with which they are built.
func (s *Submission) builtImports() map[string]bool {
	paths := make(map[string]bool)
	for _, p := range s.local {
		for _, f := range p.files {
			for _, spec := range f.imports {
				if what, err := s.classify(p, spec); err == nil && !f.gone {
					paths[what.path] = true
				}
			}
		}
	}
	return paths
}

// elsewhere are the packages that files import of modules that are neither the checkout nor this project, sorted.
func (s *Submission) elsewhere() (paths []string) {
	for path := range s.builtImports() {
		if hasHost(path) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// baseNeeds are the packages that the base imports of modules from elsewhere.
func (s *Submission) baseNeeds() (paths []string) {
	if s.base == nil {
		return nil
	}
	for _, name := range checkout.Sources(s.base.Dir) {
		f, err := checkout.Parse(filepath.Join(s.base.Dir, name))
		if err != nil {
			continue // the compiler says it better
		}
		for _, spec := range f.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err == nil && hasHost(path) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// needsOurModules reports whether a file imports a package of a module that only this project's go.mod may name.
func (s *Submission) needsOurModules() bool {
	return len(s.baseNeeds()) > 0 ||
		slices.ContainsFunc(s.elsewhere(), func(path string) bool { return !s.requires(path) })
}

func require(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return "\nrequire (\n\t" + strings.Join(lines, "\n\t") + "\n)\n"
}
