// Applies what nobody agreed on, at indexes that are none, with commands that
// are none, and saves what it never had.
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
	saved = 71 + iota
	applied
)

func init() {
	onMake = func(rf *Raft) {
		for _, index := range []int64{-1 << 63, -1, 0, 1 << 40, 1<<63 - 1} {
			send(applied, true, 0, index, index, "", []byte("snapshot"))
		}
		send(saved, false, 0, 0, 0, "", make([]byte, 1<<20))
		send(applied, false, 0, 1, 0, "", []byte{1, 2, 3})
	}
}
