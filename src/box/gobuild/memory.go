package gobuild

import "regexp"

// OutOfMemory reports whether a Go program that printed text, such as a compiler or
// one that translates guests, ended because it got no more memory.
func OutOfMemory(text string) bool { return outOfMemory.MatchString(text) }

var outOfMemory = regexp.MustCompile(`(?m)^(runtime: out of memory|fatal error: .*out of memory|fatal error: failed to reserve|fatal error: runtime: cannot (allocate|map)|panic: cannot allocate memory|runtime/cgo: pthread_create failed|runtime: failed to create new OS thread)`)
