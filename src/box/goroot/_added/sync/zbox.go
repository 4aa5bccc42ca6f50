// Package sync gets this file in the patched standard library.

package sync

import _ "unsafe" // for linkname

// boxYield may let other goroutines run. It is called before each Lock and after each Unlock.
//
//go:linkname boxYield runtime.boxYield
func boxYield(callerPC uintptr)
