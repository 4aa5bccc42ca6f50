// Prints a million newlines, and then panics: a log with a line for each.
package raft

import (
	"fmt"
	"strings"
)

func init() {
	onMake = func(rf *Raft) {
		fmt.Print(strings.Repeat("\n", 1_000_000))
		panic("printed")
	}
}
