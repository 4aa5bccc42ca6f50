package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// An attack is a submission that tries for what it has not earned, or for the machine. Its files, in testdata/attacks
// or made by the test, are laid over a skeleton of the lab that elects nobody.
type attack struct {
	name string
	want string // matches the kind and first line of its failures; or "refused: " and why it is not run

	make func(dir string) error // lays what cannot lie in a repository; nil for none
}

// attacks that end by themselves.
var attacks = []attack{
	{"asks-dlog", nobody, nil},
	{"asks-log", nobody, nil},
	{"asks-network", nobody, nil},
	{"assembly", `refused: trap_wasm\.s: a submission may not have assembly`, nil},
	// What functions have these numbers is the linker's to say: it crashes, or nothing of its Raft runs any more.
	{"calls-anything", `panic: S0|exit: S0|` + nobody, nil},
	{"cgo-directives", `refused: //go:cgo_ldflag .* only allowed in cgo-generated code`, nil},
	{"claims-leader", `safety: Elected by a Majority: S0 leads T1`, nil},
	{"command-empties", `resource: S\d`, nil},
	{"command-huge", `resource: S\d asks for too much: it applies a command of \d+ bytes`, nil},
	{"defers-panics", `(panic: S0: |exit: S0 ended its process with status 4)`, nil}, // printing all that has no room
	{"embeds-absolute", `refused: pattern /etc/passwd: invalid pattern syntax`, nil},
	{"embeds-above", `refused: pattern \.\./\.\.: invalid pattern syntax`, nil},
	{"exit-handler", `exit: S\d ended its process with status 0`, nil},
	{"exit-init", `exit: S0 ended its process with status 0`, nil},
	{"fake-labrpc", `refused: undefined: labrpc\.Elect`, nil},
	{"fetched-module", `refused: raftlab-attack\.invalid/x`, nil},
	{"files-large", nobody, nil},
	{"files-many", nobody, nil},
	{"forges-harness", `panic: S0: panic: the end`, nil},
	{"future-go", `refused: its go\.mod asks for go1\.99`, nil},
	{"go-settings", nobody, nil},
	{"gob-cycle", `resource: S0 asked for more memory than its 64 MiB`, nil},
	{"goexit-handler", `deadlock: S\d: GetState has not returned`, nil},
	{"goexit-make", `deadlock: S0: Make has not returned`, nil},
	{"imports-c", `refused: import of "C": the sandbox has no C`, nil},
	{"imports-exec", `refused: import of "os/exec": the sandbox has no other programs`, nil},
	{"imports-grader", `refused: import of "raftlab/src/box/guest": it is the grader's own`, nil},
	{"import-cycle", `refused: import cycle`, nil},
	{"imports-impls", `refused: import of "raftlab/impls/ticker-timer": it is the grader's own`, nil},
	{"imports-internal", `refused: use of internal package`, nil},
	{"imports-net", `refused: import of "net": the sandbox has no network`, nil},
	{"imports-plugin", `refused: import of "plugin": the sandbox has no plugins`, nil},
	{"injected-lines", `refused: go\.mod`, nil},
	{"leads-in-turn", `safety: Elected by a Majority: S\d leads T`, nil},
	{"locks-itself", `deadlock: S\d: GetState has not returned`, nil},
	{"message-100mb", `resource: S0 asked for more memory than its 64 MiB`, nil},
	{"named-raftlab", `refused: import of "raftlab/src/sim/node": it is the grader's own`, nil},
	{"names-by-call", `resource: S\d asks for too much: it calls a method whose name has 5242885 bytes`, nil},
	{"negative-term", `safety: `, nil},
	{"panic-handler", `panic: S\d: panic: .*--- PASS`, nil},
	{"panics-anew", `panic: S\d: panic: no failure is like [a-z]{12}, in raft\.init`, nil},
	{"prints-commands", `panic: S0: panic: ::error::none`, nil},
	{"prints-newlines", `panic: S0: panic: printed`, nil},
	{"prints-verdicts", nobody, nil},
	{"recursion", `resource: S0 asked for more memory than its 64 MiB`, nil},
	{"reads-stdin", `panic: S\d|exit: S\d|deadlock: S\d`, nil},
	{"registers-types", `panic: S0|exit: S0|` + nobody, nil},
	{"replaced-above", `refused: import of "staff\.example/solution": it lies outside of the checkout`, nil},
	{"replaced-absolute", `refused: import of "staff\.example/solution": it lies outside of the checkout`, nil},
	{"replaced-labrpc", `refused: undefined: labrpc\.Leader`, nil},
	{"shared-leader", `safety: Elected by a Majority: S\d leads T1`, nil},
	{"sleeps-at-init", `deadlock: |` + nobody, nil},
	{"spies", `panic: spies saw 0 things`, nil},
	{"steps-out", `refused: it lies outside of the checkout`, nil},
	{"strange-names", `panic: .*this server has no such handler`, nil},
	{"unsafe-overwrites", `panic: S0: the guest crashed`, nil},
	{"unsafe-scans", `panic: S0|` + nobody, nil},
	{"vendored", `refused: undefined: deadlock\.Own`, nil},
	{"votes-for-itself", `safety: Elected by a Majority: S0 leads T1`, nil},

	{"waits-at-init", `deadlock: |exit: |panic: `, nil},

	{"compile-errors", `refused: does not compile`, func(dir string) error {
		return write(dir, "src/raft/attack.go", "package raft\n\nvar x int = struct{"+strings.Repeat("a, ", 400_000)+
			"b int}{}\n")
	}},
	{"large-mod", `refused: go\.mod has \d+ bytes`, func(dir string) error {
		return write(dir, "src/go.mod", "module 6.5840\n\ngo 1.22\n"+strings.Repeat("// more\n", 1<<19))
	}},
	{"link-to-file", `refused: no Raft here`, func(dir string) error {
		raft := filepath.Join(dir, "src/raft")
		return errors.Join(os.Rename(filepath.Join(raft, "raft.go"), filepath.Join(dir, "../outside.go")),
			os.Symlink("../../../outside.go", filepath.Join(raft, "raft.go")))
	}},
	{"link-to-directory", `refused: no Raft here`, func(dir string) error {
		return errors.Join(os.Rename(filepath.Join(dir, "src"), filepath.Join(dir, "../outside")),
			os.Symlink("../outside", filepath.Join(dir, "src")))
	}},
	{"link-to-package", `refused: no such directory in the checkout`, func(dir string) error {
		return errors.Join(
			write(dir, "../outside2/p.go", "package p\n"),
			os.Symlink("../../outside2", filepath.Join(dir, "src/linked")),
			write(dir, "src/raft/attack.go", "package raft\n\nimport _ \"6.5840/linked\"\n"))
	}},
	{"link-to-mod", `refused: go\.mod is not a regular file`, func(dir string) error {
		mod := filepath.Join(dir, "src/go.mod")
		return errors.Join(os.Remove(mod), os.Symlink("/etc/passwd", mod))
	}},
	{"pipe", `refused: no Raft here`, func(dir string) error {
		raft := filepath.Join(dir, "src/raft/raft.go")
		return errors.Join(os.Remove(raft), syscall.Mkfifo(raft, 0o666))
	}},
	{"pipe-as-mod", `refused: go\.mod is not a regular file`, func(dir string) error {
		mod := filepath.Join(dir, "src/go.mod")
		return errors.Join(os.Remove(mod), syscall.Mkfifo(mod, 0o666))
	}},
	{"huge-file", `refused: a source file may have`, func(dir string) error {
		return write(dir, "src/raft/big.go", "package raft\n"+strings.Repeat("// more\n", 1<<19))
	}},
	{"deep-source", `refused: nesting depth|deep\.go.*fix it`, func(dir string) error {
		return write(dir, "src/raft/deep.go", "package raft\n\nvar x = "+strings.Repeat("(", 500_000)+"1"+
			strings.Repeat(")", 500_000)+"\n")
	}},
	{"much-source", `refused: the source has more than 32 MiB`, func(dir string) error {
		for i := range 20 {
			if err := write(dir, fmt.Sprintf("src/raft/more%d.go", i), "package raft\n"+
				strings.Repeat("// more\n", 1<<18-10)); err != nil {
				return err
			}
		}
		return nil
	}},
	{"type-explosion", `refused: the compiler needs more than 2048 MiB`, func(dir string) error {
		var src strings.Builder
		src.WriteString("package raft\n\nvar _ = f0[int]()\n")
		for i := range 40 { // each type has twice the size of the one before
			fmt.Fprintf(&src, "func f%d[T any]() int { return f%d[struct{ a, b T }]() }\n", i, i+1)
		}
		src.WriteString("func f40[T any]() int { return 0 }\n")
		return write(dir, "src/raft/attack.go", src.String())
	}},
	{"huge-array", `resource: S0 asked for more memory than its 64 MiB`, func(dir string) error {
		return write(dir, "src/raft/attack.go", "package raft\n\nvar huge = [1 << 26]byte{0: 1, 1<<26 - 1: "+
			"1}\n\nfunc init() { onMake = func(rf *Raft) { huge[rf.me]++ } }\n")
	}},
	{"huge-constant", `refused: its program has \d\d MiB, and the sandbox takes 64`, func(dir string) error {
		var src strings.Builder
		src.WriteString("package raft\n\nconst c0 = \"0123456789abcdef\"\n")
		for i := range 22 {
			fmt.Fprintf(&src, "const c%d = c%d + c%d\n", i+1, i, i)
		}
		src.WriteString("var Huge = c22\n\nfunc init() { onMake = func(rf *Raft) { println(Huge[rf.me:]) } }\n")
		return write(dir, "src/raft/attack.go", src.String())
	}},
	{"na'me \x1b[2J\n\"--- PASS: $(touch owned)", `refused: attack\.go:3:9: undefined: nothing`,
		func(dir string) error {
			return write(dir, "src/raft/attack.go",
				"package raft\n//line \x1b[2J\x1b]0;owned\x07.go:1\nvar _ = nothing\n")
		}},
}

