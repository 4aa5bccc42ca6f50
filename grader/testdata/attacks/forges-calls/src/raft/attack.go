// Calls servers that are not there.
package raft

func init() {
	onMake = func(rf *Raft) {
		for _, to := range []int64{-1, 99, 1 << 40, -1 << 63} {
			send(call, uint64(1), to, "Raft.RequestVote")
		}
	}
}
