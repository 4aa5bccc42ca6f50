// Leads a term below all others, and one beyond.
package raft

func init() {
	onGetState = func(rf *Raft) (int, bool) {
		if rf.me == 0 {
			return -1 << 63, true
		}
		return 1<<63 - 1, true
	}
}
