package main

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"unsafe"

	"raftlab/src/box/guest"
)

func exit() {
	status, _ := strconv.Atoi(os.Args[2])
	os.Exit(status)
}

func crash() {
	defer report("deferred")
	var m map[string]int
	m["x"] = 1
}

func deadlock() { select {} }

// loop runs for ever in a function that calls nothing.
func loop() {
	report("starts")
	loopForever(1)
}

//go:noinline
func loopForever(step int) int {
	n := 0
	for {
		n += step // the loop
		if n == -1 {
			return n
		}
	}
}

// stubborn loops for ever and clears anything in its memory that might tell it to stop.
func stubborn() {
	report("starts")
	clearForever()
}

//go:noinline
func clearForever() {
	for {
		for p := uintptr(8); p < 4096; p += 8 {
			*(*uint64)(unsafe.Pointer(p)) = 0
		}
	}
}

//go:linkname overrideWrite runtime.overrideWrite
var overrideWrite func(fd uintptr, p unsafe.Pointer, n int32) int32

// tongueTied exits, after it has made the code that prints its stacks loop for ever.
func tongueTied() {
	overrideWrite = func(uintptr, unsafe.Pointer, int32) int32 {
		clearForever()
		return 0
	}
	os.Exit(3)
}

// waiting is goroutines that wait for different things.
func waiting() {
	var mu, back sync.Mutex
	mu.Lock()
	back.Lock()
	back.Unlock()
	go lockTwice(&mu)
	var writing, reading, both sync.RWMutex
	writing.Lock()
	both.RLock()
	readAlong(&reading)
	both.RUnlock()
	both.Lock()
	both.Unlock()
	go func() { <-make(chan int) }()
	guest.Receive()
	report("goes on")
}

// readAlong reads twice, and gives back once.
//
//go:noinline
func readAlong(rw *sync.RWMutex) {
	rw.RLock()
	rw.RLock()
	go func() { rw.RUnlock() }()
}

func lockTwice(mu *sync.Mutex) { mu.Lock() }

var kept [][]byte

// hog takes all the memory it can get.
func hog() {
	for {
		kept = append(kept, make([]byte, 1<<20))
	}
}

// garbage makes garbage of many sizes, keeps a little, and reports after each round.
func garbage() {
	keep := make([][]byte, 100)
	for round := 0; ; round++ {
		frame := guest.Receive()
		for i := range 2000 {
			b := make([]byte, 1+(i*7919)%5000)
			b[0] = byte(round)
			keep[i%len(keep)] = b
		}
		for _, b := range keep {
			if b[0] != byte(round) {
				panic("lost memory")
			}
		}
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		report(string(frame), " gc ", s.NumGC > 0, " heap ", s.HeapAlloc < 32<<20)
	}
}

//go:wasmimport raftlab send
func rawSend(p unsafe.Pointer, n uint32)

//go:wasmimport raftlab receive
func rawReceive(p unsafe.Pointer, room uint32) int64

//go:wasmimport raftlab checkpoint
func rawCheckpoint(drawn uint32) uint32

//go:wasmimport wasi_snapshot_preview1 fd_read
func rawRead(fd uint32, iovs unsafe.Pointer, n uint32, got unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 fd_write
func rawWrite(fd uint32, iovs unsafe.Pointer, n uint32, done unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 fd_fdstat_get
func rawStat(fd uint32, p unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 poll_oneoff
func rawPoll(in, out unsafe.Pointer, n uint32, events unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 random_get
func rawRandom(p unsafe.Pointer, n uint32) uint32

//go:wasmimport wasi_snapshot_preview1 args_get
func rawArgs(argv, buf unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 clock_time_get
func rawClock(id uint32, precision uint64, p unsafe.Pointer) uint32

// abuse calls host functions with the addresses and sizes that each frame asks for.
func abuse() {
	for {
		frame := guest.Receive()
		arg := func(i int) uint32 {
			return uint32(frame[1+4*i]) | uint32(frame[2+4*i])<<8 | uint32(frame[3+4*i])<<16 | uint32(frame[4+4*i])<<24
		}
		ptr := func(i int) unsafe.Pointer { return unsafe.Pointer(uintptr(arg(i))) }
		switch frame[0] {
		case 0:
			rawSend(ptr(0), arg(1))
		case 1:
			report(rawReceive(ptr(0), arg(1)))
		case 2:
			report(rawRead(arg(0), ptr(1), arg(2), ptr(3)))
		case 3:
			report(rawWrite(arg(0), ptr(1), arg(2), ptr(3)))
		case 4:
			report(rawPoll(ptr(0), ptr(1), arg(2), ptr(3)))
		case 5:
			report(rawRandom(ptr(0), arg(1)))
		case 6:
			report(rawArgs(ptr(0), ptr(1)))
		case 7:
			report(rawClock(arg(0), 0, ptr(1)))
		case 8:
			report(rawStat(arg(0), ptr(1)))
		case 9:
			report(rawCheckpoint(arg(0)))
		}
	}
}