// reaching are attacks that bypass the rules of Go. All of them are refused; what stands behind that wall must hold
// alone, too.
var reaching = []attack{
	{"deep-values", `exit: S0's box applies what is no command`, nil},
	{"forges-applies", `exit: S0's box applies what is no command`, nil},
	{"forges-calls", `exit: S0's box calls node -1, which is not there`, nil},
	{"forges-frames", `exit: S0's box sends a malformed message of 2 bytes`, nil},
	{"forges-replies", `safety: Elected by a Majority: S0 leads T1`, nil},
	{"hangs-stacks", `timeout: S\d loops without waiting for anything`, nil},
	{"linkname-guest", `safety: Elected by a Majority: S0 leads T1`, nil},
	{"linkname-runtime", `refused: link: submission/raft: invalid reference to runtime\.exit`, nil},
	{"linkname-elsewhere", nobody, nil},
	{"names-5mb", `resource: S\d asks for too much: it calls a method whose name has 5242880 bytes`, nil},
	{"quiet-votes", `safety: Elected by a Majority: S0 leads T1`, nil},
	{"saves-flood", spent, nil},
	{"warning-flood", spent, nil},
	{"wasmexport-start", `refused: _start`, nil},
	{"wasmimport-early", `safety: Elected by a Majority: S0 leads T1`, nil},
	{"wasmimport-pointers", `panic: S0: the guest made a bad call: send of 4294967295 bytes at 0xfffffff0`, nil},
	{"wasmimport-signature", `refused: raftlab.*schedule|signature`, nil},
	{"wasmimport-unknown", `refused: imports functions of "env", which no host has`, nil},
}

