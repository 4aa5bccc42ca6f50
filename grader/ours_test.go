package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"raftlab/internal/testinputs"
)

// A machine on which something is wrong is never the submission's fault: the grader ends with a status of its own and
// says so in its own words, and the results have no score.
func TestMachineFails(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the machine's faults are made with a Unix shell")
	}
	testinputs.Note(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	checkout, err := filepath.Abs("testdata/checkout")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	oldGo := t.TempDir()
	script := "#!/bin/sh\necho '{\"GOROOT\":\"/nowhere\",\"GOVERSION\":\"go1.24.3\",\"GOTOOLCHAIN\":\"local\"}'\n"
	if err := os.WriteFile(filepath.Join(oldGo, "go"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		env   []string
		limit string // for the shell that starts the grader
		want  string
	}{
		{name: "Go is too old", env: []string{"PATH=" + oldGo, "GOTOOLCHAIN="},
			want: "go1.24.3 is not supported: servers are built with Go 1.26 or 1.27"},
		{name: "Go of another version is asked for", env: []string{"GOTOOLCHAIN=go1.99.1"},
			want: "go1.99.1 is not supported"},
		{name: "no Go", env: []string{"PATH=/nowhere"}, want: "there is no go command on PATH (/nowhere)"},
		{name: "no cache can be made", env: []string{"XDG_CACHE_HOME=" + file}, want: "not a directory"},
		{name: "the go command's cache cannot be written", env: []string{"GOCACHE=" + file + "/cache"},
			want: "not a directory"},
		{name: "a disk without room", env: []string{"GOCACHE=" + t.TempDir()}, limit: "ulimit -f 1; trap '' XFSZ; ",
			want: "too large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			results, scores := filepath.Join(dir, "results.json"), filepath.Join(dir, "gradescope.json")
			args := []string{self, "run", "-count", "1", "-run", "InitialElection", "-state",
				filepath.Join(dir, "class.state")}
			if tt.limit == "" { // under the limit, these could not be written either
				args = append(args, "-json", results, "-gradescope", scores)
			}
			for range 2 { // it is the same when the class is graded again
				cmd := exec.Command("/bin/sh",
					append([]string{"-c", tt.limit + `exec "$@"`, "sh"}, append(args, checkout)...)...)
				cmd.Env = append(os.Environ(), tt.env...)
				out, err := cmd.CombinedOutput()
				if status := cmd.ProcessState.ExitCode(); status != statusGrader {
					t.Fatalf("status %d (%v), want %d:\n%s", status, err, statusGrader, out)
				}
				if text := string(out); !strings.Contains(text, tt.want) || strings.Contains(text, "does not compile") {
					t.Errorf("it says, without %q:\n%s", tt.want, text)
				}
			}
			if tt.limit != "" {
				return
			}
			var said struct {
				Implementations []struct {
					GraderError string `json:"grader_error"`
					LoadError   string `json:"load_error"`
				}
			}
			readJSON(t, results, &said)
			if m := said.Implementations[0]; m.LoadError != "" || !strings.Contains(m.GraderError, tt.want) {
				t.Errorf("in JSON: %+v", m)
			}
			var score map[string]any
			readJSON(t, scores, &score)
			if s, has := score["score"]; has {
				t.Errorf("for Gradescope it has the score %v", s)
			}
		})
	}
}

func readJSON(t *testing.T, file string, v any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}
