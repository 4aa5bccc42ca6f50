// Imports a package that Go's library keeps to itself.
package raft

import "internal/runtime/atomic"

var word uint32

func init() { atomic.Xadd(&word, 1) }
