// Grows by steps, so that what was held before each is dropped, and holds half a GiB in the end.
package raft

import "time"

var held [][]byte

func init() {
	onMake = func(*Raft) {
		go func() {
			for range 48 {
				step := make([]byte, 10<<20)
				for i := 0; i < len(step); i += 4096 {
					step[i] = 1
				}
				held = append(held, step)
				time.Sleep(time.Millisecond)
			}
		}()
	}
}
