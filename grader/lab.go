package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/urfave/cli/v3"

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

// labOf returns the lab that -lab means or, without it, the one whose contract the code in the directories imports.
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

// labIn returns the name of the lab whose contract a Go file in a directory imports, or "" if none does. What imports a
// lab's contract and that of its base is of the lab.
func labIn(dir string) string {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	imported := make(map[string]bool)
	for _, name := range files {
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
	return found
}
