// Calls the functions of its host with pointers, lengths and counts that are
// not its own to use.
package raft

import "unsafe"

//go:wasmimport raftlab receive
func hostReceive(buf unsafe.Pointer, room uint32) int64

//go:wasmimport raftlab checkpoint
func hostCheckpoint(personal uint32) uint32

//go:wasmimport wasi_snapshot_preview1 random_get
func randomGet(buf unsafe.Pointer, size uint32) uint32

//go:wasmimport wasi_snapshot_preview1 fd_write
func fdWrite(fd uint32, vectors unsafe.Pointer, n uint32, written unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 poll_oneoff
func poll(in, out unsafe.Pointer, n uint32, events unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 args_get
func argsGet(argv, buf unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 path_open
func pathOpen(fd, dirflags uint32, path unsafe.Pointer, n, oflags uint32, rights, inheriting uint64, flags uint32, opened unsafe.Pointer) uint32

func far(n uintptr) unsafe.Pointer { return unsafe.Pointer(n) }

func init() {
	onMake = func(*Raft) {
		var opened uint32
		name := []byte("/etc/passwd")
		for fd := range uint32(16) {
			if pathOpen(fd, 0, unsafe.Pointer(&name[0]), uint32(len(name)), 0, 1<<29-1, 1<<29-1, 0, unsafe.Pointer(&opened)) == 0 {
				return // and the test says that it is not as it should be
			}
		}
		for _, p := range []uintptr{0xfffffff0, 0xffffffff, 0x80000000} {
			randomGet(far(p), 0xffffffff)
			fdWrite(1, far(p), 0xffffffff, far(p))
			poll(far(p), far(p), 0xffffffff, far(p))
			poll(far(p), far(p), 0, far(p))
			argsGet(far(p), far(p))
		}
		hostCheckpoint(0xffffffff)
		hostReceive(far(0xfffffff0), 0)
		hostSend(far(0xfffffff0), 0xffffffff)
	}
}
