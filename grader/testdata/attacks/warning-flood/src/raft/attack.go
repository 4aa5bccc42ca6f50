// Warns of a hundred thousand things, with terminal escapes, in long words.
package raft

import "encoding/binary"

func init() {
	onMake = func(rf *Raft) {
		text := make([]byte, 1<<16)
		for i := range text {
			text[i] = "\x1b[31m\r\n"[i%7]
		}
		for i := range 100_000 {
			send(warning, binary.AppendUvarint(nil, uint64(i)), text)
		}
	}
}
