package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"raftlab/internal/testinputs"
	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/sim"
)

// A bug is one that is put into a reference implementation, or into the Raft below: a file of testdata/kv-bugs. Its
// header has a line for each field; then come a sentence on how the bug comes about, and for each change of a file two
// sections, the text that is there, which must be there once, and what it becomes.
type bug struct {
	name      string // the file's, which begins with the bug's number
	title     string
	layer     string // C is the clerk, K the server, R the replicated state machine
	lab       string
	scenarios []string       // that find it, the best first
	finds     *regexp.Regexp // matches what each of them says, from its beginning on: the kind and the message
	overlay   map[string][]byte
}

// becomes is the name of a section with a new text.
const becomes = "becomes"

// readBug reads a bug and applies it to the files below root.
func readBug(root, file string) (*bug, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	archive := txtar.Parse(data)
	b := &bug{name: strings.TrimSuffix(filepath.Base(file), ".txt"), overlay: make(map[string][]byte)}
	header, how, _ := strings.Cut(string(archive.Comment), "\n\n")
	if strings.TrimSpace(how) == "" {
		return nil, errors.New("it does not say how the bug comes about")
	}
	for line := range strings.Lines(header) {
		field, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch field {
		case "title":
			b.title = value
		case "layer":
			b.layer = value
		case "lab":
			b.lab = value
		case "scenarios":
			b.scenarios = strings.Fields(value)
		case "finds":
			b.finds, err = regexp.Compile("(?s)^(" + value + ")")
		default:
			err = fmt.Errorf("unknown field %q", field)
		}
		if err != nil {
			return nil, err
		}
	}
	if b.title == "" || b.layer == "" || b.lab == "" || b.finds == nil || len(b.scenarios) == 0 {
		return nil, errors.New("a field is missing in its header")
	}
	return b, b.apply(root, archive.Files)
}

// apply makes the overlay.
func (b *bug) apply(root string, sections []txtar.File) error {
	if len(sections) == 0 || len(sections)%2 != 0 {
		return fmt.Errorf("%d sections, want pairs of an old and a new text", len(sections))
	}
	for pair := range slices.Chunk(sections, 2) {
		name, text := filepath.Join(root, filepath.FromSlash(pair[0].Name)), pair[0].Data
		if pair[1].Name != becomes {
			return fmt.Errorf("a section %q where one named %q must be", pair[1].Name, becomes)
		}
		data, ok := b.overlay[name]
		if !ok {
			var err error
			if data, err = os.ReadFile(name); err != nil {
				return err
			}
		}
		if n := bytes.Count(data, text); n != 1 {
			return fmt.Errorf("%s has this %d times, want once:\n%s", pair[0].Name, n, text)
		}
		b.overlay[name] = bytes.Replace(data, text, pair[1].Data, 1)
	}
	return nil
}

// compile compiles the packages that a bug changes.
func (b *bug) compile(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	replace := make(map[string]string)
	var packages []string
	for name, data := range b.overlay {
		file := filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		replace[name] = file
		packages = append(packages, filepath.Dir(name))
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, data, 0o644); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"build", "-overlay", overlay}, packages...)
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// build makes the program of the reference implementation of a lab, with a bug, over a Raft.
func (b *bug) build(t *testing.T, root string, l *lab.Lab) *box.Module {
	t.Helper()
	const raft = "impls/ticker-timer"
	dir := "impls/" + l.Name
	src := sim.Source{
		Dir: filepath.Join(root, dir), ImportPath: "raftlab/" + dir,
		Program: l.Program, Constructor: l.Constructor, Type: l.Type,
		Base:    &sim.Base{ImportPath: "raftlab/" + raft, Constructor: l.BaseLab().Constructor, Type: l.BaseLab().Type},
		Overlay: b.overlay,
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

// TestKVBugs puts each bug of the catalogue into a reference implementation and plays what is expected to find it. With
// -short it only compiles most of them.
func TestKVBugs(t *testing.T) {
	testinputs.Note(t)
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/kv-bugs/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no bugs: %v", err)
	}
	brief := []string{"01-", "12-", "20-"} // a doubled write, a hang, a loss after a restart
	for _, file := range files {
		b, err := readBug(root, file)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		played := slices.ContainsFunc(brief, func(number string) bool { return strings.HasPrefix(b.name, number) })
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && !played {
				b.compile(t)
				return
			}
			l, ok := lab.Find(b.lab)
			if !ok {
				t.Fatalf("no lab %q", b.lab)
			}
			m := b.build(t, root, l)
			for i, scenario := range b.scenarios {
				if i > 0 && testing.Short() {
					break
				}
				b.find(t, m, l, scenario)
			}
		})
	}
}

// most is how many seeds are tried at most to find a bug.
const most = 300

// find plays a scenario until a failure is the bug's by its name. Others may come before: a bug has many consequences.
func (b *bug) find(t *testing.T, m *box.Module, l *lab.Lab, scenario string) {
	t.Helper()
	s, ok := l.Scenario(scenario)
	if !ok {
		t.Errorf("no scenario %s in %s", scenario, l.Name)
		return
	}
	others := 0
	for seed := range uint64(most) {
		says := seen(sim.Play(m, l.Run(s, seed+1, ""), sim.Options{Schedule: true}).Result)
		if b.finds.MatchString(says) {
			summary, _, _ := strings.Cut(says, "\n")
			t.Logf("%s: %s, seed %d, %d other failures before it: %s", b.title, scenario, seed+1, others, summary)
			return
		}
		if says != "" {
			t.Logf("seed %d: %s", seed+1, says)
			others++
		}
	}
	t.Errorf("%s: not found with %d seeds, which failed otherwise %d times", scenario, most, others)
}

// seen is what was seen in a run: its failure, with the kind, or advice; "" if it passed.
func seen(r cluster.Result) string {
	switch {
	case r.Failure != nil:
		return fmt.Sprintf("%s: %s", r.Failure.Kind, r.Failure.Message)
	case len(r.Advice) > 0:
		return "advice: " + r.Advice[0]
	}
	return ""
}
