// Package submission makes a program for the sandbox from a checkout of the
// lab, of whatever year, as it lies there: it finds the Raft in it, sets aside
// what is the lab's own, and builds the rest against this project's labrpc,
// labgob and persister. Nothing is written into the checkout, nothing outside
// it is read, and none of its code runs.
package submission

import (
	"fmt"
	"go/ast"
	"go/version"
	"path/filepath"
	"slices"
	"strings"

	"raftlab/src/raft/editions"
)

// A Submission is a Raft that was found.
type Submission struct {
	Name string // for people
	Dir  string // of the package with the Raft, absolute

	// Edition says in a few words which lab it was written for, and Lab which that is, with its rules.
	Edition string
	Lab     editions.Lab

	// SetAside are files of the package, by base name, that are the lab's and
	// were left out, wholly or in part.
	SetAside []string

	// Missing says, by part ("2D"), why that part cannot be what it should be.
	Missing map[string]string

	where     string // the package is, for who named a folder above it; "" if that was the package's own
	tree      tree
	size      int             // bytes of source that were read
	local     map[string]*pkg // packages of the checkout, by folder below tree.root
	raft      *pkg
	shape     shape
	persister persister
	extended  map[string]bool // see extendsAPI
	asks      bool            // whether the service asks CondInstallSnapshot before it switches to a snapshot
}

// Notes are what a reader of the results should know of how it was built.
func (s *Submission) Notes() []string {
	notes := append([]string{s.Edition}, s.shape.notes()...)
	if s.where != "" {
		notes = append(notes, s.where)
	}
	notes = append(notes, s.Lab.Rules.Notes()...)
	if s.asks {
		notes = append(notes, "a snapshot is applied only if its CondInstallSnapshot agrees")
	}
	if note := s.persister.note(); note != "" {
		notes = append(notes, note)
	}
	if others := s.elsewhere(); len(others) > 0 {
		notes = append(notes, "has packages of modules from elsewhere: "+strings.Join(others, ", "))
	}
	if len(s.SetAside) > 0 {
		notes = append(notes, "set aside, as the lab's own: "+strings.Join(s.SetAside, ", "))
	}
	return notes
}

// OldTimers reports whether by the submission's go line the channel of a timer
// that was stopped or reset may still have a tick: before Go 1.23.
func (s *Submission) OldTimers() bool { return version.Compare("go"+s.tree.goLine, "go1.23") < 0 }

// Find looks for a Raft in a folder: that of the package, or one above it. Its
// error says in a sentence why there is none that can be graded. Whether the
// code compiles only Build finds out.
func Find(path string) (*Submission, error) {
	root, dir, others, err := locate(path)
	if err != nil {
		return nil, err
	}
	s := &Submission{Name: nameFor(path), Dir: dir, where: where(root, dir, others), local: make(map[string]*pkg), extended: make(map[string]bool)}
	if s.tree, err = treeOf(root, dir); err != nil {
		return nil, err
	}
	if s.raft, err = s.load(dir, true); err != nil {
		return nil, err
	}
	if len(s.raft.files) == 0 {
		return nil, fmt.Errorf("%s: no Go package here; name the folder that has the Raft's .go files", dir)
	}
	s.setAside()
	if err := s.loadImports(s.raft); err != nil {
		return nil, err
	}
	if s.shape, err = s.shapeOf(s.raft); err != nil {
		return nil, err
	}
	found := s.evidence()
	s.Lab = s.shape.lab(found)
	s.asks = s.shape.methods["CondInstallSnapshot"] != nil && s.shape.result == "*implementation.Raft" && (!found.tester || found.asks)
	if install := s.shape.methods["CondInstallSnapshot"]; s.asks && install.Type.Params.NumFields() != 3 {
		return nil, fmt.Errorf("%s: CondInstallSnapshot has %d parameters; the grader has only the snapshot's term, its index and the snapshot to give",
			s.raft.position(install), install.Type.Params.NumFields())
	}
	s.Edition = s.Lab.Words + ", " + s.tree.words()
	s.Missing = s.shape.missing(s.raft)
	return s, nil
}

// where says which of the folders below that which the user has named is graded, and which others have a Raft, too.
func where(root, dir string, others []string) string {
	if dir == root {
		return ""
	}
	below := func(dir string) string {
		rel, err := filepath.Rel(root, dir)
		if err != nil {
			rel = dir
		}
		return filepath.ToSlash(rel)
	}
	words := "graded: " + below(dir)
	if len(others) > 0 {
		var names []string
		for _, other := range others[:min(len(others), 5)] {
			names = append(names, below(other))
		}
		if more := len(others) - len(names); more > 0 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		words += "; there is a Raft in " + strings.Join(names, ", ") + ", too: name the folder to have another one graded"
	}
	return words
}

// nameFor is what people call the submission at a path: the folder that is
// theirs, not the lab's.
func nameFor(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	for slices.Contains([]string{"raft", "raft1", "src"}, filepath.Base(abs)) && filepath.Dir(abs) != abs {
		abs = filepath.Dir(abs)
	}
	return filepath.Base(abs)
}

// loadImports loads the packages of the checkout that p imports, and those that
// they import.
func (s *Submission) loadImports(p *pkg) error {
	for _, f := range p.files {
		for _, spec := range f.ast.Imports {
			what, err := s.classify(p, f, spec)
			if err != nil {
				return err
			}
			if what.local == "" || s.local[what.local] != nil {
				continue
			}
			q, err := s.load(filepath.Join(s.tree.root, filepath.FromSlash(what.local)), false)
			if err != nil {
				return err
			}
			if err := s.loadImports(q); err != nil {
				return err
			}
		}
	}
	return nil
}

// position is where a declaration is in the checkout.
func (p *pkg) position(d ast.Decl) string {
	for _, f := range p.files {
		if slices.Contains(f.ast.Decls, d) {
			return f.position(d)
		}
	}
	return p.dir
}

// position is where a node is in the checkout, for messages.
func (f *file) position(n ast.Node) string {
	p := f.set.PositionFor(n.Pos(), false) // whatever a line directive says
	return fmt.Sprintf("%s:%d:%d", p.Filename, p.Line, p.Column)
}
