// Calls whatever function has some number: functions are numbers.
package raft

import "unsafe"

func init() {
	onMake = func(rf *Raft) {
		for pc := uintptr(0x1000); pc < 0x3000; pc++ {
			entry := pc << 16
			closure := &entry
			f := *(*func())(unsafe.Pointer(&closure))
			func() {
				defer func() { recover() }()
				f()
			}()
		}
	}
}
