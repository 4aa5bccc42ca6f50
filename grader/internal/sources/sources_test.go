package sources_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"raftlab/grader/internal/sources"
)

func TestUnpack(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := sources.Unpack(dir); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != sources.Fingerprint() {
		t.Fatalf("%v, %v; want only %s", entries, err, sources.Fingerprint())
	}

	root, err := sources.Unpack(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "more.go"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if file := sources.FirstDifference(root); file != "" {
		t.Errorf("%s differs in what Unpack made", file)
	}
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module other\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if file := sources.FirstDifference(root); file != "go.mod" {
		t.Errorf("%q differs, want go.mod", file)
	}
}
