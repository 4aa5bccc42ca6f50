// Panics with another word each time, so that no failure is like another.
package raft

import (
	"math/rand/v2"
	"time"
)

const letters = "abcdefghijklmnopqrstuvwxyz"

func init() {
	onMake = func(rf *Raft) {
		word := make([]byte, 12)
		for i := range word {
			word[i] = letters[rand.IntN(len(letters))]
		}
		time.AfterFunc(200*time.Millisecond, func() { panic("no failure is like " + string(word)) })
	}
}
