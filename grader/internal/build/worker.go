package build

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"raftlab/src/box/gobuild"
	"raftlab/src/lab"
)

// Options says how a worker is compiled.
type Options struct {
	Race bool // with the race detector
}

// Tags are the build tags of every worker: go-deadlock's mutexes then let virtual time pass while somebody waits for
// one.
const Tags = "deadlock_synctest"

// WorkerTest is the name of the worker's test function.
const WorkerTest = "TestRaftlabWorker"

// If Make has a wrong type, the compiler's message is to name the place where that can be fixed, and not this file.
var workerSource = template.Must(template.New("").Parse(`package {{.Package}}_test

import (
	"testing"

	implementation {{printf "%q" .ImportPath}}
	lab {{printf "%q" .Lab.Package}}
	program {{printf "%q" .Lab.Program}}
{{- with .Base}}
	base {{printf "%q" .ImportPath}}
{{- end}}
	"raftlab/src/lab/labtest"
)

func ` + WorkerTest + `(t *testing.T) {
	labtest.Work(t, lab.Lab(),
		program.Program({{with .Make}}/*line {{.}}*/{{end}}implementation.{{.Lab.Constructor}},
			{{range .Lab.Further}}implementation.{{.Name}}, {{end}}{{with .Base}}base.{{$.Lab.BaseLab.Constructor}}, {{end}}nil), "")
}
`))

// Worker compiles an implementation, and what it stands on if its lab has a base, together with the lab into a test
// binary that speaks the worker protocol, and returns its path in dir. Nothing is written into the implementation's
// directory: the worker's source is laid over it, and its own tests are left out. If the implementation is at fault,
// the error is a [*gobuild.CompileError] with the compiler's words.
func Worker(ctx context.Context, impl Implementation, l *lab.Lab, opt Options, dir string) (string, error) {
	source := filepath.Join(dir, "worker_test.go")
	var b bytes.Buffer
	if err := workerSource.Execute(&b, struct {
		Implementation
		Lab *lab.Lab
	}{impl, l}); err != nil {
		return "", err
	}
	if err := os.WriteFile(source, b.Bytes(), 0o644); err != nil {
		return "", err
	}
	replace := map[string]string{filepath.Join(impl.Dir, "raftlab_worker_test.go"): source}
	own, err := filepath.Glob(filepath.Join(impl.Dir, "*_test.go"))
	if err != nil {
		return "", err
	}
	for _, f := range own {
		replace[f] = "" // as if it were not there
	}
	overlay := filepath.Join(dir, "overlay.json")
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, data, 0o644); err != nil {
		return "", err
	}

	binary := filepath.Join(dir, impl.Name+".test")
	err = Native(ctx, impl.Dir, binary, opt, os.Environ(), "-overlay", overlay)
	var compile *gobuild.CompileError
	switch {
	case err == nil:
		return binary, nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &compile):
		return "", &gobuild.CompileError{
			Text:  fmt.Sprintf("%s does not compile:\n%s", impl.Dir, compile.Text),
			Files: compile.Files,
		}
	}
	return "", fmt.Errorf("%s: %w", impl.Dir, err)
}

// Native compiles the tests of the package in a directory for this machine. If the package is at fault, the error is a
// [*gobuild.CompileError].
func Native(ctx context.Context, dir, binary string, opt Options, env []string, flags ...string) error {
	args := append([]string{"test", "-c", "-vet=off", "-tags", Tags, "-o", binary}, flags...)
	if opt.Race {
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, ".")...)
	cmd.WaitDelay = time.Second // for its output, once it was killed
	cmd.Dir, cmd.Env = dir, append(env, "PWD="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return gobuild.Explain(err, strings.TrimSpace(string(out)))
	}
	return nil
}
