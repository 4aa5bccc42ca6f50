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
	Trace   uint64   // a hash over all output, its times and the end
	Reports []string // of package testing: "testing PASS TestX", and "testing PASS " for them all
	Output  []Line   // the first and the last of it if it is long
	Stacks  string   // of a box that had to be stopped: its goroutines, the running one first
	End     End
	Status  uint32 // with which it exited
	Crash   string // what else ended it
}

// An End is how a box ended.
type End string

const (
	Exited     End = "exited"
	Crashed    End = "crashed"
	Hangs      End = "hangs"       // a goroutine runs and never waits
	TooLong    End = "too long"    // in virtual time; its own alarm should have stopped it before
	TooSlow    End = "too slow"    // in real time
	Busy       End = "busy"        // far more processor time than the virtual time allows for
	NoMemory   End = "no memory"   // beyond the limit
	ReadsInput End = "reads stdin" // and nothing else goes on
)

const (
	// longTurn is how much processor time a box may take without waiting for anything.
	// Turns take microseconds; where one takes seconds, a goroutine loops.
	longTurn = 2 * time.Second

	// A box may take so much processor time, and so many times the virtual time that has passed. Tests
	// of the lab take less than a tenth of it, a Raft with ten thousand heartbeats a second half; what
	// takes more are goroutines that poll without a sleep.
	busyAllowance, busyRate = 10 * time.Second, 20

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
	r := recorder{hash: newHash()}
	cfg := box.Config{
		Args:        append([]string{"raft.test"}, args...),
		Env:         append([]string{"PWD=/raft", "HOME=/raft", "TMPDIR=/tmp", "VIS_ENABLE=never"}, o.Env...),
		Seed:        seed,
		Wall:        epoch*int64(time.Second) + int64(mix(seed)%uint64(6*time.Hour)),
		Tick:        readingTakes,
		MemoryLimit: o.Memory,
		Files:       map[string]string{"/etc/hosts": "127.0.0.1 localhost\n"}, // some serve their profile there
		Receive:     r.report,
		Stdout:      r.write,
		Stderr:      r.write,
	}
	if o.Schedule {
		cfg.Schedule = mix(seed) | 1
	}
	b := m.Start(cfg)
	defer b.Close()
	g := guard{box: b, timeout: o.Timeout}
	defer g.watch()()

	run := Run{}
	for events := 0; b.Run(r.now) == box.Idle; events++ {
		g.turns.Add(1)
		g.virtual.Store(r.now)
		if events%1024 == 0 {
			collect()
		}
		next, ok := b.Deadline()
		if !ok {
			run.End = ReadsInput
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
	run.ended(b.Err(), g.why())
	run.Virtual = time.Duration(r.now)
	fmt.Fprintf(r.hash, "%d %s %d %s", r.now, run.End, run.Status, run.Crash)
	run.Trace = r.hash.Sum64()
	run.Reports, run.Output = r.reports, r.lines()
	return run
}

func newHash() hash.Hash64 { return fnv.New64a() }

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
func (r *Run) ended(err error, interrupted End) {
	switch err := err.(type) {
	case nil:
	case *box.ExitError:
		r.End, r.Status = Exited, err.Status
	case *box.InterruptError:
		r.End, r.Stacks = interrupted, err.Stacks
	default:
		r.End, r.Crash = Crashed, err.Error()
		if err == box.ErrMemory {
			r.End = NoMemory
		}
	}
}

// A guard interrupts a box that loops or takes too long. It is all that depends on real time, and
// on the machine: when it strikes the test has failed, but not at the same place each time.
type guard struct {
	box     *box.Box
	timeout time.Duration
	turns   atomic.Int64 // that the box has taken
	virtual atomic.Int64
	reason  atomic.Pointer[End]
}

// watch watches until stop is called.
func (g *guard) watch() (stop func()) {
	over := make(chan struct{})
	go func() {
		tick := time.NewTicker(longTurn / 10)
		defer tick.Stop()
		began, atFirst := time.Now(), cpuTime()
		turn, atTurn := int64(-1), atFirst
		for {
			select {
			case now := <-tick.C:
				cpu := cpuTime()
				if n := g.turns.Load(); n != turn {
					turn, atTurn = n, cpu
				}
				switch {
				case cpu-atTurn >= longTurn:
					g.interrupt(Hangs)
				case cpu-atFirst >= busyAllowance+busyRate*time.Duration(g.virtual.Load()):
					g.interrupt(Busy)
				case now.Sub(began) >= g.timeout+grace:
					g.interrupt(TooSlow)
				}
			case <-over:
				return
			}
		}
	}()
	return func() { close(over) }
}

func (g *guard) interrupt(why End) {
	g.reason.CompareAndSwap(nil, &why)
	g.box.Interrupt()
}

// why returns the reason for the interrupt.
func (g *guard) why() End {
	if why := g.reason.Load(); why != nil {
		return *why
	}
	return Hangs
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
	reports     []string
}

// maxReports is how many frames are kept; a test sends one for each subtest.
const maxReports = 10_000

func (r *recorder) report(frame []byte) {
	if len(r.reports) < maxReports {
		r.reports = append(r.reports, string(frame[:min(len(frame), 1000)]))
	}
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
