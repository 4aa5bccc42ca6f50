package story_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"raftlab/internal/mutants"
	"raftlab/internal/testinputs"
	"raftlab/src/record"
)

var update = flag.Bool("update", false, "write the stories in testdata anew")

// told is the section of a mutant with the story that is told of it.
const told = "story"

// format writes a story for people to read.
func format(f *record.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", f.Sentence)
	if f.Promise != "" {
		fmt.Fprintf(&b, "(%s; %s)\n", f.Promise, f.Source)
	}
	for _, c := range f.Story {
		fmt.Fprintf(&b, "%-12s %s\n", c.Part, c.Text)
	}
	return b.String()
}

// most is how many seeds are tried to find a bug anew, when a change of what runs in boxes has made other runs of them.
const most = 30

func found(m *mutants.Mutant, rec *record.Recording) bool {
	return rec.Finding != nil && m.Finds.MatchString(rec.Finding.Sentence)
}

// TestStories plays what has a bug, and compares what is told of it. With -short it plays two.
func TestStories(t *testing.T) {
	testinputs.Note(t)
	testinputs.SameGo(t, "testdata/go.version", *update)
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if testing.Short() && name != "vote-twice" && name != "vote-not-saved" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bug, err := mutants.Read(root, file)
			if err != nil {
				t.Fatal(err)
			}
			if bug.Finds == nil || len(bug.Scenarios) != 1 {
				t.Fatal("its header must say in which scenario it is found, and how")
			}
			m, scenario, seed := build(t, bug.Implementation, bug.Overlay), bug.Scenarios[0], bug.Seed
			rec := play(t, m, scenario, seed)
			if *update && !found(bug, rec) {
				for seed = 1; !found(bug, rec) && seed < most; seed++ {
					rec = play(t, m, scenario, seed)
				}
			}
			if !found(bug, rec) {
				t.Fatalf("%s, seed %d, does not find %q; go test -update looks for another seed", scenario, seed, bug.Finds)
			}
			got := format(rec.Finding)
			if *update {
				write(t, file, bug.Seed, rec.Seed, got)
				return
			}
			if len(bug.Rest) != 1 || bug.Rest[0].Name != told || string(bug.Rest[0].Data) != got {
				t.Errorf("got\n%s\n%s has another story; go test -update writes it", got, file)
			}
			check(t, rec)
		})
	}
}

// write writes a seed and a story into the file of a mutant.
func write(t *testing.T, file string, was, seed uint64, story string) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	archive.Comment = bytes.Replace(archive.Comment, fmt.Appendf(nil, "seed: %d\n", was),
		fmt.Appendf(nil, "seed: %d\n", seed), 1)
	last := len(archive.Files) - 1
	if last < 0 || archive.Files[last].Name != told {
		archive.Files = append(archive.Files, txtar.File{Name: told})
		last++
	}
	archive.Files[last].Data = []byte(story)
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// check looks whether a story hangs together.
func check(t *testing.T, rec *record.Recording) {
	at := 0
	for _, c := range rec.Finding.Story {
		if c.Event == 0 && c.Part != record.Missing || c.Event > 0 && (c.Event < at || c.Event > len(rec.Events)) {
			t.Errorf("its event is not in order: %v", c)
		}
		at = max(at, c.Event)
	}
}
