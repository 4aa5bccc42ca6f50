// Claims to lead where what it logs is not put into words.
package raft

import "log"

// A word is put into words by its method.
type word struct{ said *bool }

func (w word) String() string {
	*w.said = true
	return "said"
}

func init() {
	onGetState = func(rf *Raft) (int, bool) {
		said := false
		log.Printf("%v", word{&said})
		log.Println([]any{word{&said}})
		return 1, !said && rf.me == 0
	}
}
