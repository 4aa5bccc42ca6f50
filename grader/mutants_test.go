package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/packages"

	"raftlab/internal/mutants"
	"raftlab/internal/testinputs"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/recipe"
)

// Every mutant of the catalogue applies to the implementations as they are, compiles, and names what there is.
func TestMutantsCompile(t *testing.T) {
	testinputs.Note(t)
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	all, err := mutants.All(root, mutantsDir)
	if err != nil {
		t.Error(err)
	}
	c := loadImplementations(t, root)
	for _, m := range all {
		if err := c.check(m.Overlay); err != nil {
			t.Errorf("%s does not compile: %v", m.Name, err)
		}
		l, ok := lab.Find(m.Lab)
		if !ok {
			t.Errorf("%s: there is no lab %s", m.Name, m.Lab)
			continue
		}
		if _, ok := l.Part(m.Part); !ok && m.Part != "" {
			t.Errorf("%s: the lab %s has no part %s", m.Name, m.Lab, m.Part)
		}
		for _, s := range m.Scenarios {
			if _, ok := l.Scenario(s); !ok {
				t.Errorf("%s: the lab %s has no scenario %s", m.Name, m.Lab, s)
			}
		}
	}
	whole, err := os.ReadFile("mutants.go")
	if err != nil {
		t.Fatal(err)
	}
	if c.check(map[string][]byte{filepath.Join(root, "grader", "mutants.go"): whole}) == nil {
		t.Error("a file of no implementation counts as one that compiles")
	}
	broken := bytes.Replace(c.text(t, "polling-sleep/apply.go"), []byte("messages :="), []byte("others :="), 1)
	if c.check(map[string][]byte{filepath.Join(root, "impls/polling-sleep/apply.go"): broken}) == nil {
		t.Error("what uses an undeclared name counts as what compiles")
	}
}

// A checker type-checks the implementations with some files in place of theirs.
type checker struct {
	root  string
	set   *token.FileSet
	order []*packages.Package // the implementations, each after those that it imports
}

func loadImplementations(t *testing.T, root string) *checker {
	t.Helper()
	c := &checker{root: root, set: token.NewFileSet()}
	found, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedDeps | packages.NeedTypes | packages.NeedSyntax,
		Dir: root, Fset: c.set,
	}, "./impls/...")
	if err != nil || packages.PrintErrors(found) > 0 {
		t.Fatalf("loading the implementations: %v", err)
	}
	ours := make(map[string]bool)
	for _, p := range found {
		ours[p.PkgPath] = true
	}
	packages.Visit(found, nil, func(p *packages.Package) {
		if ours[p.PkgPath] {
			c.order = append(c.order, p)
		}
	})
	return c
}

