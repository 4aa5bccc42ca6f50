package build

import (
	"context"
	"regexp"
	"slices"

	"raftlab/src/box/gobuild"
)

// restrictedSystem is the build tag by which older modules, such as those that ask for a terminal, know a system that
// has few system calls. They have files for it, but none for a box.
const restrictedSystem = "appengine"

// InModule matches where a compiler names a file of a module from elsewhere.
var InModule = regexp.MustCompile(`@v[0-9][^/]*/\S*\.go:\d+`)

// Box builds a program for a box with these build tags, if need be as for a restricted system.
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
