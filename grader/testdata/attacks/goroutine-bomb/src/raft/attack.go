// Starts goroutines that wait for ever, without end.
package raft

func init() {
	onMake = func(*Raft) {
		for {
			go func() { select {} }()
		}
	}
}
