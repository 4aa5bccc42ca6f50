package mutants

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// module writes files below a new directory.
func module(t *testing.T, files map[string]string) (root string) {
	t.Helper()
	root = t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

const (
	source  = "package x\n\nvar a = 1\nvar b = 1\nvar c = 1\n"
	header  = "title: wrong\nkind: log\nlab: raft\nimplementation: x\n"
	how     = "\nIt comes about.\n"
	change  = "-- x/x.go --\nvar a = 1\n-- becomes --\nvar a = 2\n"
	further = "-- x/x.go --\nvar b = 1\n-- becomes --\n"
)

func TestAll(t *testing.T) {
	root := module(t, map[string]string{
		"x/x.go": source,
		"all/b/two.txt": "part: 2A\nwhere: there\ndoubt: it may not\nseed: 7\nscenarios: One Two\nfinds: safety: (A|B)\n" +
			header + how + change + further + "-- story --\ntold\n",
		"all/a/one.txt": header + how + change,
		"all/README.md": "no mutant",
	})
	all, err := All(root, "all")
	if err != nil || len(all) != 2 || all[0].Name != "a/one" || all[1].Name != "b/two" {
		t.Fatalf("%v, %v", all, err)
	}
	m := all[1]
	got := []any{m.Title, m.How, m.Implementation, m.Part, m.Kind, m.Where, m.Lab, m.Scenarios, m.Seed, m.Doubt,
		len(m.Rest), string(m.Rest[0].Data), string(m.Overlay[filepath.Join(root, "x", "x.go")])}
	want := []any{"wrong", "It comes about.", "x", "2A", "log", "there", "raft", []string{"One", "Two"}, uint64(7),
		"it may not", 1, "told\n", "package x\n\nvar a = 2\nvar c = 1\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for says, matches := range map[string]bool{"safety: B: more": true, "a safety: A": false, "safety: C": false} {
		if m.Finds.MatchString(says) != matches {
			t.Errorf("%q is found: %v, want %v", says, !matches, matches)
		}
	}
	if text, err := os.ReadFile(filepath.Join(root, "x", "x.go")); err != nil || string(text) != source {
		t.Errorf("the tree has changed: %s (%v)", text, err)
	}
}

// What is wrong with a file is said with its name, and the other mutants are read.
func TestErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"unknown field", "color: red\n" + header + how + change, `unknown field "color"`},
		{"twice", header + header + how + change, `the field "title" twice`},
		{"no field", "title\n" + header + how + change, `the line "title" of its header is not`},
		{"no kind", strings.Replace(header, "kind: log\n", "", 1) + how + change, "must have a title, a kind and a lab"},
		{"no implementation", "title: wrong\n" + how + change, "into which implementation"},
		{"no sentence", header + change, "how the bug comes about"},
		{"bad seed", "seed: x\n" + header + how + change, `"x"`},
		{"bad expression", "finds: (\n" + header + how + change, "missing closing )"},
		{"changes nothing", header + how, "change a file"},
		{"the same", header + how + "-- x/x.go --\nvar a = 1\n-- becomes --\nvar a = 1\n", "changes nothing in x/x.go"},
		{"not there", header + how + "-- x/x.go --\nvar d = 1\n-- becomes --\n", "has this 0 times"},
		{"twice there", header + how + "-- x/y.go --\nvar a = 1\n-- becomes --\nvar a = 2\n", "has this 2 times"},
		{"no text", header + how + "-- x/x.go --\n-- becomes --\nvar e = 1\n", "must have it once"},
		{"no file", header + how + "-- x/z.go --\nvar a = 1\n-- becomes --\n", "z.go"},
		{"outside", header + how + "-- ../x.go --\nvar a = 1\n-- becomes --\n", "not one of the module"},
		{"no pair", header + how + "-- x/x.go --\nvar a = 1\n", `none that is named "becomes"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := module(t, map[string]string{
				"x/x.go": source, "x/y.go": source + source, "all/bad.txt": test.text, "all/good.txt": header + how + change,
			})
			all, err := All(root, "all")
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "bad.txt") {
				t.Errorf("the error is %v, want %s", err, test.want)
			}
			if len(all) != 1 || all[0].Name != "good" {
				t.Errorf("the others are %v", all)
			}
		})
	}
	if _, err := All(t.TempDir(), "."); err == nil || !strings.Contains(err.Error(), "no mutants") {
		t.Errorf("of an empty directory the error is %v", err)
	}
}
