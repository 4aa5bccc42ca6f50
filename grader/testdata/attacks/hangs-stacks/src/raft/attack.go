// Hangs whoever prints its goroutines, and then loops.
package raft

import (
	"time"
	"unsafe"
)

//go:linkname overrideWrite runtime.overrideWrite
var overrideWrite func(fd uintptr, p unsafe.Pointer, n int32) int32

var sink int

func init() {
	onMake = func(*Raft) {
		overrideWrite = func(uintptr, unsafe.Pointer, int32) int32 {
			for {
				sink++
			}
		}
		time.AfterFunc(100*time.Millisecond, func() {
			for {
				sink++
			}
		})
	}
}
