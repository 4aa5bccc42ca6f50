// Registers types with gob by the names of others.
package raft

import "encoding/gob"

func init() {
	onMake = func(rf *Raft) {
		for _, name := range []string{"int", "string", "[]interface {}", "raftlab/src/raft.ApplyMsg"} {
			gob.RegisterName(name, struct{ X int }{})
		}
	}
}
