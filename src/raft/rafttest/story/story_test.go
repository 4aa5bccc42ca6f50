package story_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"raftlab/internal/testinputs"
	"raftlab/src/record"
)

var update = flag.Bool("update", false, "write the stories in testdata anew")

// A bug is an implementation that has one, or is given one, and the story that is told of it: a file of testdata. Its
// header has a line for each field; then come a sentence on the bug, for each change of a file two sections, the text
// that is there, which must be there once, and what it becomes, and at last the story.
type bug struct {
	implementation, scenario string
	seed                     uint64
	finds                    string // how the finding begins
	overlay                  map[string][]byte
	archive                  *txtar.Archive
}

const (
	becomes = "becomes"
	told    = "story"
)

func readBug(file string) (*bug, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	b := &bug{archive: txtar.Parse(data), overlay: make(map[string][]byte)}
	header, sentence, _ := strings.Cut(string(b.archive.Comment), "\n\n")
	if strings.TrimSpace(sentence) == "" {
		return nil, errors.New("no sentence says what the bug is")
	}
	for line := range strings.Lines(header) {
		switch field, value, _ := strings.Cut(strings.TrimSpace(line), ": "); field {
		case "implementation":
			b.implementation = value
		case "scenario":
			b.scenario = value
		case "finds":
			b.finds = value
		case "seed":
			if b.seed, err = strconv.ParseUint(value, 10, 64); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("unknown field %q", field)
		}
	}
	sections := b.archive.Files
	for ; len(sections) >= 2 && sections[0].Name != told; sections = sections[2:] {
		name, err := filepath.Abs(filepath.Join(root, filepath.FromSlash(sections[0].Name)))
		if err != nil {
			return nil, err
		}
		text, ok := b.overlay[name]
		if !ok {
			if text, err = os.ReadFile(name); err != nil {
				return nil, err
			}
		}
		if n := bytes.Count(text, sections[0].Data); n != 1 || sections[1].Name != becomes {
			return nil, fmt.Errorf("%s has this %d times, want once, and then %q:\n%s", sections[0].Name, n, becomes,
				sections[0].Data)
		}
		b.overlay[name] = bytes.Replace(text, sections[0].Data, sections[1].Data, 1)
	}
	return b, nil
}

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

func (b *bug) found(rec *record.Recording) bool {
	return rec.Finding != nil && strings.HasPrefix(rec.Finding.Sentence, b.finds)
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
			b, err := readBug(file)
			if err != nil {
				t.Fatal(err)
			}
			m := build(t, b.implementation, b.overlay)
			rec := play(t, m, b.scenario, b.seed)
			if *update && !b.found(rec) {
				was := b.seed
				for b.seed = 1; !b.found(rec) && b.seed < most; b.seed++ {
					rec = play(t, m, b.scenario, b.seed)
				}
				b.seed = rec.Seed
				b.archive.Comment = bytes.Replace(b.archive.Comment, fmt.Appendf(nil, "seed: %d\n", was),
					fmt.Appendf(nil, "seed: %d\n", b.seed), 1)
			}
			if !b.found(rec) {
				t.Fatalf("%s, seed %d, does not find %q; go test -update looks for another seed", b.scenario, b.seed, b.finds)
			}
			got := format(rec.Finding)
			files := b.archive.Files
			last := len(files) - 1
			if *update {
				if last < 0 || files[last].Name != told {
					b.archive.Files = append(files, txtar.File{Name: told})
					last++
				}
				b.archive.Files[last].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(b.archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if last < 0 || string(files[last].Data) != got {
				t.Errorf("got\n%s\n%s has another story; go test -update writes it", got, file)
			}
			check(t, rec)
		})
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