// nobody matches what the skeleton fails for, in which nobody is elected: a monitor sees it before the scenario does.
const nobody = `^assertion: expected one leader, got none|^safety: Timeouts Begin Elections`

// spent matches what ends those who want all that there is: which limit they reach first depends on the machine.
const spent = `^timeout: S\d (loops without waiting for anything|was at work when the run had computed)|^resource: (S\d ask|200000 messages and timers within a second)`

// attacks that end only because they are made to.
var endless = []attack{
	{"asks-runtime", spent + `|^exit: S0|^panic: S0|` + nobody, nil},
	{"disk-flood", spent, nil},
	{"finalizers", spent + `|` + nobody, nil},
	{"goroutine-bomb", spent, nil},
	{"loops-at-init", `timeout: S0 loops without waiting for anything, in raft\.init.* at attack\.go:\d+`, nil},
	{"loops-in-getstate", `^timeout: S\d|^deadlock: S\d: GetState has not returned|` + nobody, nil},
	{"loops-in-handler", `^timeout: S\d|^deadlock: S\d: GetState has not returned|` + nobody, nil},
	{"loops-in-make", `timeout: S0 loops without waiting for anything, in raft\.init.* at attack\.go:\d+`, nil},
	{"maps-collide", spent, nil},
	{"memory-bomb", spent, nil},
	{"messages-flood", spent, nil},
	{"naps", spent + `|` + nobody, nil}, // timers take as long as on a machine
	{"output-bomb", `timeout: S0 loops without waiting for anything`, nil},
	{"replies-hoard", spent, nil},
	{"rpc-flood", spent, nil},
	{"rpc-storm", spent, nil},
	{"timers-million", spent, nil},
	{"unsafe-unstoppable", `timeout: S0 loops without waiting for anything`, nil},
}

