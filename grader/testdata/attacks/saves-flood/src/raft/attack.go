// Saves 32 MB, again and again.
package raft

func init() {
	onMake = func(rf *Raft) {
		disk := make([]byte, 32<<20)
		for {
			send(saved, "", disk)
		}
	}
}
