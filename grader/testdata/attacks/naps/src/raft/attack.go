// Sleeps for the shortest time there is, again and again.
package raft

import "time"

func init() {
	onMake = func(*Raft) {
		go func() {
			for {
				time.Sleep(1)
			}
		}()
	}
}
