package submission_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"raftlab/grader/internal/submission"
	kv "raftlab/src/kvraft/editions/program"
	"raftlab/src/lab/checkouts"
	raft "raftlab/src/raft/editions/program"
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
	f.Add([]byte("package raft\n\nimport \"labrpc\"\n\nfunc Make[T any](peers []*labrpc.ClientEnd, a, b, c T) *T\n\n"+
		"func Make()\n"), []byte(""))
	f.Add([]byte("package kvraft\n\nfunc StartKVServer[T any](servers []*labrpc.ClientEnd, me int, "+
		"persister *raft.Persister, maxraftstate int) T\n\nfunc MakeClerk() KVServer\n\ntype KVServer struct{ rf KVServer }\n"), []byte(""))
	f.Add([]byte(whole+")"), []byte("module ../x\ngo 99\nrequire ./y v1"))
	f.Fuzz(func(t *testing.T, src, mod []byte) {
		dir := t.TempDir()
		for name, text := range map[string][]byte{"raft.go": src, "go.mod": mod} {
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, l := range []*checkouts.Lab{raft.Checkouts(), kv.Classic(), kv.Since2025()} {
			s, err := submission.Find(dir, l)
			if s == nil && err == nil {
				t.Errorf("of a %s there is neither a submission nor a reason", l.What)
			}
			if err != nil && (err.Error() == "" || strings.Contains(err.Error(), "%!")) {
				t.Errorf("the reason is %q", err)
			}
		}
	})
}
