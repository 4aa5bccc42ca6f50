// Package labrpc is the lab's remote procedure call: it looks like net/rpc and runs over a simulated network that
// can lose, delay, reorder and double messages and cut servers off, in one direction if need be.
//
// A test makes a network, the ends that clients call, and servers:
//
//	net := labrpc.MakeNetwork()
//	end := net.MakeEnd("client-7")
//	srv := labrpc.MakeServer()
//	srv.AddService(labrpc.MakeService(&Raft{}))
//	net.AddServer("server-3", srv)
//	net.Connect("client-7", "server-3")
//	net.Enable("client-7", true)
//	ok := end.Call("Raft.AppendEntries", &args, &reply)
//
// Arguments and replies cross the network as gob: only exported fields do, and nothing is shared between caller and
// handler.
//
// The parts can be used apart: a ClientEnd speaks over any Transport, a Server dispatches encoded requests from any
// source, and the Weather says what happens to a message on any network. The Network here is the one of goroutines
// and timers, for the wall clock or a testing/synctest bubble.
package labrpc
