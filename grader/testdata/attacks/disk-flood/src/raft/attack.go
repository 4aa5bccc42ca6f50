// Saves 30 MB again and again, as anybody may.
package raft

import "time"

func init() {
	onMake = func(rf *Raft) {
		go func() {
			for {
				rf.persister.SaveRaftState(make([]byte, 30<<20))
				time.Sleep(time.Microsecond)
			}
		}()
	}
}
