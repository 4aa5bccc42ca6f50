package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"raftlab/internal/mutants"
	"raftlab/internal/testinputs"
	"raftlab/src/box"
	"raftlab/src/lab"
	"raftlab/src/sim"
)

// kvBugs are below this directory of the module.
const kvBugs = mutantsDir + "/kv"

// buildBug makes the program of an implementation of a lab, with a bug, over a Raft.
func buildBug(t *testing.T, root string, b *mutants.Mutant, l *lab.Lab) *box.Module {
	t.Helper()
	const raft = "impls/ticker-timer"
	src := sim.Source{
		Dir: filepath.Join(root, b.Implementation), ImportPath: "raftlab/" + b.Implementation,
		Program: l.Program, Constructor: l.Constructor, Type: l.Type,
		Base:    &sim.Base{ImportPath: "raftlab/" + raft, Constructor: l.BaseLab().Constructor, Type: l.BaseLab().Type},
		Overlay: b.Overlay,
	}
	for _, f := range l.Further {
		src.Further = append(src.Further, f.Name)
	}
	wasm, err := sim.Build(t.Context(), src, "")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := box.NewEngine("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	m, err := engine.Load(wasm)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestKVBugs puts each bug of the key-value stores into one and plays what is expected to find it. With -short it plays
// few of them.
func TestKVBugs(t *testing.T) {
	testinputs.Note(t)
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	bugs, err := mutants.All(root, kvBugs)
	if err != nil {
		t.Fatal(err)
	}
	brief := []string{"01-", "12-", "20-"} // a doubled write, a hang, a loss after a restart
	for _, b := range bugs {
		played := slices.ContainsFunc(brief, func(number string) bool { return strings.HasPrefix(b.Name, number) })
		if testing.Short() && !played {
			continue
		}
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			l, ok := lab.Find(b.Lab)
			if !ok {
				t.Fatalf("no lab %q", b.Lab)
			}
			if b.Finds == nil || len(b.Scenarios) == 0 {
				t.Fatal("its header must say which scenarios find it, and how")
			}
			m := buildBug(t, root, b, l)
			for i, scenario := range b.Scenarios {
				if i > 0 && testing.Short() {
					break
				}
				findBug(t, b, m, l, scenario)
			}
		})
	}
}

// most is how many seeds are tried at most to find a bug.
const most = 300

// findBug plays a scenario until a failure is the bug's by its name. Others may come before: a bug has many
// consequences.
func findBug(t *testing.T, b *mutants.Mutant, m *box.Module, l *lab.Lab, scenario string) {
	t.Helper()
	s, ok := l.Scenario(scenario)
	if !ok {
		t.Errorf("no scenario %s in %s", scenario, l.Name)
		return
	}
	others := 0
	for seed := range uint64(most) {
		says := seen(sim.Play(m, l.Run(s, seed+1, ""), sim.Options{Schedule: true}).Result)
		if b.Finds.MatchString(says) {
			summary, _, _ := strings.Cut(says, "\n")
			t.Logf("%s: %s, seed %d, %d other failures before it: %s", b.Title, scenario, seed+1, others, summary)
			return
		}
		if says != "" {
			t.Logf("seed %d: %s", seed+1, says)
			others++
		}
	}
	t.Errorf("%s: not found with %d seeds, which failed otherwise %d times", scenario, most, others)
}
