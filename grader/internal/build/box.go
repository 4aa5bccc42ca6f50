package build

import (
	"context"
	"regexp"
	"slices"

	"raftlab/src/box/gobuild"
)

// restrictedSystem is the build tag, once App Engine's, by which older modules select files for a system with few
// system calls. Such modules, for example to test whether a file is a terminal, may have no files for GOOS wasip1.
const restrictedSystem = "appengine"

// InModule matches a position in a dependency's source in a compiler's message, such as x@v1.2.3/y.go:10.
var InModule = regexp.MustCompile(`@v[0-9][^/]*/\S*\.go:\d+`)

// Box builds a program for a box, a WebAssembly sandbox of package box, with these build tags. If a dependency does not
// compile it tries again with the tag restrictedSystem.
func Box(ctx context.Context, c gobuild.Config, tags string) ([]byte, error) {
	flags := c.Flags
	c.Flags = append(slices.Clone(flags), "-tags="+tags)
	wasm, err := gobuild.Build(ctx, c)
	if err == nil || !InModule.MatchString(err.Error()) {
		return wasm, err
	}
	c.Flags = append(slices.Clone(flags), "-tags="+restrictedSystem+","+tags)
	if again, err2 := gobuild.Build(ctx, c); err2 == nil || !InModule.MatchString(err2.Error()) {
		return again, err2
	}
	return nil, err
}
