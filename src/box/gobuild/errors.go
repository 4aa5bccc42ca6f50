package gobuild

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// A CompileError says what is wrong with the sources that were to be built. Any other error of [Build] is a failure
// of the toolchain or the machine, such as a full disk, and says nothing of them.
type CompileError struct {
	// Text is what the go command printed. It names files as the user knows them.
	Text string
	// Files are the files in which the go command found errors, named as in Text. There are none if the sources do
	// not fit together, as packages that import each other.
	Files []string
}

func (e *CompileError) Error() string { return e.Text }

var (
	// position matches an error of a compiler, or of the go command, that has a position: "./raft.go:12:2: ...".
	position = regexp.MustCompile(`^(?:go: )?(?:vet: )?(.+?):\d+(?::\d+)?: (.*)`)

	// sourceError matches errors of the sources that have no position.
	sourceError = regexp.MustCompile(`import cycle not allowed|found packages .* and .* in |` +
		`build constraints exclude all Go files|` +
		`no Go files in |no non-test Go files in |relocation target .* not defined|function main is undeclared|` +
		`no required module provides package|is not in std|cannot find module providing package|cannot find main module|` +
		`is a program, not an importable package|flag provided but not defined|directory not found|` +
		`missing go\.sum entry|unknown revision|404 Not Found|410 Gone|malformed module path|checksum mismatch|` +
		`errors parsing |requires go >= |duplicated definition of symbol|C source files not allowed|` +
		`directory prefix .* does not contain|invalid reference to |module lookup disabled by GOPROXY=off|` +
		`used for two different module paths|module .* found .*, but does not contain package`)

	// systemError matches failures of the machine or the network, also those that the go command reports for an
	// import.
	systemError = regexp.MustCompile(`no space left on device|disk quota exceeded|read-only file system|` +
		`input/output error|too many open files|permission denied|operation not permitted|resource temporarily unavailable|` +
		`cannot allocate memory|file too large|signal: |fork/exec|dial tcp|no such host|i/o timeout|` +
		`TLS handshake|connection re|proxyconnect|GOSUMDB|initialize build cache|50[0-9] |cannot query module`)
)

// Explain turns text, which a go command printed before it ended with err, into an error: a [*CompileError] if the
// sources are at fault.
func Explain(err error, text string) error {
	var files []string
	sourcesFailed, systemFailed := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if m := position.FindStringSubmatch(line); m != nil {
			// What a compiler quotes of the sources may say anything. What the go command says of an import names
			// its module first: "raft.go:3:8: example.com/m@v1.0.0: Get ...: dial tcp ...".
			if aboutModule.MatchString(m[2]) && systemError.MatchString(m[2]) {
				systemFailed = true
				continue
			}
			files = append(files, m[1])
			sourcesFailed = true
			continue
		}
		switch {
		case systemError.MatchString(line):
			systemFailed = true
		case sourceError.MatchString(line):
			sourcesFailed = true
		case toolFailed.MatchString(line):
			systemFailed = true
		}
	}
	if text == "" {
		return err
	}
	if sourcesFailed && !systemFailed {
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
	// toolFailed matches what a tool says of its own failure.
	toolFailed = regexp.MustCompile(`^(compile|link|asm|go tool|go: (error|could not|failed to|cannot))\b.*: `)
)

// exceeded returns what is wrong with sources whose compiler ended because it had reached a limit, or nil. used is
// the processor time of all processes of the build.
func (c *Config) exceeded(text string, used time.Duration) error {
	switch {
	case c.Limit > 0 && OutOfMemory(text):
		const tooMuch = "the compiler needs more than %d MiB of memory; make the code simpler"
		return &CompileError{Text: fmt.Sprintf(tooMuch, c.Limit>>20)}
	case c.CPU > 0 && used >= c.CPU && strings.Contains(text, "signal: killed"):
		const tooLong = "the compiler needs more than %v of processor time; make the code simpler"
		return &CompileError{Text: fmt.Sprintf(tooLong, c.CPU)}
	}
	return nil
}

// OutOfMemory reports whether a Go program that printed text, such as a compiler or one that translates guests,
// ended because it got no more memory.
func OutOfMemory(text string) bool { return outOfMemory.MatchString(text) }

var outOfMemory = regexp.MustCompile(`(?m)^(runtime: out of memory|fatal error: .*out of memory|` +
	`fatal error: failed to reserve|fatal error: runtime: cannot (allocate|map)|panic: cannot allocate memory|` +
	`runtime/cgo: pthread_create failed|runtime: failed to create new OS thread)`)