// No attack gets credit that it has not earned, ends the grader, or reaches the machine.
func TestAttacks(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and plays a hundred programs: a minute; make hostile does it")
	}
	if len(attacks)+len(reaching)+len(endless) < 90 {
		t.Fatal("the corpus is gone")
	}
	t.Setenv("GOPROXY", "off") // and who asks for more than there is does not get it
	t.Setenv("RAFTLAB_SECRET", "a secret of the machine")
	t.Setenv("GITHUB_ACTIONS", "true")
	// An honest one passes; and what all need of Go's library is compiled then, not by each class.
	var out, errs bytes.Buffer
	args := strings.Fields("grader run -count 1 -run InitialElection -memory 64 testdata/checkout")
	if status := grader(t.Context(), args, &out, &errs); status != 0 {
		t.Fatalf("status %d of an honest submission: %s%s", status, &out, &errs)
	}
	half := len(attacks) / 2
	var classes sync.WaitGroup // at the same time, however few processors there are: some wait for the compiler
	for _, g := range []struct {
		name string
		list []attack
		args string
	}{
		{"First", attacks[:half], "-run 2A -tier classic -memory 64"},
		{"Second", attacks[half:], "-run 2A -tier classic -memory 64"},
		{"Behind", reaching, "-run InitialElection -turn 100ms -memory 64 -allow-directives"},
		{"Refused", refused(reaching), "-run InitialElection"},
		{"Endless", endless, "-run InitialElection -turn 100ms -memory 64"},
	} {
		classes.Go(func() {
			t.Run(g.name, func(t *testing.T) { withstand(t, g.list, g.args) })
		})
	}
	classes.Wait()
}

// refused are attacks that bypass the rules of Go, of which none is played.
func refused(list []attack) []attack {
	list = slices.Clone(list)
	for i := range list {
		list[i].want = `refused: a submission may not have //go:(linkname|wasmimport|wasmexport)`
	}
	return list
}

