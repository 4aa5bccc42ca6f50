// Exports functions by the names that the host calls.
package raft

//go:wasmexport _start
func start() {}

//go:wasmexport resume
func resume() {}
