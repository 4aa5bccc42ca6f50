// Package atomic gets this file in the patched standard library.

package atomic

import _ "unsafe" // for linkname

// boxLooked lets others run once its caller has looked many times.
//
//go:linkname boxLooked runtime.boxLooked
func boxLooked()