// withstand grades attacks and looks at what came of it.
func withstand(t *testing.T, list []attack, args string) {
	dir := t.TempDir()
	var paths []string
	for _, a := range list {
		path := filepath.Join(dir, "class", a.name)
		if err := a.lay(path, filepath.Join(dir, "marker")); err != nil {
			t.Fatalf("%s: %v", a.name, err)
		}
		paths = append(paths, path)
	}
	before := contents(t, filepath.Join(dir, "class"))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	file := filepath.Join(dir, "results.json")
	command := append([]string{"grader", "run", "-count", "1", "-v", "-logs", filepath.Join(dir, "logs"), "-json", file,
		"-summary", filepath.Join(dir, "summary.md")}, strings.Fields(args)...)
	status := grader(ctx, append(command, paths...), &out, &errs)
	if status != statusUsage && status != statusFailed {
		t.Errorf("status %d:\n%s", status, &errs)
	}
	var res struct {
		results
		Finished bool
	}
	data, err := os.ReadFile(file)
	if err := errors.Join(err, json.Unmarshal(data, &res)); err != nil || !res.Finished ||
		len(res.Implementations) != len(list) {
		t.Fatalf("%v, not finished: %s\n%s", err, data, &errs)
	}
	for i, a := range list {
		got := res.Implementations[i]
		want := regexp.MustCompile(a.want)
		if n := len(got.LoadError); n > 20_000 {
			t.Errorf("%q is refused in %d bytes", a.name, n)
		}
		if refusal := "refused: " + got.LoadError; got.LoadError != "" || len(got.Scenarios) == 0 {
			want := "(?s)" + strings.Replace(a.want, "refused: ", "^refused: .*", 1)
			if !regexp.MustCompile(want).MatchString(refusal) {
				t.Errorf("%q is %s\nwant %s", a.name, refusal, a.want)
			}
			continue
		}
		for _, s := range got.Scenarios {
			if s.Passed != 0 || s.Failed != 1 {
				t.Errorf("%q has credit that it has not earned: %s has passed %d times", a.name, s.Name, s.Passed)
				continue
			}
			message, _, _ := strings.Cut(s.Failures[0].Message, "\n")
			if got := s.Failures[0].Kind + ": " + message; !want.MatchString(got) {
				t.Errorf("%q, %s\ngot  %s\nwant %s", a.name, s.Name, got, a.want)
			}
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "marker*")); len(left) > 0 {
		t.Errorf("written outside of the sandbox: %q", left)
	}
	if diff := cmp.Diff(before, contents(t, filepath.Join(dir, "class"))); diff != "" {
		t.Errorf("the submissions have changed:\n%s", diff)
	}
	for name, text := range map[string]string{"standard output": out.String(), "standard error": errs.String()} {
		if i := strings.IndexAny(text, "\x1b\x07\x00"); i >= 0 {
			t.Errorf("%s has what moves the terminal: %q", name, text[max(0, i-200):min(len(text), i+20)])
		}
		if command := workflowCommand.FindString(text); command != "" {
			t.Errorf("%s has a command to GitHub: %q", name, command)
		}
	}
	logs := filepath.Join(dir, "logs")
	if err := os.MkdirAll(logs, 0o777); err != nil { // there is none if no attack was played
		t.Fatal(err)
	}
	for name, text := range contents(t, logs) {
		unprintable := func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }
		if i := strings.IndexFunc(text, unprintable); i >= 0 {
			t.Errorf("the log %s has what moves the terminal: %q", name, text[max(0, i-200):min(len(text), i+20)])
		}
		if forged := forgedLine.FindString(text); forged != "" {
			t.Errorf("in the log %s a server speaks for another: %q", name, forged)
		}
	}
	for name, text := range contents(t, dir) {
		if strings.Contains(text, os.Getenv("RAFTLAB_SECRET")) {
			t.Errorf("%s has a secret of the machine", name)
		}
	}
}

var (
	workflowCommand = regexp.MustCompile(`(?m)^\s*::.*|##\[.*`)
	forgedLine      = regexp.MustCompile(`(?m)^\d+ [A-Z0-9]+ (?:FAIL|--|S9) .*forged`)
)

