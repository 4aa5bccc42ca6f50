// Has packages that import each other.
package raft

import "6.5840/cycle"

var _ = cycle.Round
