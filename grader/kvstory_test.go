package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/internal/mutants"
	"raftlab/internal/testinputs"
	"raftlab/src/lab"
	"raftlab/src/record"
	"raftlab/src/sim"
)

// TestKVStories has bugs of the catalogue told: the first failure of each that is the bug's by its name, in the words
// of a golden file.
func TestKVStories(t *testing.T) {
	testinputs.Note(t)
	testinputs.SameGo(t, "testdata/kv-stories/go.version", *update)
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"01-double-apply", "03-dedup-not-in-snapshot", "09-stale-read-of-leader"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := mutants.Read(root, "testdata/mutants/kv/"+name+".txt")
			if err != nil {
				t.Fatal(err)
			}
			l, _ := lab.Find(b.Lab)
			m := buildBug(t, root, b, l)
			s, _ := l.Scenario(b.Scenarios[0])
			for seed := range uint64(most) {
				r := sim.Play(m, l.Run(s, seed+1, ""), sim.Options{Schedule: true, Record: true})
				if !b.Finds.MatchString(seen(r.Result)) {
					continue
				}
				plain := sim.Play(m, l.Run(s, seed+1, ""), sim.Options{Schedule: true})
				if plain.Trace != r.Trace {
					t.Error("it is another run when it is recorded")
				}
				golden(t, "testdata/kv-stories/"+name+".golden", told(r.Recording))
				return
			}
			t.Fatalf("not found with %d seeds", most)
		})
	}
}

// told is a finding as people read it.
func told(rec *record.Recording) string {
	var b strings.Builder
	f := rec.Finding
	fmt.Fprintf(&b, "%s, seed %d\n%s\n\n%s\n", rec.Scenario, rec.Seed, f.Sentence, f.Source)
	for _, c := range f.Story {
		fmt.Fprintf(&b, "%-11s  %s\n", c.Part, c.Text)
	}
	return b.String()
}

// golden compares a text with a file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
