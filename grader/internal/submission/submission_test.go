package submission_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"raftlab/grader/internal/submission"
	"raftlab/internal/testinputs"
	"raftlab/src/box/goroot"
	"raftlab/src/raft/editions/program"
)

// unpack lays an archive of testdata out in a directory of its own.
func unpack(t *testing.T, name string) string {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), name)
	files, err := txtar.FS(a)
	if err == nil {
		err = os.CopyFS(dir, files)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// find finds a Raft.
func find(path string) (*submission.Submission, error) {
	return submission.Find(path, program.Checkouts())
}

func tools(t *testing.T) submission.Tools {
	t.Helper()
	testinputs.Note(t)
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return submission.Tools{Ours: dir, Go: toolchain(t)}
}

// toolchain is found once: to merge its standard library takes a moment.
func toolchain(t *testing.T) *goroot.Toolchain {
	t.Helper()
	found, err := findGo()
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var findGo = sync.OnceValues(func() (*goroot.Toolchain, error) {
	found, err := goroot.Find(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	return found, found.Merge(filepath.Join(cache, "raftlab", "goroot"))
})

// digest is of all files below a directory.
func digest(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		fmt.Fprintf(h, "%s %q\n", path, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// Every layout is found from the package's directory and from those above it, is known for what it is, and compiles
// without a change to it.
func TestLayouts(t *testing.T) {
	tests := []struct {
		name    string
		paths   []string // that it may be named by
		edition string
		harness []string
		missing map[string]string
	}{
		{
			"gopath-2016", []string{".", "src", "src/raft"},
			"the lab of 2016 or 2017, in a GOPATH: Go 1.21's rules",
			[]string{"config.go", "persister.go"},
			map[string]string{"2D": "there is no method Snapshot"},
		},
		{
			"relative-2018", []string{".", "6.824/src/raft"},
			"the lab of 2018 to 2020, in a GOPATH: Go 1.21's rules",
			[]string{"persister.go"},
			map[string]string{"2C": "nothing is ever saved to the persister", "2D": "there is no method Snapshot"},
		},
		{
			"module-2022", []string{".", "src", "src/raft"},
			"the lab of 2021 or 2022, module 6.824, go 1.15",
			[]string{"config.go", "persister.go"}, map[string]string{},
		},
		{
			"module-2023-skeleton", []string{"src/raft"},
			"the lab of 2021 to 2024, module 6.5840, go 1.15",
			[]string{"persister.go"},
			map[string]string{"2B": "Start does nothing", "2C": "Start does nothing", "2D": "Start does nothing"},
		},
		{
			"raft1-2025", []string{".", "src", "src/raft1"},
			"the lab of 2025 or later (raftapi, tester1), module 6.5840, go 1.22",
			[]string{"server.go", "test.go"}, map[string]string{},
		},
		{
			"root-2026", []string{".", "raft1"},
			"the lab of 2026 or later (raftapi, tester1), module example.com/me/lab, go 1.22",
			[]string{"proxy.go"}, map[string]string{},
		},
		{
			"contract", []string{"."},
			"written for this project's package raft, module mine, go 1.26",
			nil, map[string]string{},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := unpack(t, test.name)
			before := digest(t, dir)
			var s *submission.Submission
			for _, path := range test.paths {
				var err error
				if s, err = find(filepath.Join(dir, path)); err != nil {
					t.Fatal(err)
				}
				if s.Name != test.name && path != "6.824/src/raft" {
					t.Errorf("from %s it is called %s", path, s.Name)
				}
				if diff := cmp.Diff(test.edition, s.Words); diff != "" {
					t.Errorf("from %s: -want +got:\n%s", path, diff)
				}
				if diff := cmp.Diff(test.harness, s.HarnessFiles); diff != "" {
					t.Errorf("harness files of %s: -want +got:\n%s", path, diff)
				}
				if diff := cmp.Diff(test.missing, s.Missing); diff != "" {
					t.Errorf("missing from %s: -want +got:\n%s", path, diff)
				}
			}
			wasm, err := s.Build(context.Background(), tools(t), filepath.Join(t.TempDir(), "stage"), "")
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(wasm), "\x00asm") {
				t.Errorf("the program begins with %q", wasm[:4])
			}
			if digest(t, dir) != before {
				t.Error("the checkout has changed")
			}
		})
	}
}

// replaced returns the archive's directory after a replacement in one of its files.
func replaced(t *testing.T, name, file, old, new string) string {
	t.Helper()
	dir := unpack(t, name)
	path := filepath.Join(dir, file)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s has no %q", file, old)
	}
	write(t, path, strings.Replace(string(data), old, new, 1))
	return dir
}

// What cannot be graded is refused in a sentence that says what is wrong, where, and what to do.
func TestRefuses(t *testing.T) {
	const raft = "src/raft/raft.go"
	with := func(imports string) string {
		return replaced(t, "module-2022", raft, "import (", "import (\n\t_ "+imports)
	}
	two := unpack(t, "module-2022")
	if err := os.CopyFS(filepath.Join(two, "old", "raft"), os.DirFS(filepath.Join(two, "src", "raft"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(two, "src"), filepath.Join(two, "new")); err != nil {
		t.Fatal(err)
	}
	linked := with(`"6.824/secret"`)
	if err := os.Symlink(t.TempDir(), filepath.Join(linked, "src", "secret")); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, dir, want string }{
		{"nothing", filepath.Join(t.TempDir(), "x"), "DIR: there is no such directory"},
		{"empty", t.TempDir(), "DIR: no Raft here; name the directory that has its .go files, or the checkout's root"},
		{"no Make", replaced(t, "module-2022", raft, "func Make(", "func New("),
			"DIR: no Raft here; name the directory that has its .go files, or the checkout's root"},
		{"two of them", two, "DIR has more than one Raft, in new/raft, old/raft; name the directory of one"},
		{"cgo", with(`"C"`), `DIR/src/raft/raft.go:4:2: import of "C": the sandbox has no C; remove this import`},
		{"network", with(`"net"`), `DIR/src/raft/raft.go:4:2: import of "net": the sandbox has no network but labrpc; remove this import`},
		{"programs", with(`"os/exec"`), `DIR/src/raft/raft.go:4:2: import of "os/exec": the sandbox has no other programs; remove this import`},
		{"the shim", with(`"raftlab/src/sim/node"`),
			`DIR/src/raft/raft.go:4:2: import of "raftlab/src/sim/node": it is the grader's own; remove this import`},
		{"outside", with(`"../../../secret"`), `DIR/src/raft/raft.go:4:2: import of "../../../secret": it lies outside of the checkout; remove this import`},
		{"not there", with(`"6.824/secret"`), `DIR/src/raft/raft.go:4:2: import of "6.824/secret": there is no such directory in the checkout; if it lies above the directory that you named, name the checkout's root`},
		{"a link", linked, `DIR/src/raft/raft.go:4:2: import of "6.824/secret": there is no such directory in the checkout; if it lies above the directory that you named, name the checkout's root`},
		{"package main", replaced(t, "module-2022", raft, "package raft", "package main"),
			"DIR/src/raft: package main cannot be imported; give the Raft a package of its own"},
		{"one more parameter", replaced(t, "module-2022", raft, "applyCh chan ApplyMsg)", "applyCh chan ApplyMsg, gid int)"), "DIR/src/raft/raft.go:53:6: Make has 5 parameters; the grader passes only peers, me, persister and applyCh"},
		{"one more parameter of CondInstallSnapshot",
			replaced(t, "module-2022", raft, "CondInstallSnapshot(term int,", "CondInstallSnapshot(id, term int,"),
			"DIR/src/raft/raft.go:35:1: CondInstallSnapshot has 4 parameters; the grader passes only the snapshot's term, its index and the snapshot"},
		{"another disk", replaced(t, "module-2022", raft, "persister *Persister, applyCh", "persister *bytes.Buffer, applyCh"), "DIR/src/raft/raft.go:53:6: Make's third parameter is *bytes.Buffer; it must be the lab's *Persister"},
		{"go.mod", replaced(t, "module-2022", "src/go.mod", "module", "modul\x00"),
			"DIR/src/go.mod:1:6: unexpected input character '\\x00'; fix go.mod"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := find(test.dir)
			if err == nil {
				t.Fatal("not refused")
			}
			if got := strings.ReplaceAll(err.Error(), test.dir, "DIR"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// The compiler speaks of the checkout's own files and lines, though it sees others.
func TestCompilerWords(t *testing.T) {
	tests := []struct{ name, archive, file, old, new, want string }{
		{"in the package", "module-2022", "src/raft/raft.go", "rf.term = 0", "rf.turn = 0",
			"DIR/src/raft/raft.go:55:5: rf.turn undefined"},
		{"beside the harness files", "gopath-2016", "src/raft/persister.go", "return 10", "return ten",
			"DIR/src/raft/persister.go:"},
		{"in a package of its own", "module-2022", "src/mylog/mylog.go", "fmt.Println(", "fmt.Printline(",
			"DIR/src/mylog/mylog.go:5:33: undefined: fmt.Printline"},
		{"another type of Start", "module-2022", "src/raft/raft.go", "Start(command interface{}) (int, int, bool) {",
			"Start(command string) (int, int, bool) {", "DIR/src/raft/raft.go:53:6: "},
		{"rules of its go line", "module-2022", "src/raft/raft.go", "rf.term = 0", "rf.term = min(0, 1)",
			"built-in min requires go1.21 or later"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := replaced(t, test.archive, test.file, test.old, test.new)
			s, err := find(dir)
			if err != nil {
				t.Fatal(err)
			}
			stage := t.TempDir()
			_, err = s.Build(context.Background(), tools(t), filepath.Join(stage, "stage"), "")
			if err == nil {
				t.Fatal("it compiles")
			}
			got := strings.ReplaceAll(err.Error(), dir, "DIR")
			if !strings.Contains(got, test.want) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if _, err := s.BuildNative(context.Background(), tools(t), filepath.Join(stage, "native"), stage,
				submission.Native{}); err == nil || strings.ReplaceAll(err.Error(), dir, "DIR") != got {
				t.Errorf("natively %v\nbut in a box %s", err, got)
			}
			for _, own := range []string{stage, "main.go", "../submission"} {
				if strings.Contains(got, own) {
					t.Errorf("it speaks of %s, which is not the user's: %s", own, got)
				}
			}
		})
	}
}

// Who only encodes and decodes with gob gets the encoder that is quick; whoever names gob's types, in whatever file,
// keeps gob.
func TestGob(t *testing.T) {
	for _, test := range []struct{ name, more, want string }{
		{"plain", "", `gob "raftlab/src/labgob"`},
		{"types named", "package raft\n\nimport code \"encoding/gob\"\n\nvar _ *code.Encoder\n", `"encoding/gob"`},
		{"dot", "package raft\n\nimport . \"encoding/gob\"\n\nvar _ *Encoder\n", `"encoding/gob"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := unpack(t, "gopath-2016")
			if test.more != "" {
				write(t, filepath.Join(dir, "src/raft/more.go"), test.more)
			}
			s, err := find(dir)
			if err != nil {
				t.Fatal(err)
			}
			stage := filepath.Join(t.TempDir(), "stage")
			if _, err := s.Build(context.Background(), tools(t), stage, ""); err != nil {
				t.Fatal(err)
			}
			src, err := os.ReadFile(filepath.Join(stage, "submission/raft/raft.go"))
			if err != nil {
				t.Fatal(err)
			}
			if _, imports, _ := strings.Cut(string(src), "import ("); !strings.Contains(imports, "\n\t"+test.want+
				"\n") {
				t.Errorf("want the import %s in\n%s", test.want, src)
			}
		})
	}
}
