// Ends the goroutine that calls Make, so that nothing is judged.
package raft

import "runtime"

func init() {
	onMake = func(*Raft) { runtime.Goexit() }
}
