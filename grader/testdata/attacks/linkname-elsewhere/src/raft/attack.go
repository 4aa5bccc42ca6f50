// Has its //go:linkname in another package of its own.
package raft

import "6.5840/reach"

func init() { reach.Quiet() }
