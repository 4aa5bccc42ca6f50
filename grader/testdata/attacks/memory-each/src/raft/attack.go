// Takes 250 MiB in each server, which each may have, and all together may not.
package raft

var held []byte

func init() {
	onMake = func(*Raft) {
		held = make([]byte, 250<<20)
		for i := 0; i < len(held); i += 4096 {
			held[i] = 1
		}
	}
}
