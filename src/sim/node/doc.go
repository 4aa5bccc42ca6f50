// Package node is the kernel of a simulated node: the part of a simulation that runs inside each box. It carries
// messages between the host and the lab's code, which starts and calls the code under test. It judges nothing; what the
// code under test could do to it would harm only that node.
//
// The program of a box is, in all,
//
//	func main() {
//		node.Warm[submission.Raft](node.AllMethods)
//		node.Main(program)
//	}
//
// where program is a node.Program of package raftlab/src/cluster/node. Its functions exist only where GOOS is wasip1.
package node
