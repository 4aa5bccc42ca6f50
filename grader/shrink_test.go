package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftlab/src/script"
)

// A run that fails is made a script that fails for the same reason, with less in it, and the same script each time.
func TestShrink(t *testing.T) {
	tests := []struct {
		args     []string
		reason   string
		faults   int // messages are among them
		short    bool
		hasCalls bool // the script has commands
	}{
		{[]string{twice, "ManyElections", "1"}, "safety: One Vote per Term", 3, true, false},
		{[]string{"-mutant", "raft/candidate-survives-later-term", "ChaosElections", "1"},
			"safety: Elected by a Majority", 3, false, false},
		{[]string{"-mutant", "raft/append-within-snapshot-panics", "ChaosSnapshots", "1"}, "panic: ", 3, false, true},
	}
	for _, tt := range tests {
		if testing.Short() && !tt.short {
			continue
		}
		file := filepath.Join(t.TempDir(), "x.script")
		var texts [2]string
		for i := range texts {
			status, said, errs := command(t, append([]string{"shrink", "-o", file}, tt.args...)...)
			text, err := os.ReadFile(file)
			if status != 0 || err != nil || !strings.Contains(said, string(text)) {
				t.Fatalf("%v: status %d, %v, it says\n%s%s", tt.args, status, err, said, errs)
			}
			texts[i] = string(text)
		}
		if texts[0] != texts[1] {
			t.Errorf("%v: one script is\n%s\nthe other\n%s", tt.args, texts[0], texts[1])
		}
		s, err := script.Parse([]byte(texts[0]))
		if err != nil {
			t.Fatalf("%v: %v", tt.args, err)
		}
		hasCalls := strings.Contains(texts[0], " ask S")
		if s.Instead != script.All || s.Faults() > tt.faults || hasCalls != tt.hasCalls ||
			!strings.HasPrefix(s.Finding, tt.reason) || !strings.Contains(texts[0], "\n# ") {
			t.Errorf("%v: expected %q with at most %d faults, got\n%s", tt.args, tt.reason, tt.faults, texts[0])
		}
		replayed := append([]string{"replay", "-log", os.DevNull}, tt.args[:len(tt.args)-2]...)
		status, said, errs := command(t, append(replayed, file)...)
		if status != statusFailed || !strings.Contains(said, "FAIL: "+tt.reason[:5]) ||
			strings.Contains(said, "when the script was written") {
			t.Errorf("%v: the replay has status %d, and says\n%s%s", tt.args, status, said, errs)
		}
	}
}

// What cannot be made shorter, and what is no script, is refused in a sentence.
func TestShrinkRefuses(t *testing.T) {
	write := func(text string) string {
		file := filepath.Join(t.TempDir(), "x.script")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	head := "raftlab script 1\nlab: raft\nscenario: ReElection\nseed: 1\nactions instead of: all\nuntil: 3s\n"
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"shrink", twice}, "takes a directory, the name of a scenario and a seed"},
		{[]string{"shrink", "-budget", "0", twice, "ReElection", "1"}, "-budget 0: must be 1 to"},
		{[]string{"shrink", "-o", "x", "-html", "x", twice, "ReElection", "1"}, "that is the file of -html, too"},
		{[]string{"shrink", "-mutant", "raft/none", "ReElection", "1"}, "none of the "},
		{[]string{"replay", twice, "nowhere.script"}, "nowhere.script: there is no such file"},
		{[]string{"replay", twice, write("hello")}, "line 1: the first line of a script"},
		{[]string{"replay", twice, write(head + "1s crash S7")}, "there are 3 nodes"},
		{[]string{"replay", twice, write(strings.Replace(head, "ReElection", "Nothing", 1))}, `has no scenario "Nothing"`},
		{[]string{"replay", twice, write(strings.Replace(head, "raft\n", "none\n", 1))}, `there is no lab "none"`},
		{[]string{"replay", twice, write(strings.NewReplacer("raft\n", "kv-classic\n", "ReElection", "Basic").Replace(head))},
			"scripts cannot stand in place of whole scenarios"},
		{[]string{"replay", "-lab", "kv-rsm", twice, write(head)}, "it is for the lab raft"},
	}
	for _, tt := range tests {
		if status, _, said := command(t, tt.args...); status != statusUsage || !strings.Contains(said, tt.want) {
			t.Errorf("%v: status %d, it says %q, expected %q", tt.args, status, said, tt.want)
		}
	}
}
