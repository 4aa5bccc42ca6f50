// Applies a command of 5 MB.
package raft

import "strings"

func init() {
	onMake = func(rf *Raft) {
		go func() {
			rf.applyCh <- ApplyMsg{CommandValid: true, Command: strings.Repeat("x", 5<<20), CommandIndex: 1}
		}()
	}
}
