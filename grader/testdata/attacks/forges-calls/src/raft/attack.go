// Calls servers that are not there.
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

const call = 65

func init() {
	onMake = func(rf *Raft) {
		for _, to := range []int64{-1, 99, 1 << 40, -1 << 63} {
			send(call, false, 1, to, 0, "Raft.RequestVote", nil)
		}
	}
}
