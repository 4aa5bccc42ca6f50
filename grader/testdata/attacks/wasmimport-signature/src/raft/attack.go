// Asks for a function of the host by another signature.
package raft

//go:wasmimport raftlab schedule
func schedule(a, b, c uint64) uint32

func init() {
	onMake = func(*Raft) { schedule(1, 2, 3) }
}
