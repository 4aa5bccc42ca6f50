package gotest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash"
	"hash/fnv"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"time"

	"raftlab/src/box"
)

// Options are what the runs of a worker have in common.
type Options struct {
	Schedule bool          `json:"schedule"` // let the seed vary the order of goroutines
	Memory   int64         `json:"memory"`   // a box's limit in bytes
	Timeout  time.Duration `json:"timeout"`  // of a test, in virtual time and in real time
	Module   string        `json:"module"`   // the path of the checkout's module
	Env      []string      `json:"env"`      // of the test, in addition
	Flags    []string      `json:"flags"`    // of the test binary, in addition
}

// A Line is a piece of output, mostly a line.
type Line struct {
	At   time.Duration `json:"at"` // virtual
	Text string        `json:"text"`
}

// A Run is what happened in a box.
type Run struct {
	Virtual time.Duration
	Trace   uint64 // a hash over all output, its times and the end
	Output  []Line // the first and the last of it if it is long
	Stacks  string // of a box that had to be stopped: its goroutines, the running one first
	End     End
	Status  uint32 // with which it exited
	Crash   string // what else ended it
}

// An End is how a box ended.
type End string

const (
	Exited    End = "exited"
	Crashed   End = "crashed"
	Hangs     End = "hangs"       // a goroutine runs and never waits
	TooLong   End = "too long"    // in virtual time; its own alarm should have stopped it before
	TooSlow   End = "too slow"    // in real time
	NoMemory  End = "no memory"   // beyond the limit
	ReadsTape End = "reads stdin" // and nothing else goes on
)

const (
	// longTurn is how long in real time a box may run without waiting for anything.
	// Turns take microseconds; where one takes seconds, of a busy machine too, a goroutine loops.
	longTurn = 10 * time.Second

	// grace is how much longer than its timeout a test may take before it is stopped from outside.
	grace = 10 * time.Second

	// readingTakes is by how many ns each look at the clock moves it. Natively no two servers
	// that seed their random numbers from the time of day get the same.
	readingTakes = 50

	// epoch is the time of day at which runs begin, give or take some hours: 2026-01-01.
	epoch = 1767225600
)

// play runs the test binary once, with these arguments.
func play(m *box.Module, args []string, seed uint64, o Options) Run {
	r := recorder{hash: fnv.New64a()}
	cfg := box.Config{
		Args:        append([]string{"raft.test"}, args...),
		Env:         append([]string{"PWD=/raft", "HOME=/raft", "TMPDIR=/tmp", "VIS_ENABLE=never"}, o.Env...),
		Seed:        seed,
		Wall:        epoch*int64(time.Second) + int64(mix(seed)%uint64(6*time.Hour)),
		Tick:        readingTakes,
		MemoryLimit: o.Memory,
		Stdout:      r.write,
		Stderr:      r.write,
	}
	if o.Schedule {
		cfg.Schedule = mix(seed) | 1
	}
	b := m.Start(cfg)
	defer b.Close()
	var turns atomic.Int64
	slow, stop := guard(b, &turns, o.Timeout)
	defer stop()

	run := Run{}
	for events := 0; b.Run(r.now) == box.Idle; events++ {
		turns.Add(1)
		if events%1024 == 0 {
			collect()
		}
		next, ok := b.Deadline()
		if !ok {
			run.End = ReadsTape
			break
		}
		if next > int64(o.Timeout+grace) {
			run.End = TooLong
			break
		}
		r.now = next
	}
	if run.End != "" {
		run.Stacks = b.Stacks()
	}
	run.ended(b.Err(), slow.Load())
	run.Virtual = time.Duration(r.now)
	fmt.Fprintf(r.hash, "%d %s %d %s", r.now, run.End, run.Status, run.Crash)
	run.Trace = r.hash.Sum64()
	run.Output = r.lines()
	return run
}

// mix spreads a seed over 64 bits.
func mix(seed uint64) uint64 {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], seed)
	h := fnv.New64a()
	h.Write([]byte("gotest"))
	h.Write(b[:])
	return h.Sum64()
}

// ended notes how the box ended, if it did.
func (r *Run) ended(err error, slow bool) {
	switch err := err.(type) {
	case nil:
	case *box.ExitError:
		r.End, r.Status = Exited, err.Status
	case *box.InterruptError:
		r.End, r.Stacks = Hangs, err.Stacks
		if slow {
			r.End = TooSlow
		}
	default:
		r.End, r.Crash = Crashed, err.Error()
		if err == box.ErrMemory {
			r.End = NoMemory
		}
	}
}

// guard interrupts a box that runs without end in real time, until stop is called. slow
// says that it did wait now and then, but took too long.
func guard(b *box.Box, turns *atomic.Int64, timeout time.Duration) (slow *atomic.Bool, stop func()) {
	slow = new(atomic.Bool)
	over := make(chan struct{})
	go func() {
		tick := time.NewTicker(longTurn / 10)
		defer tick.Stop()
		began := time.Now()
		last, since := int64(-1), began
		for {
			select {
			case now := <-tick.C:
				if n := turns.Load(); n != last {
					last, since = n, now
				} else if now.Sub(since) >= longTurn {
					b.Interrupt()
				}
				if now.Sub(began) >= timeout+grace {
					slow.Store(turns.Load() != 0 && now.Sub(since) < longTurn)
					b.Interrupt()
				}
			case <-over:
				return
			}
		}
	}()
	return slow, func() { close(over) }
}

// heapLimit is how much a worker may keep between collections. To collect garbage Go
// stops all goroutines, and a box that loops cannot be stopped: whoever would interrupt it
// waits with the others, for ever. So a worker collects between turns.
const heapLimit = 256 << 20

func collect() {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Uint64() > heapLimit {
		runtime.GC()
	}
}

// Of long output so much is kept of its beginning and of its end.
const (
	keepFirst = 256 << 10
	keepLast  = 1 << 20
)

// A recorder takes down what a box prints.
type recorder struct {
	now         int64
	hash        hash.Hash64
	first, last []Line
	kept, tail  int // bytes in them
	lost        int
}

func (r *recorder) write(p []byte) {
	var at [8]byte
	binary.LittleEndian.PutUint64(at[:], uint64(r.now))
	r.hash.Write(at[:])
	r.hash.Write(p)
	for line := range bytes.Lines(p) {
		l := Line{time.Duration(r.now), string(line)}
		if r.kept < keepFirst {
			r.first, r.kept = append(r.first, l), r.kept+len(line)
			continue
		}
		r.last, r.tail = append(r.last, l), r.tail+len(line)
		for r.tail > keepLast && len(r.last) > 1 {
			r.tail -= len(r.last[0].Text)
			r.lost += len(r.last[0].Text)
			r.last[0].Text = ""
			r.last = r.last[1:]
		}
	}
}

// lines returns the output in whole lines, each with the time of its beginning.
func (r *recorder) lines() []Line {
	pieces := r.first
	if r.lost > 0 {
		pieces = append(pieces, Line{Text: "\n"}, Line{pieces[len(pieces)-1].At, fmt.Sprintf("… %d bytes left out …\n", r.lost)})
	}
	pieces = append(pieces, r.last...)
	var list []Line
	open := false
	for _, p := range pieces {
		text := string(bytes.TrimSuffix([]byte(p.Text), []byte("\n")))
		if open {
			list[len(list)-1].Text += text
		} else if p.Text != "\n" || len(list) > 0 {
			list = append(list, Line{p.At, text})
		}
		open = len(text) == len(p.Text)
	}
	return list
}
