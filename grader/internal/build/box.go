package build

import (
	"context"
	"regexp"
	"slices"

	"raftlab/src/box/gobuild"
)

// fewSyscalls is a build tag that older modules know: with it they select files that were written for Google App
// Engine, a system with few system calls. Some of these modules (one tests whether a file is a terminal) have no files
// for GOOS wasip1 and build only with this tag.
const fewSyscalls = "appengine"

// InDependency matches a position in a compiler's message that lies in the source of a dependency, as the module cache
// has it: x@v1.2.3/y.go:10.
var InDependency = regexp.MustCompile(`@v[0-9][^/]*/\S*\.go:\d+`)

// Box builds a program for a box, a WebAssembly sandbox of package box, with these comma-separated build tags. If a
// dependency does not compile, Box tries again with the tag fewSyscalls. If a dependency does not compile then either,
// the error is that of the first try.
func Box(ctx context.Context, c gobuild.Config, tags string) ([]byte, error) {
	flags := c.Flags
	c.Flags = append(slices.Clone(flags), "-tags="+tags)
	wasm, err := gobuild.Build(ctx, c)
	if err == nil || !InDependency.MatchString(err.Error()) {
		return wasm, err
	}
	c.Flags = append(slices.Clone(flags), "-tags="+fewSyscalls+","+tags)
	if wasm, retryErr := gobuild.Build(ctx, c); retryErr == nil || !InDependency.MatchString(retryErr.Error()) {
		return wasm, retryErr
	}
	return nil, err
}
