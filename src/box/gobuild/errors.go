package gobuild

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// A CompileError says what is wrong with the sources that were to be built. Any other error of [Build] is a failure of
// the toolchain or the machine, such as a full disk, and says nothing of them.
type CompileError struct {
	// Text is what the go command said. It names files as its user knows them.
	Text string
	// Files are those in which it says that something is wrong, as Text has them; none if the sources do not fit
	// together, as packages that import each other.
	Files []string
}

func (e *CompileError) Error() string { return e.Text }

var (
	// position is where a compiler, or the go command, says that something is wrong: "./raft.go:12:2: ...".
	position = regexp.MustCompile(`^(?:go: )?(?:vet: )?(.+?):\d+(?::\d+)?: (.*)`)

	// misfit is what is wrong with sources that has no line.
	misfit = regexp.MustCompile(`import cycle not allowed|found packages .* and .* in |build constraints exclude all Go files|` +
		`no Go files in |no non-test Go files in |relocation target .* not defined|function main is undeclared|` +
		`no required module provides package|is not in std|cannot find module providing package|cannot find main module|` +
		`is a program, not an importable package|flag provided but not defined|directory not found|` +
		`missing go\.sum entry|unknown revision|404 Not Found|410 Gone|malformed module path|checksum mismatch|` +
		`errors parsing |requires go >= |duplicated definition of symbol|C source files not allowed|` +
		`directory prefix .* does not contain|invalid reference to |module lookup disabled by GOPROXY=off|used for two different module paths|module .* found .*, but does not contain package`)

	// outside is what the machine or the network refused, also where the go command says for which import it asked.
	outside = regexp.MustCompile(`no space left on device|disk quota exceeded|read-only file system|input/output error|` +
		`too many open files|permission denied|operation not permitted|resource temporarily unavailable|cannot allocate memory|` +
		`file too large|signal: |fork/exec|dial tcp|no such host|i/o timeout|TLS handshake|connection re|proxyconnect|` +
		`GOSUMDB|initialize build cache|50[0-9] |cannot query module`)
)

// Explain makes an error of what a go command said when it ended with err: a [*CompileError] if the sources are at
// fault.
func Explain(err error, text string) error {
	var files []string
	theirs, ours := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if m := position.FindStringSubmatch(line); m != nil {
			// What a compiler quotes of the sources may say anything. What the go command says of an import names its module
			// first: "raft.go:3:8: example.com/m@v1.0.0: Get ...: dial tcp ...".
			if aboutModule.MatchString(m[2]) && outside.MatchString(m[2]) {
				ours = true
				continue
			}
			files = append(files, m[1])
			theirs = true
			continue
		}
		switch {
		case outside.MatchString(line):
			ours = true
		case misfit.MatchString(line):
			theirs = true
		case toolFailed.MatchString(line):
			ours = true
		}
	}
	if text == "" {
		return err
	}
	if theirs && !ours {
		return &CompileError{Text: text, Files: files}
	}
	var exit interface{ ExitCode() int }
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		return errors.New(text) // the status says no more
	}
	return fmt.Errorf("%w: %s", err, text)
}

var (
	aboutModule = regexp.MustCompile(`^\S+@\S+: |^cannot find module|^cannot query module`)
	// toolFailed is what a tool says of itself.
	toolFailed = regexp.MustCompile(`^(compile|link|asm|go tool|go: (error|could not|failed to|cannot))\b.*: `)
)

// exceeded returns what is wrong with sources whose compiler ended because it had reached a limit, or nil. used is the
// processor time of all processes of the build.
func (c *Config) exceeded(text string, used time.Duration) error {
	switch {
	case c.Limit > 0 && OutOfMemory(text):
		return &CompileError{Text: fmt.Sprintf("the compiler needs more than %d MiB of memory; make the code simpler", c.Limit>>20)}
	case c.CPU > 0 && used >= c.CPU && strings.Contains(text, "signal: killed"):
		return &CompileError{Text: fmt.Sprintf("the compiler needs more than %v of processor time; make the code simpler", c.CPU)}
	}
	return nil
}

// OutOfMemory reports whether a Go program that printed text, such as a compiler or
// one that translates guests, ended because it got no more memory.
func OutOfMemory(text string) bool { return outOfMemory.MatchString(text) }

var outOfMemory = regexp.MustCompile(`(?m)^(runtime: out of memory|fatal error: .*out of memory|fatal error: failed to reserve|fatal error: runtime: cannot (allocate|map)|panic: cannot allocate memory|runtime/cgo: pthread_create failed|runtime: failed to create new OS thread)`)
