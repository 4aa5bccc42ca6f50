// Package mutants reads bugs that are put into working implementations, to see whether they are found. A bug is a text
// file with changes of source files; these are made in an overlay, which a build sees in place of the files, so that
// nothing is written into the tree.
package mutants

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// A Mutant is an implementation that is given a bug. Its file is a txtar archive. That begins with a header, a line for
// each field; after an empty line come sentences on how the bug comes about, and then for each change two sections: the
// text that is in a file, which must be there once, and what it becomes.
type Mutant struct {
	Name string // the file's, slash-separated below the directory that All was given, without .txt
	How  string // how the bug comes about

	// Of the fields that follow, a file may lack any but Title, Lab and Implementation.
	Title          string // what is wrong, in a few words
	Part           string // of the lab: the first in which the bug does harm
	Kind           string // what it is about, in a word: elections, log, persistence, snapshots, concurrency, …
	Where          string // where it was seen
	Lab            string
	Implementation string            // its directory in the module, slash-separated
	Scenarios      []string          // that find it, the best first
	Seed           uint64            // with which the first of them does
	Finds          *regexp.Regexp    // matches how they say what they found
	Doubt          string            // why it may do no harm
	Harmless       string            // why it does none: it is correct, and is not to be found
	Rest           []txtar.File      // the sections after the changes: the first is not named as a file is
	Overlay        map[string][]byte // the files that it changes, by their absolute names
}

// becomes is the name of a section with a new text.
const becomes = "becomes"

// All reads the mutants in a directory of the module in root, and in those below it, in the order of their names. Each
// must have a Title, a Kind and a Lab, and change something. A mutant that has not, cannot be read or does not apply is
// an error that names it; the others are returned with that.
func All(root, dir string) ([]*Mutant, error) {
	var all []*Mutant
	var wrong []error
	top := filepath.Join(root, filepath.FromSlash(dir))
	err := filepath.WalkDir(top, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(file) != ".txt" {
			return err
		}
		m, err := Read(root, file)
		if err == nil && (m.Title == "" || m.Kind == "" || m.Lab == "" || len(m.Overlay) == 0) {
			err = fmt.Errorf("%s: it must have a title, a kind and a lab, and change a file", file)
		}
		if err != nil {
			wrong = append(wrong, err)
			return nil
		}
		below, err := filepath.Rel(top, file)
		m.Name = strings.TrimSuffix(filepath.ToSlash(below), ".txt")
		all = append(all, m)
		return err
	})
	if err == nil && len(all) == 0 && len(wrong) == 0 {
		err = fmt.Errorf("there are no mutants in %s", top)
	}
	return all, errors.Join(append(wrong, err)...)
}

// Read reads a mutant of the module in root, and applies it to the files there. Its errors name the file.
func Read(root, file string) (*Mutant, error) {
	m, err := read(root, file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return m, nil
}

func read(root, file string) (*Mutant, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if root, err = filepath.Abs(root); err != nil {
		return nil, err
	}
	archive := txtar.Parse(data)
	m := &Mutant{Name: strings.TrimSuffix(filepath.Base(file), ".txt"), Overlay: make(map[string][]byte)}
	header, how, _ := strings.Cut(string(archive.Comment), "\n\n")
	for line := range strings.Lines(header) {
		if err := m.set(strings.Cut(strings.TrimSpace(line), ": ")); err != nil {
			return nil, err
		}
	}
	switch m.How = strings.TrimSpace(how); {
	case m.Implementation == "":
		return nil, errors.New("its header does not say into which implementation it goes")
	case m.How == "":
		return nil, errors.New("it does not say how the bug comes about")
	}
	return m, m.apply(root, archive.Files)
}

// set takes a line of the header.
func (m *Mutant) set(field, value string, ok bool) (err error) {
	texts := map[string]*string{"title": &m.Title, "part": &m.Part, "kind": &m.Kind, "where": &m.Where, "lab": &m.Lab,
		"implementation": &m.Implementation, "doubt": &m.Doubt, "harmless": &m.Harmless}
	text := texts[field]
	switch {
	case !ok:
		err = fmt.Errorf("the line %q of its header is not a field, a colon, a space and a value", field)
	case text != nil && *text != "":
		err = fmt.Errorf("its header has the field %q twice", field)
	case text != nil:
		*text = value
	case field == "scenarios":
		m.Scenarios = strings.Fields(value)
	case field == "seed":
		m.Seed, err = strconv.ParseUint(value, 10, 64)
	case field == "finds":
		m.Finds, err = regexp.Compile("(?s)^(" + value + ")")
	default:
		err = fmt.Errorf("its header has an unknown field %q", field)
	}
	return err
}

// apply makes the overlay of the sections that are pairs, from the first on.
func (m *Mutant) apply(root string, sections []txtar.File) error {
	for m.Rest = sections; len(m.Rest) > 0 && strings.Contains(m.Rest[0].Name, "/"); m.Rest = m.Rest[2:] {
		old := m.Rest[0]
		if len(m.Rest) == 1 || m.Rest[1].Name != becomes {
			return fmt.Errorf("after the section %s there is none that is named %q", old.Name, becomes)
		}
		if path.IsAbs(old.Name) || slices.Contains(strings.Split(old.Name, "/"), "..") {
			return fmt.Errorf("the file %s is not one of the module", old.Name)
		}
		name := filepath.Join(root, filepath.FromSlash(old.Name))
		text, ok := m.Overlay[name]
		if !ok {
			var err error
			if text, err = os.ReadFile(name); err != nil {
				return err
			}
		}
		if n := bytes.Count(text, old.Data); n != 1 || len(old.Data) == 0 {
			return fmt.Errorf("it does not apply: %s has this %d times, and must have it once:\n%s", old.Name, n, old.Data)
		}
		if bytes.Equal(old.Data, m.Rest[1].Data) {
			return fmt.Errorf("it changes nothing in %s", old.Name)
		}
		m.Overlay[name] = bytes.Replace(text, old.Data, m.Rest[1].Data, 1)
	}
	return nil
}
