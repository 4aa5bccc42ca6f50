package submission

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"raftlab/grader/internal/checkout"
)

const (
	stagedModule = "submission" // what the checkout's module is called where it is built
	mainFolder   = "box"        // where the main package is
)

// ownPersister replaces the persister of editions that had it in package raft, where it is the lab's.
// It has the methods of all years, and the fields that a Raft in the same
// package may look at.
const ownPersister = `package %s

import (
	"bytes"
	"sync"

	lab "raftlab/src/raft"
)

type Persister struct {
	mu        sync.Mutex
	raftstate []byte
	snapshot  []byte
	disk      *lab.Persister
}

func RaftlabPersister(disk *lab.Persister) *Persister {
	return &Persister{raftstate: disk.ReadRaftState(), snapshot: disk.ReadSnapshot(), disk: disk}
}

func MakePersister() *Persister { return RaftlabPersister(lab.MakePersister()) }

func (ps *Persister) Copy() *Persister { return RaftlabPersister(ps.disk.Copy()) }

func (ps *Persister) Save(state, snapshot []byte) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.raftstate, ps.snapshot = bytes.Clone(state), bytes.Clone(snapshot)
	ps.disk.Save(state, snapshot)
}

func (ps *Persister) SaveStateAndSnapshot(state, snapshot []byte) { ps.Save(state, snapshot) }

func (ps *Persister) SaveRaftState(state []byte) { ps.Save(state, ps.ReadSnapshot()) }

func (ps *Persister) SaveSnapshot(snapshot []byte) { ps.Save(ps.ReadRaftState(), snapshot) }

func (ps *Persister) ReadRaftState() []byte { return ps.disk.ReadRaftState() }

func (ps *Persister) ReadSnapshot() []byte { return ps.disk.ReadSnapshot() }

func (ps *Persister) RaftStateSize() int { return ps.disk.RaftStateSize() }

func (ps *Persister) SnapshotSize() int { return ps.disk.SnapshotSize() }
`

// stage writes the sources of the program into a folder: the checkout's
// packages as a module that keeps its go line, and a main module that uses it.
// Being a dependency, the checkout's go.mod decides nothing else.
func (s *Submission) stage(form form, ours, dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	for _, p := range s.local {
		for _, f := range p.files {
			if f.gone {
				continue
			}
			src, err := s.rewrite(form, p, f)
			if err != nil {
				return err
			}
			if err := write(filepath.Join(dir, stagedModule, filepath.FromSlash(p.rel), f.name), src); err != nil {
				return err
			}
		}
	}
	if s.shape.own {
		name := filepath.Join(dir, stagedModule, filepath.FromSlash(s.raft.rel), "raftlab_persister.go")
		source := fmt.Sprintf(ownPersister, s.raft.files[0].ast.Name.Name)
		if s.persister.kept {
			source = s.persister.source(s.raft.files[0].ast.Name.Name)
		}
		if err := write(name, []byte(source)); err != nil {
			return err
		}
	}
	var requires []string
	if len(s.elsewhere()) > 0 { // where nothing is imported from elsewhere, the go command need not ask for it
		requires = s.tree.requires
	}
	mod := fmt.Sprintf("module %s\n\ngo %s\n%s", stagedModule, s.tree.goLine, require(requires))
	if err := write(filepath.Join(dir, stagedModule, "go.mod"), []byte(mod)); err != nil {
		return err
	}
	main, name, err := s.program(form)
	if err != nil {
		return err
	}
	if err := write(filepath.Join(dir, mainFolder, name), []byte(main)); err != nil {
		return err
	}
	return s.stageMain(form, ours, filepath.Join(dir, mainFolder))
}

// stageMain writes the go.mod and go.sum of the main module.
func (s *Submission) stageMain(form form, ours, dir string) error {
	goLine, err := goLineOf(ours)
	if err != nil {
		return err
	}
	from := "../" + ourModule
	if form != forBox {
		from = ours
	} else if err := s.stageOurs(ours, goLine, filepath.Join(filepath.Dir(dir), ourModule)); err != nil {
		return err
	}
	const none = "v0.0.0"
	mod := fmt.Sprintf("module box\n\ngo %s\n%s\nreplace (\n\t%s => ../%s\n\t%s => %s\n)\n", goLine,
		require([]string{stagedModule + " " + none, ourModule + " " + none}), stagedModule, stagedModule, ourModule, modfile.AutoQuote(from))
	if err := write(filepath.Join(dir, "go.mod"), []byte(mod)); err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(ours, "go.sum"))
	if err != nil {
		return err
	}
	return write(filepath.Join(dir, "go.sum"), append(sum, s.tree.sum...))
}

// stageOurs makes the directory of this project's module, by links: replacements are noted in the program, which is to
// know nothing of this machine. What the project requires counts only where the submission may need it: otherwise the
// go command would want to have those modules, too.
func (s *Submission) stageOurs(ours, goLine, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.Symlink(filepath.Join(ours, "src"), filepath.Join(dir, "src")); err != nil {
		return err
	}
	if s.needsOurModules() {
		return os.Symlink(filepath.Join(ours, "go.mod"), filepath.Join(dir, "go.mod"))
	}
	return write(filepath.Join(dir, "go.mod"), fmt.Appendf(nil, "module %s\n\ngo %s\n", ourModule, goLine))
}

