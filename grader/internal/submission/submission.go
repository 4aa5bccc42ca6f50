// Package submission makes a program for the sandbox from a checkout of the lab, of whatever year, as it lies there: it
// finds the Raft in it, leaves out what is the lab's own, and builds the rest against this project's labrpc, labgob and
// persister. Nothing is written into the checkout, nothing outside it is read, and none of its code runs.
package submission

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/version"
	"path/filepath"
	"slices"
	"strings"

	"raftlab/grader/internal/checkout"
	"raftlab/src/raft/editions"
)

// A Submission is a Raft that was found.
type Submission struct {
	Name string // for people
	Dir  string // of the package with the Raft, absolute

	// Words say in a few which lab it was written for, and Edition which that is, with its rules.
	Words   string
	Edition editions.Edition

	// HarnessFiles are files of the package, by base name, that are the lab's and were left out, wholly or in part.
	HarnessFiles []string

	// Missing says, by part ("2D"), why that part cannot be what it should be.
	Missing map[string]string

	known     editions.Table
	place     checkout.Place
	set       *token.FileSet
	tree      tree
	size      int             // bytes of source that were read
	local     map[string]*pkg // packages of the checkout, by directory below tree.root
	raft      *pkg
	shape     shape
	persister persister
	extended  map[string]bool // see extends
	asks      bool            // whether the service asks CondInstallSnapshot before it switches to a snapshot
}

// Notes are what a reader of the results should know of how it was built.
func (s *Submission) Notes() []string {
	notes := append([]string{s.Words}, s.messageNotes()...)
	if where := where(s.place); where != "" {
		notes = append(notes, where)
	}
	notes = append(notes, s.Edition.Rules.Notes()...)
	if s.asks {
		notes = append(notes, "a snapshot is applied only if its CondInstallSnapshot agrees")
	}
	if note := s.persister.note(); note != "" {
		notes = append(notes, note)
	}
	if others := s.elsewhere(); len(others) > 0 {
		notes = append(notes, "uses packages of other modules: "+strings.Join(others, ", "))
	}
	if len(s.HarnessFiles) > 0 {
		notes = append(notes, "the lab's own files, replaced by the grader's: "+strings.Join(s.HarnessFiles, ", "))
	}
	return notes
}

// OldTimers reports whether by the submission's go line the channel of a timer that was stopped or reset may still have
// a tick: before Go 1.23.
func (s *Submission) OldTimers() bool { return version.Compare("go"+s.tree.goLine, "go1.23") < 0 }

// Find looks for a Raft in a directory: that of the package, or one above it. Its error says in a sentence why there is
// none that can be graded. Whether the code compiles only Build finds out.
func Find(path string) (*Submission, error) { return FindIn(editions.All(), path) }

// FindIn is Find among the editions of a table of one's own.
func FindIn(known editions.Table, path string) (*Submission, error) {
	place, err := checkout.FindRaft(path, known)
	if err != nil {
		return nil, err
	}
	dir := place.Dir
	s := &Submission{
		Name: nameFor(path, known), Dir: dir, known: known, place: place,
		set: token.NewFileSet(), local: make(map[string]*pkg), extended: make(map[string]bool),
	}
	if s.tree, err = treeOf(place.Root, dir); err != nil {
		return nil, err
	}
	if s.raft, err = s.load(dir, true); err != nil {
		return nil, err
	}
	if len(s.raft.files) == 0 {
		return nil, fmt.Errorf("%s: no Go package here; name the directory that has the Raft's .go files", dir)
	}
	s.cutHarness()
	if err := s.loadImports(s.raft); err != nil {
		return nil, err
	}
	if s.shape, err = s.shapeOf(s.raft); err != nil {
		return nil, err
	}
	seen := s.evidence()
	s.Edition = seen.labOf(s.shape.persister, known)
	s.asks = s.shape.methods["CondInstallSnapshot"] != nil && s.shape.result == ownRaft &&
		(!seen.inHarness(editions.Snapshots) || seen.inHarness(editions.Snapshots, editions.Asks))
	if install := s.shape.methods["CondInstallSnapshot"]; s.asks && install.Type.Params.NumFields() != 3 {
		return nil, fmt.Errorf("%s: CondInstallSnapshot has %d parameters; the grader passes only the snapshot's "+
			"term, its index and the snapshot",
			s.position(install), install.Type.Params.NumFields())
	}
	s.Words = s.Edition.Words + ", " + s.tree.words()
	s.Missing = s.missing()
	return s, nil
}

// where says which of the directories below that which the user has named is graded, and which others have a Raft, too.
func where(p checkout.Place) string {
	if p.Dir == p.Root {
		return ""
	}
	words := "graded: " + p.Below(p.Dir)
	if len(p.Others) > 0 {
		var names []string
		for _, other := range p.Others[:min(len(p.Others), 5)] {
			names = append(names, p.Below(other))
		}
		if more := len(p.Others) - len(names); more > 0 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		words += "; other Rafts: " + strings.Join(names, ", ") + " (name the directory of one to have it graded)"
	}
	return words
}

// nameFor is what people call the submission at a path: the directory that is theirs, not the lab's.
func nameFor(path string, known editions.Table) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	labs := strings.Split(strings.Join(known.Directories(), "/"), "/")
	for slices.Contains(labs, filepath.Base(abs)) && filepath.Dir(abs) != abs {
		abs = filepath.Dir(abs)
	}
	return filepath.Base(abs)
}

// loadImports loads the packages of the checkout that p imports, and those that they import.
func (s *Submission) loadImports(p *pkg) error {
	for _, f := range p.files {
		for _, spec := range f.imports {
			what, err := s.classify(p, spec)
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

// position is where a node of a file is in the checkout, for messages.
func (s *Submission) position(n ast.Node) string {
	p := s.set.PositionFor(n.Pos(), false) // whatever a line directive says
	return fmt.Sprintf("%s:%d:%d", p.Filename, p.Line, p.Column)
}
