package gobuild

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// What the go command says is the sources' fault only if it speaks of them.
func TestExplain(t *testing.T) {
	status := exec.Command("false").Run()
	for _, tt := range []struct {
		name, text string
		ofSources  bool
		files      string
	}{
		{"a type error",
			"# submission/raft\n../submission/raft/raft.go:7:2: undefined: x",
			true, "../submission/raft/raft.go"},
		{"two files", "# raft\n./a.go:1:1: x\n./b.go:2:2: y", true, "./a.go ./b.go"},
		{"an import that is not there", `raft.go:3:8: package nosuch is not in std (/goroot/src/nosuch)`, true, "raft.go"},
		{"vet", "# raft\nvet: ./a.go:3:1: expected declaration", true, "./a.go"},
		{"packages that import each other",
			"package box\n\timports a\n\timports b\n\timports a: import cycle not allowed",
			true, ""},
		{"a function without a body", "# box\nraft.f: relocation target raft.g not defined", true, ""},
		{"a name that is the runtime's", "# box\nlink: submission/raft: invalid reference to runtime.exit", true, ""},
		{"words of the sources",
			`./a.go:3:9: cannot use "no space left on device" (untyped string constant) as int value`,
			true, "./a.go"},
		{"a module that does not exist",
			"raft.go:4:2: example.com/m@v1.0.0: reading https://proxy/x.mod: 404 Not Found",
			true, "raft.go"},

		{"a full disk", "# runtime\ncompile: writing output: write $WORK/b002/_pkg_.a: no space left on device", false, ""},
		{"a full disk, when the compiler has complained before",
			"# raft\n./a.go:1:1: x\n# runtime\nmkdir /tmp/x: no space left on device",
			false, ""},
		{"a file that is too large",
			"# box\n/goroot/pkg/tool/link: flushing $WORK/b001/exe/a.out: write: file too large",
			false, ""},
		{"no cache", "failed to initialize build cache at /ro/go-build: mkdir /ro: read-only file system", false, ""},
		{"killed", "# raft\n/goroot/pkg/tool/compile: signal: killed", false, ""},
		{"no network",
			`raft.go:4:2: example.com/m@v1.0.0: Get "https://proxy/m": dial tcp: lookup proxy: no such host`,
			false, ""},
		{"no more processes",
			"go: error obtaining buildID for go tool compile: " +
				"fork/exec /goroot/pkg/tool/compile: resource temporarily unavailable",
			false, ""},
		{"nothing", "", false, ""},
		{"what nobody has seen yet", "go: the moon is in the wrong place", false, ""},
	} {
		err := Explain(status, tt.text)
		var compile *CompileError
		if errors.As(err, &compile) != tt.ofSources {
			t.Errorf("%s: %#v", tt.name, err)
		} else if tt.ofSources && strings.Join(compile.Files, " ") != tt.files {
			t.Errorf("%s: files %q, want %q", tt.name, compile.Files, tt.files)
		} else if err == nil || tt.text != "" && !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: error %v", tt.name, err)
		}
	}
}
