package goroot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/semver"
)

// Releases are the releases of Go that the patches were tried with last, one for each minor version that is
// supported, oldest first. The go command can fetch them.
var Releases = sync.OnceValue(func() (list []string) {
	sets, err := embedded.ReadDir("patches")
	if err != nil {
		panic(err) // they are part of this program
	}
	for _, s := range sets {
		text, err := embedded.ReadFile(path.Join("patches", s.Name(), "release"))
		if err != nil {
			panic(err)
		}
		list = append(list, strings.TrimSpace(string(text)))
	}
	return list
})

// newest is the release to ask for if the Go at hand is not supported.
func newest() string { return Releases()[len(Releases())-1] }

// Supported are the minor versions of Go that guests can be built with, in words: "Go 1.26 or 1.27".
func Supported() string {
	var minors []string
	for _, v := range Releases() {
		minors = append(minors, strings.TrimPrefix(minorOf(v), "go"))
	}
	return "Go " + strings.Join(minors, " or ")
}

// A Toolchain is an installed Go of a supported version.
type Toolchain struct {
	Version string // such as "go1.26.8"
	Minor   string // such as "go1.26"
	Root    string // its GOROOT
	Merged  string // the GOROOT with the patched standard library, once [Toolchain.Merge] has made it

	// Instead is the version of the go command on PATH if that one is not supported; the go command has fetched
	// this toolchain then. Otherwise it is "".
	Instead string
}

// Command is the toolchain's go command.
func (t *Toolchain) Command() string { return filepath.Join(t.Root, "bin", "go") }

// An UnsupportedError says that the go command on PATH is of a version that has no patches.
type UnsupportedError struct {
	Version string
	Fetch   error // why a supported version could not be fetched instead; nil if GOTOOLCHAIN does not allow it
}

func (e *UnsupportedError) Error() string {
	s := fmt.Sprintf("%s is not supported: servers are built with %s; set GOTOOLCHAIN=%s, "+
		"which the go command fetches by itself, or install a supported version from https://go.dev/dl",
		e.Version, Supported(), newest())
	if e.Fetch != nil {
		s += fmt.Sprintf(" (fetching it failed: %v)", e.Fetch)
	}
	return s
}

// Find returns the toolchain of the go command on PATH, as GOTOOLCHAIN decides. If that one is not supported and
// GOTOOLCHAIN allows others, the go command fetches one that is supported; before that Find calls fetching, unless
// it is nil, with the two versions. No go.mod or go.work is considered. The error, which may be an
// [*UnsupportedError], is a sentence for users.
func Find(ctx context.Context, fetching func(found, wanted string)) (*Toolchain, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return nil, fmt.Errorf("there is no go command on PATH (%s): install %s from https://go.dev/dl, "+
			"or add the bin directory of an installed Go to PATH", os.Getenv("PATH"), Supported())
	}
	if fixed := os.Getenv("GOTOOLCHAIN"); strings.HasPrefix(fixed, "go") && !strings.Contains(fixed, "+") {
		// The go command may have to fetch it first, which takes a while and may fail.
		if t := (&Toolchain{Version: fixed, Minor: minorOf(fixed)}); !t.supported() {
			return nil, &UnsupportedError{Version: fixed}
		}
	}
	found, policy, err := ask(ctx)
	if err != nil {
		return nil, fmt.Errorf("the go command does not work, or cannot fetch the Go that GOTOOLCHAIN asks for: %w", err)
	}
	if found.supported() {
		return found, nil
	}
	unsupported := &UnsupportedError{Version: found.Version}
	wanted := newest()
	switch {
	case policy == "auto" || strings.HasSuffix(policy, "+auto"):
	case policy == "path" || strings.HasSuffix(policy, "+path"):
		wanted += "+path"
	default:
		return nil, unsupported
	}
	if fetching != nil {
		fetching(found.Version, strings.TrimSuffix(wanted, "+path"))
	}
	other, _, err := ask(ctx, "GOTOOLCHAIN="+wanted)
	switch {
	case err != nil:
		unsupported.Fetch = err
		return nil, unsupported
	case !other.supported():
		return nil, unsupported
	}
	other.Instead = found.Version
	return other, nil
}

func (t *Toolchain) supported() bool {
	return slices.ContainsFunc(Releases(), func(v string) bool { return minorOf(v) == t.Minor })
}

// ask asks the go command on PATH, with the settings of env, which toolchain it is. policy is its GOTOOLCHAIN.
func ask(ctx context.Context, env ...string) (t *Toolchain, policy string, err error) {
	cmd := exec.CommandContext(ctx, "go", "env", "-json", "GOROOT", "GOVERSION", "GOTOOLCHAIN")
	// Neither a go.mod nor a go.work may choose the version.
	cmd.Dir = filepath.VolumeName(os.TempDir()) + string(filepath.Separator)
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "GOFLAGS=", "PWD="+cmd.Dir), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		if text := strings.TrimSpace(stderr.String()); text != "" {
			err = fmt.Errorf("%s", text)
		}
		return nil, "", err
	}
	var said struct{ GOROOT, GOVERSION, GOTOOLCHAIN string }
	if err := json.Unmarshal(out, &said); err != nil {
		return nil, "", fmt.Errorf("go env: %w", err)
	}
	// A version may be followed by experiments: "go1.26.8 X:nodwarf5".
	version, _, _ := strings.Cut(said.GOVERSION, " X:")
	t = &Toolchain{Version: version, Minor: minorOf(version), Root: said.GOROOT}
	return t, said.GOTOOLCHAIN, nil
}

// minorOf is the minor version that a release belongs to, "go1.26" for "go1.26.8" and "go1.26rc1", or "" for what
// is no release.
func minorOf(version string) string {
	digits, ok := strings.CutPrefix(version, "go")
	if !ok {
		return ""
	}
	if i := strings.IndexFunc(digits, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }); i >= 0 {
		digits = digits[:i]
	}
	minor := semver.MajorMinor("v" + digits)
	if minor == "" {
		return ""
	}
	return "go" + strings.TrimPrefix(minor, "v")
}
