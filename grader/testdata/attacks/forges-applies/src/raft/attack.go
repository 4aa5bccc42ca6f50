// Applies what nobody agreed on, at indexes that are none, with commands that
// are none, and saves what it never had.
package raft

func init() {
	onMake = func(rf *Raft) {
		for _, index := range []int64{-1 << 63, -1, 0, 1 << 40, 1<<63 - 1} {
			send(applied, true, 0, index, index, "", []byte("snapshot"))
		}
		send(saved, false, 0, 0, 0, "", make([]byte, 1<<20))
		send(applied, false, 0, 1, 0, "", []byte{1, 2, 3})
	}
}
