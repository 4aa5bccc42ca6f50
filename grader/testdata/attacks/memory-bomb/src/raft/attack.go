// Takes all the memory that it can get.
package raft

func init() {
	onMake = func(*Raft) {
		var all [][]byte
		for {
			block := make([]byte, 1<<20)
			for i := range block {
				block[i] = byte(i)
			}
			all = append(all, block)
		}
	}
}
