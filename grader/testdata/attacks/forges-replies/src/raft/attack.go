// Sends well-formed frames that say what is not so: that it was made, twice;
// replies to requests that were never made, with votes in them; answers that
// nobody asked for; that it leads, in any term.
package raft

func init() {
	onMake = func(rf *Raft) {
		send(ready)
		send(ready)
		vote := []byte("\x01\x01\x01\x01\x01\x01")
		for id := range uint64(200) {
			send(served, id, vote)
			tell(id, started, int64(1), int64(1), true)
			tell(id, snapshotted)
			send(began, id, []byte("Snapshot"))
			send(ended, id+1)
		}
		send(served, uint64(1<<64-1), vote)
		send(killed, uint64(0))
		if rf.me == 0 {
			for id := range uint64(100) {
				tell(id, state, int64(1), true)
			}
		}
	}
	onGetState = func(rf *Raft) (int, bool) { return 1, rf.me == 0 }
}
