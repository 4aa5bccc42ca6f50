package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/checkout"
	"raftlab/src/lab"
)

// defaultLab is the lab where neither -lab nor a directory says which it is.
const defaultLab = "raft"

func labFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "lab", Usage: "the `lab`: " + labNames(),
		DefaultText: "the one that a directory's code is written for, or " + defaultLab,
	}
}

func labNames() string {
	var names []string
	for _, l := range lab.All() {
		names = append(names, l.Name)
	}
	return strings.Join(names, ", ")
}

// labOf returns the lab that -lab means or, without it, the one that the code in the directories is written for.
func labOf(cmd *cli.Command, dirs ...string) (*lab.Lab, error) {
	name := cmd.String("lab")
	if name == "" {
		told, by := "", ""
		for _, dir := range dirs {
			l := labIn(dir)
			if l != "" && told != "" && l != told {
				return nil, fmt.Errorf("%s is of the lab %s, and %s of %s; grade the labs one after another", by, told, dir, l)
			}
			if l != "" {
				told, by = l, dir
			}
		}
		name = told
	}
	if name == "" {
		name = defaultLab
	}
	l, ok := lab.Find(name)
	if !ok {
		return nil, fmt.Errorf("-lab %s: must be one of %s", name, labNames())
	}
	return l, nil
}

// labIn returns the name of the lab that the package in a directory is written for, "" if there is none. It is the lab
// whose contract, a package such as src/raft, one of its files imports or, of a checkout, whose constructor the package
// has. A package that imports the contracts of a lab and of the lab's base is written for the lab.
func labIn(dir string) string {
	if dir == "" {
		return ""
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	imported := make(map[string]bool)
	for _, name := range files {
		if checkout.IsTest(name) {
			continue // a test may import any lab
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			continue // the compiler says it better
		}
		for _, spec := range f.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			imported[path] = true
		}
	}
	found := ""
	for _, l := range lab.All() {
		if imported[l.Contract] && (found == "" || l.Base == found) {
			found = l.Name
		}
	}
	if found != "" {
		return found
	}
	for _, l := range lab.All() {
		if l.Checkouts != nil && checkout.Has(dir, l.Checkouts) {
			return l.Name
		}
	}
	for _, l := range lab.All() {
		if l.Checkouts != nil && checkout.Whole(dir, l.Checkouts) != "" {
			return l.Name
		}
	}
	return ""
}

// notGraded is what there is to say of a directory with a lab of the course that no lab here is, but whose own tests
// can be played: the KV server on one machine, or its lock, which stand on no Raft. Otherwise it is nil.
func notGraded(dir string) error {
	found := false
	for _, name := range checkout.Sources(dir) {
		f, err := checkout.Parse(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		for _, spec := range f.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			if base := filepath.Base(path); strings.HasPrefix(base, "raft") || base == "rsm" {
				return nil
			}
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			found = found || ok && fn.Recv == nil && (fn.Name.Name == "StartKVServer" || fn.Name.Name == "MakeLock")
		}
	}
	if !found {
		return nil
	}
	return fmt.Errorf("%s: the KV server on one machine and its lock are not graded; "+
		"grader gotest %s plays the lab's own tests of them in boxes", dir, dir)
}

// otherLabs says which labs besides one a checkout has, in its usual directories below path, and how to have them
// graded; "" if there are none.
func otherLabs(path string, but *lab.Lab) string {
	var found []string
	for _, l := range lab.All() {
		if l == but || l.Checkouts == nil {
			continue
		}
		for _, dir := range l.Checkouts.Table.Directories() {
			if at := filepath.Join(path, filepath.FromSlash(dir)); checkout.Has(at, l.Checkouts) {
				found = append(found, fmt.Sprintf("%s in %s", l.Name, dir))
				break
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	return "not graded here: " + strings.Join(found, ", ") + " (use -lab, or name the directory)"
}
