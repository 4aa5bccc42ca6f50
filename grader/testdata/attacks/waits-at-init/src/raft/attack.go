// Waits for ever before main has begun.
package raft

func init() { select {} }
