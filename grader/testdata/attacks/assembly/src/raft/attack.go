// Has a function in assembly.
package raft

func trap()

func init() { trap() }