// lay makes the submission. Where its files say MARKER they get the name of a file that nothing may write, and where
// they say PROJECT, this one's directory.
func (a attack) lay(dir, marker string) error {
	project, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	names := strings.NewReplacer("MARKER", marker, "PROJECT", project)
	directories := []string{"_base", a.name}
	if slices.ContainsFunc(reaching, func(r attack) bool { return r.name == a.name }) {
		directories = []string{"_base", "_frames", a.name}
	}
	for _, from := range directories {
		root := filepath.Join("testdata/attacks", from)
		if _, err := os.Stat(root); err != nil && a.make != nil {
			continue
		}
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			return write(dir, rel, names.Replace(string(data)))
		})
		if err != nil {
			return err
		}
	}
	if a.make == nil {
		return nil
	}
	return a.make(dir)
}

func write(dir, name, text string) error {
	name = filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o666)
}

// contents are the regular files below a directory, and what is in them.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// With all the memory that servers may have by default, and no more than a small machine's for the process, attacks on
// memory end as their own results, and their neighbours' are what they are without them.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes gigabytes: see TestAttacks; make hostile does it")
	}
	const space = 8 << 20 // KiB of addresses
	if runtime.GOOS != "linux" {
		t.Skip("limits the addresses of a process as Linux does")
	}
	dir := t.TempDir()
	honest := filepath.Join(dir, "honest")
	if err := os.CopyFS(honest, os.DirFS("testdata/checkout")); err != nil {
		t.Fatal(err)
	}
	var hostile []string
	wants := map[string]string{
		"command-empties": `S\d asked for more memory than its 512 MiB|S\d asks for too much`,
		"memory-each":     `S\d asked for more memory than the 2048 MiB that all servers have together`,
		"memory-steps":    `S\d asked for more memory than the 2048 MiB that all servers have together`,
		"names-by-call":   `S\d asks for too much: it calls a method`,
		"replies-hoard":   `S\d asks for too much|S\d asked for more memory`,
	}
	for _, name := range slices.Sorted(maps.Keys(wants)) {
		path := filepath.Join(dir, name)
		if err := (attack{name: name}).lay(path, filepath.Join(dir, "marker")); err != nil {
			t.Fatal(err)
		}
		hostile = append(hostile, path)
	}
	play := func(paths ...string) (res struct{ Implementations []json.RawMessage }) {
		file := filepath.Join(t.TempDir(), "results.json")
		args := append([]string{"run", "-count", "1", "-run", "AllStartAtOnce9", "-logs", t.TempDir(), "-json", file},
			paths...)
		cmd := exec.CommandContext(t.Context(), "sh",
			append([]string{"-c", fmt.Sprintf(`ulimit -v %d; exec "$@"`, space), "sh", os.Args[0]}, args...)...)
		if out, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() > statusUsage {
			t.Fatalf("%v: %s", err, out)
		}
		decode(t, file, &res)
		if len(res.Implementations) != len(paths) {
			t.Fatalf("%d results of %d", len(res.Implementations), len(paths))
		}
		return res
	}
	alone := play(honest)
	together := play(append(slices.Clone(hostile), honest)...)
	if diff := cmp.Diff(timeless(alone.Implementations[0]),
		timeless(together.Implementations[len(hostile)])); diff != "" {
		t.Errorf("the honest one's results, alone and together:\n%s", diff)
	}
	for i, path := range hostile {
		var got struct {
			Scenarios []struct{ Failures []failure }
		}
		name := filepath.Base(path)
		if err := json.Unmarshal(together.Implementations[i], &got); err != nil || len(got.Scenarios) != 1 ||
			len(got.Scenarios[0].Failures) != 1 {
			t.Errorf("%s: %v, %s", name, err, together.Implementations[i])
			continue
		}
		want := regexp.MustCompile(wants[name])
		if f := got.Scenarios[0].Failures[0]; f.Kind != "resource" || !want.MatchString(f.Message) {
			t.Errorf("%s: %s: %.200s", name, f.Kind, f.Message)
		}
	}
}

