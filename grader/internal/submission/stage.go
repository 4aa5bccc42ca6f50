package submission

import (
	"fmt"
	"go/version"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"raftlab/grader/internal/build"
	"raftlab/grader/internal/checkout"
	"raftlab/src/raft/editions"
	"raftlab/src/raft/editions/program"
)

const (
	stagedModule  = "submission" // what the checkout's module is called where it is built
	mainDirectory = "box"        // where the main package is
)

// persisterSource replaces the persister of editions that had it in package raft, where it is the lab's. It has the
// methods of all years, and the fields that a Raft in the same package may look at.
const persisterSource = `package %s

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

// stage writes the sources of the program into a directory: the checkout's packages as a module that keeps its go line,
// and a main module that uses it. Being a dependency, the checkout's go.mod decides nothing else.
func (s *Submission) stage(form program.Form, ours, dir string) error {
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
	if s.shape.persister == editions.OwnPersister {
		name := filepath.Join(dir, stagedModule, filepath.FromSlash(s.raft.rel), "raftlab_persister.go")
		source := fmt.Sprintf(persisterSource, s.raft.files[0].ast.Name.Name)
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
	main, name, err := s.server().Source(form)
	if err != nil {
		return err
	}
	if err := write(filepath.Join(dir, mainDirectory, name), []byte(main)); err != nil {
		return err
	}
	return s.stageMain(form, ours, filepath.Join(dir, mainDirectory))
}

// stageMain writes the go.mod and go.sum of the main module.
func (s *Submission) stageMain(form program.Form, ours, dir string) error {
	m, ok, err := checkout.FindModule(ours, ours)
	if err == nil && (!ok || m.Go == nil) {
		err = fmt.Errorf("%s has no go.mod with a go line", ours)
	}
	if err != nil {
		return err
	}
	goLine := m.Go.Version
	from := "../" + ourModule
	if form != program.Box {
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

// server is what the main program is to know of the Raft.
func (s *Submission) server() program.Server {
	sh := s.shape
	server := program.Server{
		Path:        path.Join(stagedModule, s.raft.rel),
		Debug:       godebug(s.tree.goLine),
		Rules:       s.Lab.Rules,
		Result:      sh.result,
		Message:     sh.message,
		Packages:    sh.packages,
		Conversions: s.conversions(),
		Persister:   "persister",
		Snapshot:    sh.methods["Snapshot"] != nil || sh.result != ownRaft,
		Install:     s.asks,
		Warm:        sh.raftType,
		Handlers:    sh.handlers,
		Test:        build.WorkerTest,
	}
	if s.shape.persister == editions.OwnPersister {
		server.Persister = "implementation.RaftlabPersister(persister)"
	}
	if s.builtImports()[build.GoDeadlock] {
		server.Deadlock = build.GoDeadlock
	}
	return server
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
