package program_test

import (
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"raftlab/src/lab/checkouts"
	"raftlab/src/raft/editions/program"
)

// In every form, of plain Rafts and others, the program is Go that imports what it uses.
func TestSource(t *testing.T) {
	plain := program.Server{
		Path: "example.com/raft", Test: "TestWork", Warm: true,
		Message: "raft.ApplyMsg", Result: "*implementation.Raft", Conversions: []string{"Command: m.Command"},
		Persister: "persister",
	}
	edition := program.Server{
		Path: "submission/raft", Test: "TestWork", Debug: "go1.21", Deadlock: "github.com/sasha-s/go-deadlock",
		Handlers: []string{"Vote"},
		Message:  "api.ApplyMsg", Result: "*implementation.Raft", Packages: map[string]string{"example.com/api": "api"},
		Conversions: []string{"CommandValid: true"}, Persister: "persister", Install: true, Edition: "2026",
	}
	for _, s := range []program.Server{plain, edition} {
		for _, form := range []checkouts.Form{checkouts.Box, checkouts.Bubble, checkouts.Wall} {
			source, file, err := s.Source(form)
			if err != nil {
				t.Fatal(err)
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
			if err != nil {
				t.Errorf("%s: %v\n%s", form, err, source)
				continue
			}
			for _, spec := range f.Imports {
				if uses := strings.Count(source, spec.Name.Name+"."); uses == 0 {
					t.Errorf("%s: %s is not used in\n%s", form, spec.Path.Value, source)
				}
			}
			begins := slices.Contains(strings.Split(source, "\n"), "//go:debug default=go1.21")
			if begins != (s.Debug != "") {
				t.Errorf("%s: %q has its defaults for GODEBUG: %v", form, s.Debug, begins)
			}
		}
	}
}