func (c *checker) text(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.root, "impls", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// check checks the packages that have one of the files, and those that depend on them.
func (c *checker) check(overlay map[string][]byte) error {
	anew := make(map[string]*types.Package)
	used := 0
	for _, p := range c.order {
		files, changed := []*ast.File(nil), false
		for i, name := range p.CompiledGoFiles {
			file := p.Syntax[i]
			if text, ok := overlay[name]; ok {
				var err error
				if file, err = parser.ParseFile(c.set, name, text, parser.SkipObjectResolution); err != nil {
					return err
				}
				changed = true
				used++
			}
			files = append(files, file)
		}
		for path := range p.Imports {
			changed = changed || anew[path] != nil
		}
		if !changed {
			continue
		}
		config := types.Config{Importer: importer(func(path string) (*types.Package, error) {
			switch dep := p.Imports[path]; {
			case anew[path] != nil:
				return anew[path], nil
			case dep == nil:
				return nil, errors.New("it imports " + path + ", which the package does not")
			default:
				return dep.Types, nil
			}
		})}
		checked, err := config.Check(p.PkgPath, c.set, files, nil)
		if err != nil {
			return err
		}
		anew[p.PkgPath] = checked
	}
	if used != len(overlay) {
		return errors.New("it changes a file that is in no implementation")
	}
	return nil
}

type importer func(path string) (*types.Package, error)

func (i importer) Import(path string) (*types.Package, error) { return i(path) }

// mutated runs grader mutants from the top of the repository.
func mutated(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	testinputs.Note(t)
	t.Chdir("..")
	var out, errs bytes.Buffer
	status = grader(context.Background(), append([]string{"grader", "mutants"}, args...), &out, &errs)
	t.Chdir("grader")
	return status, out.String(), errs.String()
}

// A mutant is found by the first run that fails; with -state it is not played again.
func TestMutants(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	args := []string{"-run", "^raft/(refusals-count-as-votes|elected-by-half)$", "-count", "2", "-state", file}
	status, stdout, stderr := mutated(t, args...)
	if status != 0 {
		t.Fatalf("status %d:\n%s%s", status, stdout, stderr)
	}
	for _, want := range []string{"raft/elected-by-half", "Elected by a Majority", "2 of 2 found", "InitialElection"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in\n%s", want, stdout)
		}
	}
	noted, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if status, again, _ := mutated(t, args...); status != 0 || again != stdout {
		t.Errorf("status %d, from the state:\n%s\nafter\n%s", status, again, stdout)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, noted) {
		t.Errorf("runs were played that are in the state (%v)", err)
	}
	status, stdout, stderr = mutated(t, append(args, "-search", "-cpu", "1m")...)
	if status != 0 || !strings.Contains(stdout, "2 of 2 found") {
		t.Errorf("with -search: status %d:\n%s%s", status, stdout, stderr)
	}
	if after := read(t, file); bytes.Count(after[len(noted):], []byte(`"search":true`)) != 2 {
		t.Errorf("with -search noted is %s", after[len(noted):])
	}
}

// Correct code that looks wrong must pass, and counts apart.
func TestHarmlessMutants(t *testing.T) {
	hunts := func(accused bool) []*hunt {
		bug := &hunt{mutant: &mutants.Mutant{}, hunted: hunted{Mutant: "raft/bug", Kill: &kill{Scenario: "Backup"}}}
		right := &hunt{mutant: &mutants.Mutant{Harmless: "it is right"}, hunted: hunted{Mutant: "raft/right", Seeds: 3}}
		if accused {
			right.Kill = &kill{Scenario: "Rejoin"}
		}
		return []*hunt{bug, right}
	}
	for _, tt := range []struct {
		accused         bool
		line, summary   string
		status, written int
	}{
		{false, "raft/right: does no harm, and passed 3 seeds", "1 of 1 found", 0, 0},
		{true, "raft/right: found by Rejoin", "1 of 1 found", statusFailed, 1},
	} {
		list := hunts(tt.accused)
		want := fmt.Sprintf("1 that do no harm, of which %d are accused", tt.written)
		if got := huntSummary(list); !strings.HasPrefix(got, tt.summary) || !strings.Contains(got, want) {
			t.Errorf("accused %t: %s", tt.accused, got)
		}
		if got := list[1].line(); !strings.HasPrefix(got, tt.line) {
			t.Errorf("accused %t: %s", tt.accused, got)
		}
		if err := huntStatus(list); (err != nil) != (tt.status != 0) || err != nil && err != exitStatus(tt.status) {
			t.Errorf("accused %t: %v", tt.accused, err)
		}
	}
}

// What only monitors see is no failure with -classic. What was found without it says nothing there, and the seeds that
// a mutant has survived are noted.
func TestMutantsClassic(t *testing.T) {
	if testing.Short() {
		t.Skip("a survivor takes 28 runs")
	}
	file := filepath.Join(t.TempDir(), "state")
	args := []string{"-run", "^raft/candidacy-not-saved$", "-count", "1", "-state", file}
	status, stdout, stderr := mutated(t, args...)
	if status != 0 || !strings.Contains(stdout, "Persist1") || !strings.Contains(stdout, "Saved before Told") {
		t.Fatalf("status %d:\n%s%s", status, stdout, stderr)
	}
	status, stdout, stderr = mutated(t, append(args, "-classic")...)
	if status != statusFailed || !strings.Contains(stdout, "0 of 1 found") {
		t.Fatalf("with -classic: status %d:\n%s%s", status, stdout, stderr)
	}
	noted, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(noted, []byte(`"classic":true,"first":1,"seeds":1,"runs":28,`)) {
		t.Errorf("noted is %s (%v)", noted, err)
	}
}

