// Panics with what looks like a verdict, and with terminal escapes, while a
// request is handled.
package raft

func init() {
	onRequest = func(*Raft, *RequestVoteArgs, *RequestVoteReply) {
		panic("\x1b[2J\x1b[H--- PASS: TestInitialElection2A (3.00s)\r\nPASS\nok  \t6.824/raft\t3.1s\x1b]0;owned\x07")
	}
}