// goDeadlock is a module that many submissions take their locks from.
const goDeadlock = "github.com/sasha-s/go-deadlock"

// builtImports are the packages that the submission's files import, by the paths with which they are built.
func (s *Submission) builtImports() map[string]bool {
	paths := make(map[string]bool)
	for _, p := range s.local {
		for _, f := range p.files {
			for _, spec := range f.ast.Imports {
				if what, err := s.classify(p, f, spec); err == nil && !f.gone {
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
		if first, _, _ := strings.Cut(path, "/"); isHost(first) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// needsOurModules reports whether a file imports a package of a module that only this project's go.mod may name.
func (s *Submission) needsOurModules() bool {
	return slices.ContainsFunc(s.elsewhere(), func(path string) bool { return !s.requires(path) })
}

func require(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return "\nrequire (\n\t" + strings.Join(lines, "\n\t") + "\n)\n"
}

// goLineOf reads the go line of a module.
func goLineOf(dir string) (string, error) {
	m, ok, err := checkout.FindModule(dir, dir)
	if err == nil && (!ok || m.Go == nil) {
		err = fmt.Errorf("%s has no go.mod with a go line", dir)
	}
	if err != nil {
		return "", err
	}
	return m.Go.Version, nil
}

// locks has sync's names, and go-deadlock's locks.
const locks = ourModule + "/src/locks"

// instead is what an import of Go's library gets where the library's own would
// do worse.
func (s *Submission) instead(form form, path string) string {
	switch {
	case path == "sync" && form != forBox:
		// In a bubble time stands still while somebody waits for one of sync's
		// locks; and these report deadlocks.
		return locks
	case path == "encoding/gob" && s.usesOnly(path, "NewEncoder", "NewDecoder", "Register", "RegisterName"):
		// The early editions save with gob, which compiles each type anew for each
		// encoder. The bytes are the same.
		return ours["labgob"]
	}
	return path
}

// usesOnly reports whether all that the checkout's files use of a package of
// Go's library is these names.
func (s *Submission) usesOnly(library string, these ...string) bool {
	only := true
	for _, p := range s.local {
		for _, f := range p.files {
			name := f.nameOf(library)
			ast.Inspect(f.ast, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok && name != "" {
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

// nameOf is what a file calls a package of Go's library, "" if it does not
// import it.
func (f *file) nameOf(library string) string {
	for _, spec := range f.ast.Imports {
		if spec.Path.Value == strconv.Quote(library) {
			if spec.Name != nil {
				return spec.Name.Name
			}
			return path.Base(library)
		}
	}
	return ""
}

// A replacement takes the place of so much of a file, and an edit of so many bytes of it.
type (
	replacement struct {
		from, to token.Pos
		text     string
	}
	edit struct {
		from, to int
		text     string
	}
)

// rewrite returns a file as it is built: imports stand for what they are here,
// and what was set aside is gone. Every line stays where it was.
func (s *Submission) rewrite(form form, p *pkg, f *file) ([]byte, error) {
	out := bytes.Clone(f.src)
	var edits []edit
	at := func(p token.Pos) int { return f.set.File(f.ast.Pos()).Offset(p) }
	unused := f.unused()
	for _, spec := range f.ast.Imports {
		what, err := s.classify(p, f, spec)
		if err != nil {
			return nil, err
		}
		if slices.Contains(unused, spec) {
			edits = append(edits, edit{at(spec.Pos()), at(spec.End()), ""})
			continue
		}
		text := strconv.Quote(what.path)
		if other := s.instead(form, what.path); other != what.path {
			text = strconv.Quote(other)
			if spec.Name == nil {
				text = path.Base(what.path) + " " + text // its name in the file stays
			}
		}
		if text != spec.Path.Value {
			edits = append(edits, edit{at(spec.Path.Pos()), at(spec.Path.End()), text})
		}
	}
	for _, d := range f.ast.Decls {
		g, ok := d.(*ast.GenDecl)
		if ok && isImport(d) && !g.Lparen.IsValid() && slices.Contains(unused, g.Specs[0].(*ast.ImportSpec)) {
			edits = append(edits, edit{at(g.Pos()), at(g.Specs[0].Pos()), ""})
		}
		if f.cut[d] {
			edits = append(edits, edit{at(d.Pos()), at(d.End()), ""})
		} else if p == s.raft && s.persister.kept {
			for _, r := range s.persister.edits(d) {
				edits = append(edits, edit{at(r.from), at(r.to), r.text})
			}
		}
	}
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			// Such a comment would have the compiler speak of another file.
			if strings.HasPrefix(c.Text, "//line ") || strings.HasPrefix(c.Text, "/*line ") {
				edits = append(edits, edit{at(c.Pos()) + 2, at(c.Pos()) + 2 + len("line"), "Line"})
			}
		}
	}
	slices.SortFunc(edits, func(a, b edit) int { return b.from - a.from })
	for _, e := range edits {
		text := []byte(e.text)
		if e.text == "" {
			text = bytes.Repeat([]byte("\n"), bytes.Count(out[e.from:e.to], []byte("\n")))
		}
		out = slices.Concat(out[:e.from], text, out[e.to:])
	}
	return out, nil
}
