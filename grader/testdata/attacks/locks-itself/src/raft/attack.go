// Takes a lock twice in each of its methods.
package raft

func init() {
	onGetState = func(rf *Raft) (int, bool) {
		rf.mu.Lock()
		rf.mu.Lock()
		return 1, true
	}
}
