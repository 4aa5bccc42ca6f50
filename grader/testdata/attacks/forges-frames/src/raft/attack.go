// Sends frames that are none.
package raft

import "unsafe"

func init() {
	onMake = func(rf *Raft) {
		for _, f := range [][]byte{{0xff}, {64}, {state, 7, 0, 0, 0, 0, 0}, {65, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, make([]byte, 1<<20)} {
			hostSend(unsafe.Pointer(&f[0]), uint32(len(f)))
		}
		send(1, true, 0, 0, 3, "", nil) // Boot, which only the host says
		send(200, true, 1<<63, -1<<63, 1<<62, "\x1b[2J", nil)
	}
}
