package guest

import (
	"os"
	"unsafe"
)

//go:linkname boxCheckpoint runtime.boxCheckpoint
func boxCheckpoint()

//go:linkname boxReset runtime.boxReset
func boxReset() []string

//go:linkname boxAwaitFrame runtime.boxAwaitFrame
func boxAwaitFrame()

//go:linkname boxArrived runtime.boxArrived
func boxArrived()

//go:linkname boxReadNoLog runtime.boxReadNoLog
func boxReadNoLog()

//go:linkname boxGlobals runtime.boxGlobals
func boxGlobals() int

//go:wasmimport raftlab send
//go:noescape
func hostSend(frame unsafe.Pointer, size uint32)

//go:wasmimport raftlab receive
//go:noescape
func hostReceive(buf unsafe.Pointer, room uint32) int64

// Results of hostReceive.
const (
	more       = 1 << 32 // added to the size of a frame if another one follows
	inboxEmpty = -1
	tooSmall   = -2 // less the size of the frame
)

// Main calls run in each box, with its own arguments and randomness, and exits when it returns. It must be called
// once, by the main goroutine.
func Main(run func()) {
	boxCheckpoint()
	os.Args = boxReset()
	run()
	os.Exit(0)
}

// The goroutine that takes in a message calls Arrived: with a schedule, other goroutines may run first.
func Arrived() { boxArrived() }

// LogUnread says that nobody reads what the program prints through package log. Printing does nothing from then on,
// where that makes no other difference.
func LogUnread() { boxReadNoLog() }

// Globals returns the memory of the global variables that are not zero, in bytes, rounded up to pages.
func Globals() int { return boxGlobals() }

// Send hands a frame to the host. It does not block and does not keep the frame, which may have up to 64 MiB.
func Send(frame []byte) {
	hostSend(unsafe.Pointer(unsafe.SliceData(frame)), uint32(len(frame)))
}

var inbox = struct {
	buf   []byte
	empty bool // the last frame was the last in the inbox, which fills only while we wait
}{buf: make([]byte, 4096)}

// Receive waits for a frame from the host while other goroutines go on. The frame is valid until the next call.
// Only one goroutine may call Receive.
func Receive() []byte {
	for {
		if inbox.empty {
			boxAwaitFrame()
			inbox.empty = false
		}
		n := hostReceive(unsafe.Pointer(unsafe.SliceData(inbox.buf)), uint32(len(inbox.buf)))
		switch {
		case n >= 0:
			inbox.empty = n&more == 0
			return inbox.buf[:n&^more]
		case n == inboxEmpty:
			inbox.empty = true
		default:
			inbox.buf = make([]byte, max(tooSmall-n, 2*int64(len(inbox.buf))))
		}
	}
}
