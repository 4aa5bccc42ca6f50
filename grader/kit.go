package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"raftlab/grader/internal/sources"
	"raftlab/grader/internal/submission"
	"raftlab/src/box/gobuild"
	"raftlab/src/box/goroot"
)

// newKit finds what servers' programs are built with. That is done first: where the Go at hand is not supported,
// nothing has been built when the user learns it. work is for what no cache can keep. Its errors are the grader's or
// the machine's.
func newKit(ctx context.Context, work string, stderr io.Writer) (submission.Tools, error) {
	kit, err := findKit(ctx, work, stderr)
	if err != nil && ctx.Err() == nil {
		err = graderError{err}
	}
	return kit, err
}

func findKit(ctx context.Context, work string, stderr io.Writer) (kit submission.Tools, err error) {
	kit.Go, err = goroot.Find(ctx, func(found, wanted string) {
		fmt.Fprintf(stderr, "%s is not supported: servers are built with %s; the go command fetches %s\n", found,
			goroot.Supported(), wanted)
	})
	if err != nil {
		return kit, err
	}
	top := cacheDir()
	if top == "" {
		top = work
	}
	if err := kit.Go.Merge(filepath.Join(top, gorootCache)); err != nil {
		return kit, err
	}
	kit.Ours, err = sources.Unpack(filepath.Join(top, sourceCache))
	if err != nil {
		return kit, fmt.Errorf("unpacking the grader's sources: %w", err)
	}
	return kit, nil
}

// A graderError is a failure of the grader, the toolchain or the machine. It says nothing about what is graded.
type graderError struct{ error }

func (e graderError) Unwrap() error { return e.error }

// A refusal says why something is not graded that could be built.
type refusal struct{ error }

func (e refusal) Unwrap() error { return e.error }

// isSubmissionError reports whether an error of a build is in the submission, not in the grader or the machine.
func isSubmissionError(err error) bool {
	var compile *gobuild.CompileError
	var refused refusal
	return errors.As(err, &compile) || errors.As(err, &refused)
}
