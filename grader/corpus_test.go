package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftlab/internal/testinputs"
)

// corpusWith makes a directory of two checkouts, one of which leads with two votes of any number.
func corpusWith(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "right"), os.DirFS("testdata/checkout")); err != nil {
		t.Fatal(err)
	}
	wrong := checkoutWith(t, "votes > len(rf.peers)/2", "votes > 0")
	if err := os.CopyFS(filepath.Join(dir, "wrong"), os.DirFS(wrong)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// What the grader says of checkouts is held against what is known of them.
func TestCorpus(t *testing.T) {
	testinputs.Note(t)
	dir, truth := corpusWith(t), filepath.Join(t.TempDir(), "truth.toml")
	state := filepath.Join(t.TempDir(), "state")
	tests := []struct {
		truth  string
		status int
		want   []string
	}{
		{"[right]\n[wrong]\n", statusFailed, []string{
			"| right | 2/2 |", "wrong: StableLeader: Elected by a Majority", "replay",
			"2 checkouts, 2 of them known: 5 scenarios agree, 1 accusations, 0 misses",
		}},
		{"[right]\n[[wrong.mistakes]]\nwhy = 'leads with two votes'\nin = ['2A']\nsays = 'Elected by a Majority'\n", 0,
			[]string{
				"2 checkouts, 2 of them known: 6 scenarios agree, 0 accusations, 0 misses",
			}},
		{"", 0, []string{"| right | 2/2 |", "in = [\"StableLeader\"]"}},
	}
	for _, test := range tests {
		args := []string{"grader", "corpus", "-classic", "2", "-strict", "1", "-run",
			"InitialElection|ReElection|StableLeader", "-state", state, "-logs", t.TempDir()}
		if test.truth != "" {
			if err := os.WriteFile(truth, []byte(test.truth), 0o666); err != nil {
				t.Fatal(err)
			}
			args = append(args, "-truth", truth)
		}
		var out, errs bytes.Buffer
		status := grader(context.Background(), append(args, dir), &out, &errs)
		if status != test.status {
			t.Errorf("%q: status %d, want %d", test.truth, status, test.status)
		}
		for _, want := range test.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%q: no %q in\n%s%s", test.truth, want, &out, &errs)
			}
		}
	}
}

func TestCorpusUsage(t *testing.T) {
	empty, bad := t.TempDir(), filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte("[]"), 0o666); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ args, want string }{
		{"", "name one directory whose subdirectories are checkouts"},
		{"a b", "name one directory whose subdirectories are checkouts"},
		{"nowhere", "open nowhere: no such file or directory"},
		{empty, "there are no subdirectories; each must be a checkout"},
		{bad, "bad.json: not the results of grader run -json"},
		{"-strict -1 " + empty, "-strict -1: must be from 0"},
		{"-parallel -1 " + empty, "-parallel -1: must be at least 1"},
		{"-run Nothing " + empty, "Nothing"},
		{"-truth nowhere.toml " + empty, "-truth: open nowhere.toml"},
	}
	for _, test := range tests {
		var out, errs bytes.Buffer
		status := grader(context.Background(), append([]string{"grader", "corpus"}, strings.Fields(test.args)...), &out,
			&errs)
		if status != statusUsage || !strings.Contains(errs.String(), test.want) {
			t.Errorf("%q: status %d, %s", test.args, status, &errs)
		}
	}
}
