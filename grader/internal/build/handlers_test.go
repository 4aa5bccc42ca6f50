package build_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/build"
)

func TestHandlers(t *testing.T) {
	const rest = `
func (rf *Raft) RequestVote(args *A, reply *R)   {}
func (rf *Raft) heartbeat(args *A, reply *R)     {}
func (rf *Raft) Start(command any) (int, int)    { return 0, 0 }
func (b base) AppendEntries(args A, reply *R)    {}
`
	tests := []struct {
		name, src string
		want      []string
		ok        bool
	}{
		{"a pointer", "type Raft struct{ x int }\nfunc Make() *Raft { return build() }",
			[]string{"AppendEntries", "RequestVote"}, true},
		{"a variable", "type Raft struct{ mu sync.Mutex }\nfunc Make() raft.Raft { rf := &Raft{}; go func() { rf = nil; return }(); return rf }", []string{"AppendEntries", "RequestVote"}, true},
		{"new", "type Raft struct{ sync.Mutex; *base }\ntype base struct{ *Raft }\nfunc Make() any { var rf = new(Raft); if rf == nil { return new(Raft) }; return rf }", []string{"AppendEntries", "RequestVote"}, true},
		{"declared", "type Raft struct{}\nfunc Make() any { var rf *Raft; rf = &Raft{}; return rf }",
			[]string{"AppendEntries", "RequestVote"}, true},

		{"made elsewhere", "type Raft struct{}\nfunc Make() raft.Raft { return other.Make() }", nil, false},
		{"made by a function", "type Raft struct{}\nfunc Make() raft.Raft { rf := build(); return rf }", nil, false},
		{"sometimes another", "type Raft struct{}\nfunc Make() raft.Raft { rf := &Raft{}; if x { return y }; return rf }", nil, false},
		{"one of two", "type Raft struct{}\ntype Other struct{}\nfunc Make() raft.Raft { if x { return &Other{} }; return &Raft{} }", nil, false},
		{"changed", "type Raft struct{}\nfunc Make() raft.Raft { var rf raft.Raft = &Raft{}; return rf }", nil, false},
		{"wrapped", "type Raft struct{}\nfunc Make() raft.Raft { rf := &Raft{}; if x { rf := wrap(rf); return rf }; return rf }", nil, false},
		{"a range", "type Raft struct{}\nfunc Make() raft.Raft { rf := &Raft{}; for _, rf := range all { return rf }; return rf }", nil, false},
		{"a parameter of that name", "type Raft struct{}\nfunc Make(rf raft.Raft) raft.Raft { if x { rf := &Raft{}; rf.y() }; return rf }", nil, false},
		{"a switch", "type Raft struct{}\nfunc Make() raft.Raft { rf := &Raft{}; switch rf := x.(type) { case *Raft: return rf }; return rf }", nil, false},
		{"a local type", "type Raft struct{}\nfunc Make() raft.Raft { type Raft struct{ other.Raft }; return &Raft{} }",
			nil, false},
		{"a named result", "type Raft struct{}\nfunc Make() (rf raft.Raft) { rf = &Raft{}; return }", nil, false},
		{"an alias", "type Raft = other.Raft\nfunc Make() *Raft { return nil }", nil, false},
		{"a parameter", "type Raft[T any] struct{}\nfunc Make() *Raft[int] { return nil }", nil, false},
		{"embeds", "type Raft struct{ *other.Raft }\nfunc Make() *Raft { return nil }", nil, false},
		{"embeds deeply", "type Raft struct{ base }\ntype base struct{ other.Raft }\nfunc Make() *Raft { return nil }",
			nil, false},
		{"embeds an interface", "type Raft struct{ base }\ntype base interface{ Vote(a, b int) }\nfunc Make() *Raft { return nil }", nil, false},
		{"no Make", "type Raft struct{}", nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := token.NewFileSet()
			first, err := parser.ParseFile(set, "raft.go", "package raft\n"+test.src, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			second, err := parser.ParseFile(set, "rpc.go", "package raft\n"+rest, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := build.Handlers([]*ast.File{first, second}, "Make")
			if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
				t.Errorf("%v, -want +got:\n%s", ok, diff)
			}
		})
	}
}
