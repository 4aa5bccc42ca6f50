// Sends well-formed frames that say what is not so: that it was made, twice;
// replies to requests that were never made, with votes in them; answers that
// nobody asked for; that it leads, in any term.
package raft

import (
	"encoding/binary"
	"unsafe"
)

//go:wasmimport raftlab send
func hostSend(frame unsafe.Pointer, size uint32)

// send sends a frame as the grader would.
func send(op byte, flag bool, id uint64, a, b int64, text string, data []byte) {
	f := []byte{op, 0}
	if flag {
		f[1] = 1
	}
	f = binary.AppendUvarint(f, id)
	f = binary.AppendVarint(f, a)
	f = binary.AppendVarint(f, b)
	f = binary.AppendUvarint(f, uint64(len(text)))
	f = append(f, text...)
	f = binary.AppendUvarint(f, uint64(len(data)))
	f = append(f, data...)
	hostSend(unsafe.Pointer(&f[0]), uint32(len(f)))
}

const (
	made = 64 + iota
	call
	reply
	state
	started
	snapshotted
	killed
)

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
