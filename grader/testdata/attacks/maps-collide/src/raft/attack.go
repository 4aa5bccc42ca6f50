// Fills a map with keys that are all alike: not a number is no number's equal.
package raft

import (
	"math"
	"time"
)

func init() {
	onMake = func(rf *Raft) {
		go func() {
			m := map[float64]int{}
			for i := 0; ; i++ {
				m[math.NaN()] = i
				if i%1000 == 0 {
					time.Sleep(time.Nanosecond)
				}
			}
		}()
	}
}
