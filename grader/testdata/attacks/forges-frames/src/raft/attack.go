// Sends frames that are none.
package raft

import "unsafe"

func init() {
	onMake = func(rf *Raft) {
		for _, f := range [][]byte{{ready, 7}, {0xff}, {told}, {told, 0, state, 7}, {call, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, make([]byte, 1<<20)} {
			hostSend(unsafe.Pointer(&f[0]), uint32(len(f)))
		}
		send(1, int64(0), int64(3), "server", true) // Boot, which only the host says
		send(200, uint64(1<<63), int64(-1<<63), "\x1b[2J")
	}
}
