package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftlab/grader/internal/page"
	"raftlab/internal/testinputs"
	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// command runs the grader from the top of the repository.
func command(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	testinputs.Note(t)
	t.Chdir(top(t))
	var out, errs bytes.Buffer
	status = grader(t.Context(), append([]string{"grader"}, args...), &out, &errs)
	return status, out.String(), errs.String()
}

// top is the top of the repository, wherever an earlier command of the test has gone.
func top(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err == nil && !isModule(dir) {
		dir = filepath.Dir(dir)
	}
	if err != nil || !isModule(dir) {
		t.Fatalf("%s is not in the repository (%v)", dir, err)
	}
	return dir
}

// shownRun is the first run of a page.
func shownRun(t *testing.T, file string) (rec record.Recording) {
	t.Helper()
	html, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	packed, ok := page.First(html)
	if !ok {
		t.Fatalf("%s has no run", file)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		err = json.NewDecoder(z).Decode(&rec)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return rec
}

const twice = "grader/testdata/broken/votestwice"

// A failure has a page beside its log, which the text and the JSON name, and -html has the run in a page of all. The two
// seeds fail alike.
func TestPages(t *testing.T) {
	all := filepath.Join(t.TempDir(), "all.html")
	_, res, out := grade(t, "-html", all, "-seed", "1", "-count", "2", "-run", "ManyElections", twice, "impls/ticker-timer")
	failures := res.Implementations[0].Scenarios[0].Failures
	if len(failures) != 2 || failures[0].Page == "" || failures[1].Page != "" {
		t.Fatalf("the pages of %+v: want one, of the first", failures)
	}
	f := failures[0]
	if !strings.Contains(out, "\n    page:   "+f.Page+"\n") {
		t.Errorf("%s is not named in\n%s", f.Page, out)
	}
	for _, file := range []string{f.Page, all} {
		rec := shownRun(t, file)
		if rec.Lab != "raft" || rec.Implementation != "votestwice" || rec.Scenario != "ManyElections" ||
			rec.Seed != f.Seed || len(rec.Nodes) != 7 || rec.Finding == nil || rec.Finding.Sentence != f.Message ||
			len(rec.Events) == 0 || len(rec.States) == 0 {
			rec.Events, rec.States = nil, nil
			t.Errorf("%s shows %+v, want the failure %+v", file, rec, f)
		}
	}
	html, err := os.ReadFile(all)
	for _, want := range []string{`"columns":["votestwice","ticker-timer"]`, `{"text":"0/2","class":"fail"`,
		`{"text":"2/2","class":"pass"`, `"run":"run-0"`, `"command":"grader replay ` + twice + ` ManyElections 1"`} {
		if err != nil || !bytes.Contains(html, []byte(want)) {
			t.Errorf("%s does not say %s (%v)", all, want, err)
		}
	}
}

// A replay writes what it is asked for instead of showing the log, and says how the run ended.
func TestReplayFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	args := []string{"replay", "-html", file("html"), "-shiviz", file("shiviz"), "-trace", file("trace"), "-events", "-",
		twice, "ManyElections", "1"}
	status, events, said := command(t, args...)
	if status != statusFailed || !strings.Contains(said, "seed 1: FAIL: safety at") || strings.Contains(said, "TRCE") ||
		!strings.Contains(said, "\npage:  "+file("html")+"\n") {
		t.Errorf("status %d, it says\n%s", status, said)
	}
	rec := shownRun(t, file("html"))
	if rec.Implementation != "votestwice" || rec.Seed != 1 || rec.Finding == nil {
		t.Errorf("the page shows %s seed %d, %v", rec.Implementation, rec.Seed, rec.Finding)
	}
	if n := strings.Count(events, "\n"); n != len(rec.Events)+1 {
		t.Errorf("%d lines of %d events", n, len(rec.Events))
	}
	for _, name := range []string{"shiviz", "trace"} {
		if data, err := os.ReadFile(file(name)); err != nil || !bytes.Contains(data, []byte("Raft.RequestVote")) {
			t.Errorf("%s: %v, %.200s", name, err, data)
		}
	}
	_, again, _ := command(t, args...)
	if again != events {
		t.Error("the same replay has other events")
	}
	last := func(rec record.Recording) int { return len(rec.Events) - 50 }
	if len(rec.States) == 0 {
		t.Error("the page does not say what servers held in memory")
	}
	for n, wants := range map[string]bool{"0": false, "50": true} {
		command(t, "replay", "-html", file("html"), "-states", n, twice, "ManyElections", "1")
		rec := shownRun(t, file("html"))
		if got := len(rec.States) > 0; got != wants || got && rec.States[0].Event <= last(rec) {
			t.Errorf("-states %s: %d states, of %d events", n, len(rec.States), len(rec.Events))
		}
	}
	status, out, said := command(t, "replay", "-html", file("html"), "-servers", "1", twice, "ManyElections", "1")
	if status != statusFailed || !strings.Contains(out, "RequestVote") {
		t.Errorf("with -servers it shows no log: status %d, %s\n%s", status, said, out)
	}
}

// Two runs are in one page: of two seeds, or of two implementations.
func TestAgainst(t *testing.T) {
	file := filepath.Join(t.TempDir(), "html")
	for _, test := range []struct{ args, right, again string }{
		{"-against 2", "votestwice ManyElections seed 2", twice + " ManyElections 2"},
		{"-against-dir impls/ticker-timer", "ticker-timer ManyElections seed 1", "impls/ticker-timer ManyElections 1"},
		{"-against 3 -against-dir impls/ticker-timer", "ticker-timer ManyElections seed 3",
			"impls/ticker-timer ManyElections 3"},
	} {
		args := append([]string{"replay", "-html", file}, strings.Fields(test.args)...)
		status, _, said := command(t, append(args, twice, "ManyElections", "1")...)
		html, err := os.ReadFile(file)
		want := `"runs":[{"id":"run-0","title":"votestwice ManyElections seed 1","command":"grader replay ` + twice +
			` ManyElections 1"},{"id":"run-1","title":"` + test.right + `","command":"grader replay ` + test.again +
			`"}],"against":{"left":"run-0","right":"run-1"}`
		if status != statusFailed || err != nil || !bytes.Contains(html, []byte(want)) {
			t.Errorf("%s: status %d, %v, %s; the page does not say %s", test.args, status, err, said, want)
		}
	}
}

// docs/events.md has the kinds of notes that the lab makes.
func TestNotesInDocs(t *testing.T) {
	docs, err := os.ReadFile(filepath.Join(top(t), "docs/events.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range monitor.NoteKinds() {
		if !bytes.Contains(docs, []byte("\n| `"+k.Name+"` | "+k.Means+" |\n")) {
			t.Errorf("docs/events.md does not say of notes of kind %s: %s", k.Name, k.Means)
		}
	}
}
