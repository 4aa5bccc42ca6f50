// Has settings all around it that would have the go command run other programs.
//
//go:generate touch MARKER
//go:debug panicnil=1
package raft