// Elections without votes pass all that the lab asks of elections. What the paper asks they do not, and where the
// points file wants the monitors, they have no points.
func TestElectionsWithoutVotes(t *testing.T) {
	dir := t.TempDir()
	path, file, points := filepath.Join(dir, "bully"), filepath.Join(dir, "results.json"),
		filepath.Join(dir, "grading.toml")
	if err := (attack{name: "bully"}).lay(path, filepath.Join(dir, "marker")); err != nil {
		t.Fatal(err)
	}
	for required, want := range map[string]float64{"strict": 18, "all": 0} {
		if err := os.WriteFile(points, []byte("[classic]\n2A = 18\n[monitors]\nrequired = '"+required+"'\n"),
			0o666); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		grader(t.Context(), []string{"grader", "run", "-count", "1",
			"-run", "InitialElection|ReElection|ManyElections|MajorityInTerm",
			"-logs", dir, "-json", file, "-grading", points, path}, &out, &errs)
		var res struct {
			Implementations []struct {
				Points struct{ Score float64 }

				Scenarios []struct {
					Name              string
					Failed, Unwatched int
				}
			}
		}
		decode(t, file, &res)
		impl := res.Implementations[0]
		if impl.Points.Score != want {
			t.Errorf("%v points, want %v:\n%s", impl.Points.Score, want, &out)
		}
		for _, s := range impl.Scenarios {
			if voteless := s.Name == "MajorityInTerm"; voteless != (s.Failed > 0) || voteless == (s.Unwatched > 0) {
				t.Errorf("%s: %d failed, %d were not watched", s.Name, s.Failed, s.Unwatched)
			}
		}
		if says := strings.Contains(out.String(),
			"runs that no monitor could watch earn nothing, in InitialElection"); says != (want == 0) {
			t.Errorf("required %s, and the report says:\n%s", required, &out)
		}
	}
}

// A hostile submission in a class changes nothing in the results of the others.
func TestHostileNeighbour(t *testing.T) {
	if testing.Short() {
		t.Skip("builds eleven programs twice: see TestAttacks; make hostile does it")
	}
	dir := t.TempDir()
	var class []string
	for i := range 10 {
		path := filepath.Join(dir, string(rune('a'+i)))
		if err := os.CopyFS(path, os.DirFS("testdata/checkout")); err != nil {
			t.Fatal(err)
		}
		class = append(class, path)
	}
	hostile := attack{name: "rpc-flood"}
	path := filepath.Join(dir, "hostile")
	if err := hostile.lay(path, filepath.Join(dir, "marker")); err != nil {
		t.Fatal(err)
	}
	alone := entries(t, class)
	together := entries(t, append(append(append([]string{}, class[:5]...), path), class[5:]...))
	if diff := cmp.Diff(alone, append(append([]string{}, together[:5]...), together[6:]...)); diff != "" {
		t.Errorf("the others' results, without and with the hostile one:\n%s", diff)
	}
	if !strings.Contains(alone[0], `"passed": 2`) {
		t.Errorf("the honest ones have not passed: %s", alone[0])
	}
}

// entries grades submissions and returns each one's part of the JSON, without what was measured.
func entries(t *testing.T, paths []string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "results.json")
	var out, errs bytes.Buffer
	grader(t.Context(), append([]string{"grader", "run", "-count", "2", "-run", "InitialElection|ReElection", "-turn",
		"500ms", "-memory", "64", "-logs", t.TempDir(), "-json", file}, paths...), &out, &errs)
	var res struct{ Implementations []json.RawMessage }
	decode(t, file, &res)
	var list []string
	for _, e := range res.Implementations {
		list = append(list, timeless(e))
	}
	if len(list) != len(paths) {
		t.Fatalf("%d entries for %d submissions:\n%s", len(list), len(paths), &errs)
	}
	return list
}