// A hunt goes on from what was noted of it last, and not from what was noted of another, or of half a line.
func TestMutantState(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	open := func() *mutantState {
		s, err := openMutantState(file)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	one := hunted{Mutant: "raft/one", Program: "p", First: 1}
	further, killed, classic := one, one, one
	further.Seeds, further.Runs = 1, 67
	killed.Seeds, killed.Runs, killed.Kill = 1, 70, &kill{Scenario: "Backup", Seed: 2, Says: "panic: it",
		Branches: recipe.Branches{{At: 5, Seed: 3}}}
	classic.Classic = true

	s := open()
	s.note(further)
	s.close()
	if err := os.WriteFile(file, append(read(t, file), `{"mutant":"raft/o`...), 0o600); err != nil {
		t.Fatal(err)
	}
	s = open()
	if got := s.progress(one); got != further {
		t.Errorf("it goes on from %+v, want %+v", got, further)
	}
	s.note(killed)
	if s.close(); s.failed() != nil {
		t.Error(s.failed())
	}
	s = open()
	defer s.close()
	if got := s.progress(one); cmp.Diff(killed, got) != "" {
		t.Errorf("it goes on from %+v, want %+v", got, killed)
	}
	if got := s.progress(classic); got != classic {
		t.Errorf("with -classic it goes on from %+v", got)
	}
	if lines := bytes.Count(read(t, file), []byte("\n")); lines != 2 {
		t.Errorf("the file has %d lines, want 2", lines)
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestMutantsUsage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(file, []byte("what somebody wrote\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ args, want string }{
		{"-run (", "must be a regular expression"},
		{"-scenarios (", "-scenarios (: must be a regular expression"},
		{"-run ^raft/elected-by-half$ -scenarios ^Nothing$", "no scenario of these mutants' labs is called so"},
		{"-run nowhere", "-run nowhere: none of the "},
		{"-classic -run ^kv/", "-run ^kv/: none of the "},
		{"-count 0", "-count 0: must be 1 to "},
		{"-cpu -1s", "-cpu -1s: must be more than 0"},
		{"-parallel -1", "-parallel -1: must be at least 1"},
		{"impls", "takes no arguments"},
		{"-state " + file, "no file of grader mutants -state"},
	} {
		status, stdout, stderr := mutated(t, strings.Fields(test.args)...)
		if status != statusUsage || stdout != "" || !strings.Contains(stderr, test.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: status %d, %s%s", test.args, status, stdout, stderr)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "what somebody wrote\n" {
		t.Errorf("the file of somebody else is now %q (%v)", text, err)
	}
}

// Advice finds a mutant only where it is what is expected; and a failure that is not is noted as such.
func TestKills(t *testing.T) {
	passed, advised := cluster.Result{}, cluster.Result{Advice: []string{"Snapshots Seldom: S1 takes 90"}}
	failed := cluster.Result{Scenario: "Backup", Seed: 3,
		Failure: &cluster.Failure{Kind: cluster.Safety, Message: "Log Matching: S1 and S2\nmore"}}
	root := t.TempDir()
	read := func(finds string) *mutants.Mutant {
		file := filepath.Join(root, "m.txt")
		if err := os.WriteFile(file, []byte("implementation: impls/x\n"+finds+"\nIt happens.\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := mutants.Read(root, file)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, test := range []struct {
		finds  string
		result cluster.Result
		as     string // "" if it lives
	}{
		{"", passed, ""},
		{"", advised, ""},
		{"finds: advice: Snapshots\n", advised, "advice: Snapshots Seldom: S1 takes 90"},
		{"finds: safety: Snapshots\n", advised, ""},
		{"", failed, "Log Matching"},
		{"finds: safety: Log\n", failed, "Log Matching"},
		{"finds: advice: \n", failed, "otherwise than expected: Log Matching"},
	} {
		h := &hunt{mutant: read(test.finds)}
		k, as := h.kills(test.result), ""
		if k != nil {
			as = k.as()
		}
		if as != test.as {
			t.Errorf("%q, %v: found as %q, want %q", test.finds, test.result, as, test.as)
		}
	}
}
