package box_test

import (
	"encoding/binary"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"raftlab/src/box"
)

// The host functions that probe abuse calls, in its order.
const (
	callSend = iota
	callReceive
	callRead
	callWrite
	callPoll
	callRandom
	callArgs
	callClock
	callStat
	callCheckpoint
	calls
)

func abuseFrame(call byte, args ...uint32) []byte {
	frame := []byte{call}
	for i := range 4 {
		v := uint32(0)
		if i < len(args) {
			v = args[i]
		}
		frame = binary.LittleEndian.AppendUint32(frame, v)
	}
	return frame
}

func TestBadCalls(t *testing.T) {
	const far = 0xfffffff0
	for _, tt := range []struct {
		name  string
		frame []byte
		want  string // error number, or error of the box
	}{
		{"send from outside", abuseFrame(callSend, far, 4), "the guest made a bad call: send of 4 bytes at 0xfffffff0"},
		{"send that wraps around", abuseFrame(callSend, far, 32), "bad call"},
		{"send of all", abuseFrame(callSend, 0, 0xffffffff), "bad call"},
		{"receive to outside", abuseFrame(callReceive, far, 100),
			"the guest made a bad call: receive of 5 bytes at 0xfffffff0"},
		{"read to outside", abuseFrame(callRead, 0, far, 1, 0), "21"},
		{"read of many vectors", abuseFrame(callRead, 0, 0, 0xffffffff, far), "21"},
		{"read of a closed descriptor", abuseFrame(callRead, 3, 0, 0, 0), "8"},
		{"write from outside", abuseFrame(callWrite, 1, far, 1, 0), "21"},
		{"write, result outside", abuseFrame(callWrite, 1, 0, 0, far), "21"},
		{"write to a closed descriptor", abuseFrame(callWrite, 77, 0, 0, 0), "8"},
		{"poll of nothing", abuseFrame(callPoll, 0, 0, 0, 0), "28"},
		{"poll of too much", abuseFrame(callPoll, 0, 0, 0xffffffff, 0), "28"},
		{"poll from outside", abuseFrame(callPoll, far, 0, 1, 0), "21"},
		{"poll to outside", abuseFrame(callPoll, 0, far, 1, 0), "21"},
		{"poll, result outside", abuseFrame(callPoll, 0, 0, 1, far), "21"},
		{"random to outside", abuseFrame(callRandom, far, 17), "21"},
		{"random to everywhere", abuseFrame(callRandom, 0, 0xffffffff), "21"},
		{"args to outside", abuseFrame(callArgs, far, far), "21"},
		{"unknown clock", abuseFrame(callClock, 4, 0), "28"},
		{"clock to outside", abuseFrame(callClock, 0, far+9), "21"},
		{"stat to outside", abuseFrame(callStat, 0, far), "21"},
		{"stat of a closed descriptor", abuseFrame(callStat, 3, 0), "8"},
		{"checkpoint again", abuseFrame(callCheckpoint, 1), "0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := probe(t, "abuse")
			r.Run(0)
			r.Deliver(tt.frame)
			r.Deliver([]byte("frame")) // for those that take one
			r.Run(0)
			if r.Err() != nil {
				if !strings.Contains(r.Err().Error(), tt.want) {
					t.Errorf("error %v, want %s", r.Err(), tt.want)
				}
			} else if got := r.taken(); len(got) == 0 || got[0] != tt.want {
				t.Errorf("result %q, want %s", got, tt.want)
			}
		})
	}
}

// Whatever a guest asks for, only it can come to harm.
func FuzzCalls(f *testing.F) {
	m := module(f, lab.probe)
	// Who overwrites its own memory may loop for ever: it is interrupted, as in a worker, which collects no garbage
	// meanwhile.
	collects := debug.SetGCPercent(-1)
	f.Cleanup(func() { debug.SetGCPercent(collects) })
	for call := range byte(calls) {
		f.Add(call, uint32(0), uint32(1), uint32(1), uint32(0), []byte("x"))
		f.Add(call, uint32(1), uint32(1<<20), uint32(1<<20), uint32(1<<20), []byte(""))
		f.Add(call, ^uint32(0), ^uint32(7), ^uint32(0), ^uint32(0), []byte("xyz"))
	}
	f.Fuzz(func(t *testing.T, call byte, a, b, c, d uint32, frame []byte) {
		defer box.Collect()
		r := start(m, box.Config{Args: []string{"probe", "abuse"}, MemoryLimit: 16 << 20})
		defer r.Close()
		defer box.Guard(20*time.Millisecond, func() (*box.Box, int64) { return r.Box, 0 }, func(turn, _ time.Duration) bool {
			return turn > 500*time.Millisecond
		})()
		r.Run(0)
		r.Deliver(abuseFrame(call%calls, a, b, c, d))
		r.Deliver(frame)
		// The box may be idle or have exited; it must be one of them.
		if st := r.Run(1); (st == box.Exited) != (r.Err() != nil) {
			t.Errorf("status %v, error %v", st, r.Err())
		}
		r.Run(2)
		// The next one is not affected.
		echo := start(m, box.Config{Args: []string{"probe", "echo"}})
		defer echo.Close()
		echo.Deliver([]byte("hello"))
		echo.Run(0)
		if len(echo.frames) != 1 || echo.frames[0] != "hello" {
			t.Errorf("echo says %q, %v", echo.frames, echo.Err())
		}
	})
}

func TestNotAGuest(t *testing.T) {
	const header = "\x00asm\x01\x00\x00\x00"
	for _, wasm := range []string{"", "hello", header, header + "\x02\xff\xff\xff\xff\x0f"} {
		if m, err := lab.engine.Load([]byte(wasm)); err == nil || m != nil {
			t.Errorf("%q: loaded", wasm)
		} else if !strings.Contains(err.Error(), "cannot use this WebAssembly module") {
			t.Errorf("%q: %v", wasm, err)
		}
	}
}
