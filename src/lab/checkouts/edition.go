package checkouts

import (
	"path"
	"slices"
)

// An Edition is one of the lab, or some that cannot be told apart.
type Edition struct {
	Name  string // short, such as "2021"
	Words string // in a sentence
	Rules Rules  // where what it asks differs from the contract; nil where it does not

	Layout

	// Fields are those of its messages that are called otherwise than in the contract.
	Fields []Field

	// Signs tell it from the editions with the same persister that follow in the table: a checkout of it has all of any
	// of them. An edition without signs is what is left.
	Signs []Signs
}

// Rules are what an edition asks otherwise than the contract, as its lab has it.
type Rules interface {
	// Notes say in sentences what they are, for whoever reads results.
	Notes() []string
}

// A Layout is how an edition lies in its checkouts.
type Layout struct {
	// Directories are where people find the package to grade, below those that they name; the most likely first.
	Directories []string

	// Packages are those of the course that are imported.
	Packages []Package

	// Harness are types that only the course's own files declare beside the code to grade. These files are not built.
	Harness []string

	// Tester is the Path of the package that has the harness, if it has one of its own.
	Tester string

	// Persister is the type of the constructor's parameter for it, as other packages write it: by the name of the
	// package that it is from, or OwnPersister.
	Persister string
}

// OwnPersister is the type of a persister that is declared in a package of the checkout that is built.
const OwnPersister = "*implementation.Persister"

// A Package is one of the course's, in a checkout.
type Package struct {
	Path   string   // the last element of its import path or, of a package of this project, all of it
	Name   string   // of the package, if it is not the last element
	Stands string   // the import path of what stands in for it; "" if it is what it is
	Uses   []string // what code to grade may use of it: a file that uses more is the harness's. nil is everything

	// Structs are its struct types that count: the types of their fields, by name.
	Structs map[string]map[string]string

	// Declares are its names, if it is for students to add to: a checkout's own is taken if it declares more, or a
	// field that Structs has not.
	Declares []string
}

// A Field is called Ours in a message of the contract and Theirs in an edition; there, "!X" is true where X is false.
type Field struct{ Ours, Theirs string }

// Signs are what tells an edition from others. All of them must be seen.
type Signs struct {
	// Has and Lacks are declarations: a type or a function ("Raft"), a method ("Raft.Kill"), a field of messages
	// ("ApplyMsg.Index"; see [Constructor]), a test ("TestBasic2B"), or a part that tests are named
	// after ("2B").
	Has, Lacks []string

	// Harness are patterns that match in one file of the harness.
	Harness []string
}

// A Table is the editions among which that of a checkout is looked for: it is of the first whose signs it has.
type Table []Edition

// Directories are those of all editions, each once.
func (t Table) Directories() (list []string) {
	for _, l := range t {
		for _, dir := range l.Directories {
			if !slices.Contains(list, dir) {
				list = append(list, dir)
			}
		}
	}
	return list
}

// Package finds a package of the course by its Path.
func (t Table) Package(path string) (Package, bool) {
	for _, l := range t {
		for _, p := range l.Packages {
			if p.Path == path {
				return p, true
			}
		}
	}
	return Package{}, false
}

// Stand finds the package of the course for which one of this project stands in, or which it is.
func (t Table) Stand(imported string) (Package, bool) {
	for _, l := range t {
		for _, p := range l.Packages {
			if p.Stands == imported || p.Stands == "" && p.Path == imported {
				return p, true
			}
		}
	}
	return Package{}, false
}

// NameOf returns the name of the package with an import path.
func (t Table) NameOf(imported string) string {
	base := path.Base(imported)
	if p, ok := t.Package(base); ok && p.Name != "" {
		return p.Name
	}
	return base
}

// FieldsFor are the names that a field of the contract's messages has in the editions, its own first.
func (t Table) FieldsFor(field string) []string {
	list := []string{field}
	for _, l := range t {
		for _, f := range l.Fields {
			if f.Ours == field {
				list = append(list, f.Theirs)
			}
		}
	}
	return list
}
