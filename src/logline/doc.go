// Package logline reads the logs of Raft servers line by line: it says of each
// line what it is, when it was written, by which server and on which topic.
//
// # The format
//
// A log line is what src/dlog writes and what the course's logging helpers
// write:
//
//	000123 VOTE S2 grants its vote to S0 in T4
//	^      ^    ^  ^
//	|      |    |  message: free text to the end of the line
//	|      |    server: S and its number, any number of digits; absent in
//	|      |    lines of the test harness (topic TEST)
//	|      topic: four capitals or digits, see [Topics], or two to six
//	|      capitals of one's own
//	time since the start in units of 0.1 ms, six digits or more
//
// Fields are parted by one space. A topic that is not in the table is read as
// [Other].
//
// # Other lines
//
// Lines of the standard log package, as the lab's DPrintf prints them, are
// recognised by their date and time, or time alone; microseconds and file:line
// may follow:
//
//	2023/05/01 12:00:00 2 receive request vote from 1 on term 3
//	2023/05/01 12:00:00.000123 raft.go:71: [S2] becomes leader
//
// Their server is the number with which the text begins (also as "S2", "[2]",
// "server 2:", "Leader 2"), their topic is guessed from the words of the text.
//
// The output of go test, panics with their goroutines, reports of the race
// detector and of go-deadlock are told apart by [Reader], which looks at lines
// in their order. What remains is [Unknown].
package logline
