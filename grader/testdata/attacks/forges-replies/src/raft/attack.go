// Sends well-formed frames that say what is not so: that it was made, twice;
// replies to requests that were never made, with votes in them; answers that
// nobody asked for; that it leads, in any term.
package raft

func init() {
	onMake = func(rf *Raft) {
		send(made, false, 0, 0, 0, "", nil)
		send(made, false, 7, 1, 1, "", nil)
		vote := []byte("\x01\x01\x01\x01\x01\x01")
		for id := range uint64(200) {
			send(reply, true, id, 0, 0, "", vote)
			send(started, true, id, 1, 1, "", nil)
			send(snapshotted, true, id, 1, 1, "", nil)
		}
		send(reply, true, 1<<64-1, 0, 0, "", vote)
		send(killed, false, 0, 0, 0, "", nil)
		if rf.me == 0 {
			for id := range uint64(100) {
				send(state, true, id, 1, 0, "", nil)
			}
		}
	}
	onGetState = func(rf *Raft) (int, bool) { return 1, rf.me == 0 }
}
