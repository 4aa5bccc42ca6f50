package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/internal/testinputs"
)

var update = flag.Bool("update", false, "write the samples of README.md anew")

// A comment names the command whose output the block below it shows.
var sample = regexp.MustCompile(`(?m)^<!-- sample: (.*) -->\n\n((?:    .*\n|\n)+)\n`)

// Of a sample that differs whenever a line of the suite does.
var hashes = regexp.MustCompile(`(?m)^    trace [0-9a-f]{16}, of [0-9a-f]{16}`)

// README's samples are what its commands print today.
func TestReadmeSamples(t *testing.T) {
	testinputs.Note(t)
	t.Chdir("..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	samples := sample.FindAllStringSubmatchIndex(string(readme), -1)
	if len(samples) < 3 {
		t.Fatalf("README.md has %d samples", len(samples))
	}
	written := regexp.MustCompile(`, (go1\.[0-9.]+) and this grader\n`).FindStringSubmatch(string(readme))
	otherGo := !*update && (written == nil || written[1] != runtime.Version())
	if otherGo {
		t.Logf("README.md is of %q, and this is %s: what runs come to may differ", written, runtime.Version())
	}
	var fresh strings.Builder
	end := 0
	for _, at := range samples {
		command, block := string(readme[at[2]:at[3]]), string(readme[at[4]:at[5]])
		got := printed(t, command)
		if otherGo {
			t.Logf("%s: not compared", command)
		} else if diff := cmp.Diff(hashes.ReplaceAllString(block, "trace"),
			hashes.ReplaceAllString(got, "trace")); diff != "" && !*update {
			t.Errorf("%s\nprints something else now, -README +now; -update writes it:\n%s", command, diff)
		}
		fresh.Write(readme[end:at[4]])
		fresh.WriteString(got)
		end = at[5]
	}
	fresh.Write(readme[end:])
	if *update {
		if err := os.WriteFile("README.md", []byte(fresh.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// printed runs a command of README's and returns what it prints, as a block of Markdown. This test binary is its
// grader.
func printed(t *testing.T, command string) string {
	t.Helper()
	logs := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(command, "go run ./grader ", os.Args[0]+" "))
	cmd.Env = append(os.Environ(), "LOGS="+logs)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	var b strings.Builder
	text := strings.NewReplacer(logs, "/tmp/raftlab-20261124-100000", shellWord(os.Args[0])+" ",
		"go run ./grader ").Replace(string(out))
	for line := range strings.Lines(strings.Trim(text, "\n") + "\n") {
		if line != "\n" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// README's own steps to an implementation of one's own work, and neither make test nor make lint is about it.
func TestReadmeSkeleton(t *testing.T) {
	testinputs.Note(t)
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Add your implementation\n")
	section, _, _ = strings.Cut(section, "\n## ")
	blocks := regexp.MustCompile(`(?m)^(?:    .*\n|\n)+`).FindAllString(section, -1)
	var steps, test string
	for _, b := range blocks {
		b = strings.TrimLeft(regexp.MustCompile(`(?m)^    `).ReplaceAllString(b, ""), "\n")
		switch {
		case strings.HasPrefix(b, "mkdir -p impls/mine\n"):
			steps = b
		case strings.HasPrefix(b, "package mine\n"):
			test = strings.TrimRight(b, "\n") + "\n"
		}
	}
	if steps == "" || test == "" {
		t.Fatalf("README.md has no steps, or no test, in %q", blocks)
	}

	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "sources.go", "Makefile", "grader", "impls", "internal", "src",
		"tools"} {
		if out, err := exec.Command("cp", "-R", filepath.Join("..", name), dir).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	sh := func(script string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
		cmd.Dir = dir
		// As from a shell, also where a make runs this test.
		cmd.Env = append(os.Environ(), "COUNT=1", "MAKELEVEL=", "MAKEFLAGS=")
		out, err := cmd.CombinedOutput()
		if err != nil && cmd.ProcessState.ExitCode() < 0 {
			t.Fatalf("%s: %v", script, err)
		}
		return string(out)
	}
	said := regexp.MustCompile(`It compiles, and fails with "(.*?)"`).FindStringSubmatch(section)
	if said == nil {
		t.Fatal("README.md does not say how it fails")
	}
	out := sh(steps)
	if !strings.Contains(out, said[1]) || !strings.Contains(out, " scenarios fail alike, ") {
		t.Errorf("README.md says that it fails with %q, but\n%s", said[1], out)
	}
	// Below the verdict make says that it failed, which it cannot be kept from.
	if _, after, _ := strings.Cut(out, "\nFAIL: "); strings.Count(after, "\n") != 2 ||
		!strings.Contains(after, "\nmake: *** ") {
		t.Errorf("behind the verdict stands more than make's own line:\n%s", after)
	}
	if err := os.WriteFile(filepath.Join(dir, "impls/mine/raft_test.go"), []byte(test), 0o666); err != nil {
		t.Fatal(err)
	}
	if out := sh("gofmt -l impls/mine; go vet ./impls/mine"); out != "" {
		t.Errorf("its files are not as make lint wants them:\n%s", out)
	}
	for _, part := range []string{"2A", "3A"} {
		if out := sh("go test -list " + part + " ./impls/mine"); !strings.HasPrefix(out, "Test2A3A\nok") {
			t.Errorf("go test -list %s: %s", part, out)
		}
	}
	recipes := sh("make -n test-threads lint")
	packages := regexp.MustCompile(`\./\S*?\.\.\.`).FindAllString(recipes, -1)
	if out := sh("go list " + strings.Join(packages, " ")); !strings.Contains(out, "raftlab/impls/ticker-timer\n") ||
		strings.Contains(out, "impls/mine") {
		t.Errorf("make test and make lint are about\n%s", out)
	}
}
