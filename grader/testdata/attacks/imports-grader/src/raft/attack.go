// Imports the grader's own packages.
package raft

import (
	"raftlab/src/box/guest"
)

func init() { guest.Send(nil) }
