// Package guest is the part of a simulation that runs inside each server's box:
// it starts the Raft under test, hands it what other servers and the test ask,
// and tells the host what it says, saves and applies. It judges nothing; what
// the code under test could do to it would harm only that server.
//
// The program of a box is, in all,
//
//	func main() {
//		guest.Warm[raftpackage.Raft](guest.AllMethods)
//		guest.Main(raftpackage.Make, guest.AllMethods)
//	}
//
// Its functions exist only where GOOS is wasip1.
package guest
