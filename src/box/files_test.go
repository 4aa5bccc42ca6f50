package box_test

import (
	"testing"

	"raftlab/src/box"
)

func TestFiles(t *testing.T) {
	m, err := load("files")
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for range 2 { // the second finds nothing of the first's
		r := start(m, box.Config{
			Args: []string{"files"}, Env: []string{"PWD=/work", "TMPDIR=/tmp"}, Wall: 1e18,
			Files: map[string]string{"/etc/hosts": "127.0.0.1 localhost\n"},
		})
		r.runUntil(1e12)
		if err, ok := r.Err().(*box.ExitError); !ok || err.Status != 0 || r.stdout.String() != "done\n" {
			t.Errorf("%v: %s%s", r.Err(), &r.stdout, &r.stderr)
		}
	}
	r := start(m, box.Config{Args: []string{"files", "none"}})
	r.runUntil(1e12)
	if r.stdout.String() != "true\n" {
		t.Errorf("without files: %v: %s%s", r.Err(), &r.stdout, &r.stderr)
	}
}
