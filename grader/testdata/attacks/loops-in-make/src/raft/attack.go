// Never returns from Make, and asks for memory all the while, which the
// collector takes back.
package raft

func init() {
	onMake = func(*Raft) {
		for n := 0; ; n++ {
			_ = make([]byte, n%4096)
		}
	}
}
