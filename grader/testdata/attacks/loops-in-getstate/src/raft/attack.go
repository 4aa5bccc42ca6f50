// Never returns from GetState, and looks at the clock all the while.
package raft

import "time"

func init() {
	onGetState = func(*Raft) (int, bool) {
		for {
			time.Now()
		}
	}
}
