// Calls a method with a name of 5 MB through labrpc, as anybody may.
package raft

import "strings"

func init() {
	onMake = func(rf *Raft) {
		name := "Raft." + strings.Repeat("x", 5<<20)
		go rf.peers[(rf.me+1)%len(rf.peers)].Call(name, new(RequestVoteArgs), new(RequestVoteReply))
	}
}
