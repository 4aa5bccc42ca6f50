package gobuild

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnknownGo(t *testing.T) {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	for _, p := range patches() {
		text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "src", p.file))
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(root, "src", p.file)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := patchedRuntime(root); err != nil {
		t.Fatal(err)
	}
	proc := filepath.Join(root, "src", "runtime", "proc.go")
	if err := os.WriteFile(proc, []byte("package runtime\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = patchedRuntime(root)
	if err == nil || !strings.Contains(err.Error(), "runtime/proc.go has the text") || !strings.Contains(err.Error(), "this version of Go is not supported") {
		t.Errorf("error %v", err)
	}
	if err := os.Remove(proc); err != nil {
		t.Fatal(err)
	}
	if _, err := patchedRuntime(root); err == nil {
		t.Error("no error without the file")
	}
}
