package submission

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftlab/src/raft/editions/program"
)

// What bypasses the rules of Go is found wherever the compiler would find it, and nowhere else.
func TestReaching(t *testing.T) {
	const head = "package raft\n\nimport _ \"unsafe\"\n\n"
	for _, tt := range []struct{ name, text, want string }{
		{"a.go", head + "//go:linkname exit runtime.exit\nfunc exit(code int32)\n",
			"a.go:5:1: a submission may not have //go:linkname: "},
		{"a.go", head + "\t//go:linkname exit\r\nfunc exit(code int32)\n",
			"a.go:5:2: a submission may not have //go:linkname: "},
		{"a.go", head + "//go:wasmimport raftlab send\nfunc send(p uintptr, n uint32)\n",
			"a.go:5:1: a submission may not have //go:wasmimport: "},
		{"a.go", head + "func f() {\n//go:wasmexport resume\n}\n",
			"a.go:6:1: a submission may not have //go:wasmexport: "},
		{"a.go", head + "//line b.go:700\n//go:wasmexport resume\nfunc f() {}\n",
			"a.go:6:1: a submission may not have //go:wasmexport: "},
		{"a.go", head + "var s = `\n//go:linkname exit runtime.exit\n`\n", ""},
		{"a.go", head + "// go:linkname exit runtime.exit\n// see //go:linkname x y\n/*\n//go:linkname z y\n*/\n", ""},
		{"a.go", head + "//go:linknames exit\n//go:noinline\n//go:build !x\nfunc f() {}\n", ""},
		{"a_windows.go", head + "//go:linkname exit runtime.exit\nfunc exit(code int32)\n", ""},
		{"b.s", "TEXT ·trap(SB), $0-0\n", "b.s: a submission may not have assembly: "},
		{"b_wasm.s", "TEXT ·trap(SB), $0-0\n", "b_wasm.s: a submission may not have assembly: "},
		{"b_amd64.s", "TEXT ·trap(SB), $0-0\n", ""},
	} {
		dir := t.TempDir()
		for name, text := range map[string]string{"raft.go": "package raft\n\nimport \"6.5840/labrpc\"\n\ntype Raft " +
			"struct{}\n\nfunc Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg) " +
			"*Raft { return nil }\n\ntype ApplyMsg struct{ CommandValid bool; Command any; CommandIndex int " +
			"}\n\nfunc (rf *Raft) GetState() (int, bool) { return 0, false }\n\nfunc (rf *Raft) Start(any) " +
			"(int, int, bool) { return 0, 0, false }\n\nfunc (rf *Raft) Kill() {}\n", tt.name: tt.text} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		s, err := Find(dir, program.Checkouts())
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		switch err := s.refuseReaching(); {
		case err == nil && tt.want != "":
			t.Errorf("%s: not refused:\n%s", tt.name, tt.text)
		case err != nil && (tt.want == "" || !strings.HasPrefix(err.Error(), dir+string(filepath.Separator)+tt.want)):
			t.Errorf("%s: %v, want %s:\n%s", tt.name, err, tt.want, tt.text)
		}
	}
}

// The go command asks proxies, and never the hosts that modules name.
func TestProxies(t *testing.T) {
	for goproxy, want := range map[string]string{
		"https://proxy.golang.org,direct":             "https://proxy.golang.org",
		"https://goproxy.example|direct":              "https://goproxy.example",
		"https://a.example, https://b.example,direct": "https://a.example, https://b.example",
		"direct": "off",
		"off":    "off",
		"":       "off",
	} {
		if got := proxies(goproxy); got != want {
			t.Errorf("%q: %q, want %q", goproxy, got, want)
		}
	}
}
