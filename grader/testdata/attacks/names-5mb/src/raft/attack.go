// Calls methods with names of 5 MiB, of servers that cannot be reached.
package raft

import (
	"strings"
	"time"
)

func init() {
	name := strings.Repeat("x", 5<<20)
	onMake = func(rf *Raft) {
		time.AfterFunc(100*time.Millisecond, func() {
			for range 100 {
				for to := range rf.peers {
					send(call, uint64(1<<40), int64(to), name)
				}
				time.Sleep(10 * time.Microsecond)
			}
		})
	}
}
