package program_test

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"raftlab/src/kvraft/editions/program"
	"raftlab/src/lab/checkouts"
)

// In every form, of both labs, the program is Go that imports what it uses.
func TestSource(t *testing.T) {
	classic := program.Server{
		Path: "submission/kvraft", Test: "TestWork", Lab: "kvtest", Persister: "theirs1.RaftlabPersister(persister)",
		Packages: map[string]string{"submission/raft": "theirs1"}, Warm: []checkouts.Expr{{Text: "implementation.KVServer"}},
		Clerk: "*implementation.Clerk", ClerkArgs: []string{"servers"}, Debug: "go1.20",
	}
	versioned := program.Server{
		Path: "submission/kvraft1", Test: "TestWork", Lab: "rsmtest", Persister: "persister", RSM: "theirs1",
		Rpc: "theirs2", Packages: map[string]string{"submission/rsm": "theirs1", "submission/rpc": "theirs2"},
		Deadlock: "github.com/sasha-s/go-deadlock", Handlers: []string{"Get"}, Op: true, Edition: "2026",
	}
	over := classic
	over.Base, over.Raft, over.Persister = "base.Make", "theirs1", "persister"
	over.Packages = map[string]string{"submission/raft": "theirs1", "raftlab/impls/mine": "base"}
	for _, s := range []program.Server{classic, versioned, over} {
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
				if !strings.Contains(source, spec.Name.Name+".") {
					t.Errorf("%s: %s is not used in\n%s", form, spec.Path.Value, source)
				}
			}
		}
	}
}
