package testinputs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The go command notes which files and directories a test opens, in a list that it asks the test for. All directories
// that guests are built of are in it: when one of their files changes its directory does, as the go command
// sees it.
func TestNote(t *testing.T) {
	if os.Getenv("TESTINPUTS_NOTE") != "" {
		Note(t)
		return
	}
	list := filepath.Join(t.TempDir(), "opened")
	cmd := exec.Command(os.Args[0], "-test.run=^TestNote$", "-test.testlogfile="+list)
	cmd.Env = append(os.Environ(), "TESTINPUTS_NOTE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"src/raft", "src/box/goroot/_added/runtime", "src/box/testdata/probe",
		"impls/ticker-timer", "grader/testdata/attacks/_base"} {
		if !strings.Contains(string(text), "open "+filepath.Join(root, dir)+"\n") {
			t.Errorf("the go command does not know of %s", dir)
		}
	}
}
