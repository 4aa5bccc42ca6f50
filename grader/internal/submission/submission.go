// Package submission makes a program for the sandbox from a checkout of a lab, of whatever year, as it lies there: it
// finds in it what the lab grades, leaves out what is the course's own, and builds the rest against this project's
// labrpc, labgob and persister. What a lab's checkouts look like it is told: see package checkouts. Nothing is written
// into the checkout, nothing outside it is read, and none of its code runs.
package submission

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/version"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"raftlab/grader/internal/checkout"
	"raftlab/src/lab/checkouts"
)

// A Submission is something to grade that was found.
type Submission struct {
	Name string // for people
	Dir  string // of the package that is graded, absolute

	// Words say in a few which lab it was written for, and Edition which that is, with its rules.
	Words   string
	Edition checkouts.Edition

	// HarnessFiles are files that are the course's and were left out, wholly or in part: those of the package by base
	// name, and those of others with the names of these before.
	HarnessFiles []string

	// Missing says, by part ("2D"), why that part cannot be what it should be.
	Missing map[string]string

	lab      *checkouts.Lab
	base     *checkouts.Base
	place    checkout.Place
	set      *token.FileSet
	tree     tree
	size     int             // bytes of source that were read
	local    map[string]*pkg // packages of the checkout, by directory below tree.root
	main     *pkg            // the one that is graded
	at       string          // where its constructor is declared
	program  checkouts.Program
	extended map[string]bool   // see extends
	names    map[string]string // see nameOf
}

// Notes are what a reader of the results should know of how it was built.
func (s *Submission) Notes() []string {
	notes := []string{s.Words}
	if where := s.where(); where != "" {
		notes = append(notes, where)
	}
	if s.Edition.Rules != nil {
		notes = append(notes, s.Edition.Rules.Notes()...)
	}
	notes = append(notes, s.program.Notes...)
	if s.base != nil {
		notes = append(notes, "it stands on "+s.base.Name)
	}
	for _, rel := range slices.Sorted(maps.Keys(s.local)) {
		if note := s.local[rel].persister.note(); note != "" && s.instead(s.local[rel]) == "" {
			notes = append(notes, note)
		}
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

// Find looks for what a lab grades in a directory: that of the package, or one above it. Its error says in a sentence
// why there is none that can be graded. Whether the code compiles only Build finds out.
func Find(path string, l *checkouts.Lab) (*Submission, error) { return FindOver(path, l, nil) }

// FindOver is Find for what is to stand on a base, if that is not nil, instead of what it brings along.
func FindOver(path string, l *checkouts.Lab, base *checkouts.Base) (*Submission, error) {
	place, err := checkout.Find(path, l)
	if err != nil {
		return nil, err
	}
	if place.Part != "" {
		path = place.Dir
	}
	s := &Submission{
		Name: nameFor(path, l.Table), Dir: place.Dir, lab: l, base: base, place: place, set: token.NewFileSet(),
		local: make(map[string]*pkg), extended: make(map[string]bool), names: make(map[string]string),
	}
	if s.tree, err = treeOf(place.Root, s.Dir); err != nil {
		return nil, err
	}
	if s.main, err = s.load(s.Dir, true); err != nil {
		return nil, err
	}
	if len(s.main.files) == 0 {
		return nil, fmt.Errorf("%s: no Go package here; name the directory that has the %s's .go files", s.Dir, l.What)
	}
	if err := s.loadImports(s.main); err != nil {
		return nil, err
	}
	found, err := s.found()
	if err != nil {
		return nil, err
	}
	evidence := s.evidence(found)
	s.Edition = evidence.editionOf(s.main.persisterType, l.Table)
	found.Edition, found.Harness = s.Edition, evidence.inHarness
	if s.program, err = l.Program(found); err != nil {
		return nil, err
	}
	s.Words = s.Edition.Words + ", " + s.tree.words()
	s.Missing = s.program.Missing
	return s, nil
}

// where says which of the directories below that which the user has named is graded, and which others could be.
func (s *Submission) where() string {
	p := s.place
	if p.Part != "" {
		return fmt.Sprintf("graded: %s, which %s is a part of (-run plays single parts)", filepath.Base(p.Dir), p.Part)
	}
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
		words += fmt.Sprintf("; other %ss: %s (name the directory of one to have it graded)", s.lab.What,
			strings.Join(names, ", "))
	}
	return words
}

// nameFor is what people call the submission at a path: the directory that is theirs, not the lab's.
func nameFor(path string, known checkouts.Table) string {
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

// loadImports loads the packages of the checkout that what is built of p imports, and those that they import.
func (s *Submission) loadImports(p *pkg) error {
	s.cutHarness(p)
	for _, f := range p.files {
		unused := f.unused()
		for _, spec := range f.imports {
			if f.gone || unused(spec) {
				continue
			}
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
