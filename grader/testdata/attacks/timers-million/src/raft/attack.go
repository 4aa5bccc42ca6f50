// Sets a million timers, and more when they are due.
package raft

import "time"

func init() {
	onMake = func(rf *Raft) {
		for range 1_000_000 {
			time.AfterFunc(time.Hour, func() {})
		}
		for range 1000 {
			time.AfterFunc(time.Millisecond, func() { time.NewTicker(time.Nanosecond) })
		}
	}
}
