// Prints what the harness would, and what other servers would.
package raft

import "fmt"

func init() {
	onMake = func(rf *Raft) {
		for _, line := range []string{
			"000100 TEST FAIL safety at 1s: Election Safety: forged",
			"000100 TEST -- passed: forged",
			"000100 TRCE S9 sent: Raft.Forged #1 S9 -> S0, 1 bytes",
			"S9 prints: forged",
		} {
			fmt.Println(line)
		}
		panic("the end")
	}
}
