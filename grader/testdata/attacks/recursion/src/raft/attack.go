// Runs out of stack.
package raft

func deeper(n int) int {
	var frame [1024]byte
	frame[n%len(frame)] = 1
	return deeper(n+1) + int(frame[(n+1)%len(frame)])
}

func init() {
	onMake = func(*Raft) { deeper(0) }
}
