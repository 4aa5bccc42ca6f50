// Never comes to its main function.
package raft

func init() {
	for {
	}
}
