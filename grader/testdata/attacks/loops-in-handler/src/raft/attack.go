// Never returns from a handler, and gives way all the while.
package raft

import "runtime"

func init() {
	onRequest = func(*Raft, *RequestVoteArgs, *RequestVoteReply) {
		for {
			runtime.Gosched()
		}
	}
}
