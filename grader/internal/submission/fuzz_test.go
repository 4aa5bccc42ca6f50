package submission_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// Whatever a Raft's source and its go.mod have in them, there is an answer: a submission or a sentence.
func FuzzFind(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		f.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var mod []byte
		for _, file := range a.Files {
			if filepath.Base(file.Name) == "go.mod" {
				mod = file.Data
			}
		}
		for _, file := range a.Files {
			if strings.HasSuffix(file.Name, ".go") {
				f.Add(file.Data, mod)
			}
		}
	}
	const whole = "package raft\n\nimport \"labrpc\"\n\n" +
		"func Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg) *Raft\n\ntype ("
	for _, rest := range []string{
		"Raft struct{}\n)\nfunc (*Raft) Start()\nfunc (rf *Raft) Snapshot()\nfunc (rf Raft) GetState() (int, bool)", // bodies elsewhere
		"Raft = map[string]Raft\n)\nfunc (func()) Snapshot() {}\nfunc () Start() {}",
		")\nimport ()\nimport \"",
		"Raft struct{}\n)\nimport \"../..\"\nvar _, _ = 1\nconst ()",
	} {
		f.Add([]byte(whole+rest), []byte("module x\n\ngo 1.22\n"))
	}
	f.Add([]byte(whole+")"), []byte("module ../x\ngo 99\nrequire ./y v1"))
	f.Fuzz(func(t *testing.T, src, mod []byte) {
		dir := t.TempDir()
		for name, text := range map[string][]byte{"raft.go": src, "go.mod": mod} {
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		s, err := find(dir)
		if s == nil && err == nil {
			t.Error("neither a submission nor a reason")
		}
		if err != nil && (err.Error() == "" || strings.Contains(err.Error(), "%!")) {
			t.Errorf("the reason is %q", err)
		}
	})
}
