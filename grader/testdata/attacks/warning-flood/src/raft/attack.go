// Warns of a hundred thousand things, with terminal escapes, in long words.
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

const warning = 73

func init() {
	onMake = func(rf *Raft) {
		text := make([]byte, 1<<16)
		for i := range text {
			text[i] = "\x1b[31m\r\n"[i%7]
		}
		for i := range 100_000 {
			send(warning, false, 0, 0, 0, string(binary.AppendUvarint(nil, uint64(i)))+string(text), nil)
		}
	}
}
