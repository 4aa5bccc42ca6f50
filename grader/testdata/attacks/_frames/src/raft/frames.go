package raft

import (
	"encoding/binary"
	"unsafe"
)

// hostSend is how the grader's half of the program speaks to the host: whoever
// is in the same box can do so, too.
//
//go:wasmimport raftlab send
func hostSend(frame unsafe.Pointer, size uint32)

// What a server may say, as package protocol numbers it.
const (
	made = 64 + iota
	call
	reply
	state
	started
	snapshotted
	killed
	saved
	applied
	warning
)

// send sends a well-formed frame.
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
