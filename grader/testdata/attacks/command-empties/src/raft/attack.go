// Applies commands of a million empty strings, which are small on their way and
// large where they are remembered.
package raft

import "time"

func init() {
	onMake = func(rf *Raft) {
		go func() {
			for i := 1; ; i++ {
				rf.applyCh <- ApplyMsg{CommandValid: true, Command: make([]string, 1_000_000), CommandIndex: i}
				time.Sleep(time.Millisecond)
			}
		}()
	}
}
