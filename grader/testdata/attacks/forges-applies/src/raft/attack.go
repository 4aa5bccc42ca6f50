// Applies what nobody agreed on, at indexes that are none, with commands that
// are none, and saves what it never had.
package raft

func init() {
	onMake = func(rf *Raft) {
		for _, index := range []int64{-1 << 63, -1, 0, 1 << 40, 1<<63 - 1} {
			tell(0, installed, index, index, []byte("snapshot"))
		}
		send(saved, string(make([]byte, 1<<20)))
		tell(0, applied, int64(1), []byte{1, 2, 3})
		send(query, message(applied, int64(9), []byte{1, 2, 3}))
	}
}
