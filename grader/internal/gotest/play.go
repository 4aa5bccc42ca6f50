package gotest

import (
	"encoding/binary"
	"fmt"
	"hash"
	"hash/fnv"
	"time"

	"raftlab/grader/internal/testrun"
	"raftlab/src/box"
)

// Options are the settings that all runs of a worker have in common.
type Options struct {
	Schedule bool          `json:"schedule"` // let the seed vary the order of goroutines
	Memory   int64         `json:"memory"`   // limit of a box, in bytes
	Turn     time.Duration `json:"turn"`     // limit of the processor time until all goroutines of a test wait
	Timeout  time.Duration `json:"timeout"`  // limit of a test, in virtual time and, with grace, in processor time
	Module   string        `json:"module"`   // the path of the checkout's module
	Env      []string      `json:"env"`      // of the test, in addition
	Flags    []string      `json:"flags"`    // of the test binary, in addition
}

// A Run is what happened in a box.
type Run struct {
	Virtual time.Duration
	Trace   uint64         // a hash over all output, its times and the end
	Reports []string       // of package testing: "testing PASS TestX", and "testing PASS " for them all
	Output  []testrun.Line // the first and the last of it if it is long
	Stacks  string         // of a box that had to be stopped: its goroutines, the running one first
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
	TooLong    End = "too long"    // took too much virtual time; its own -test.timeout should have stopped it before
	TooSlow    End = "too slow"    // took too much processor time
	Busy       End = "busy"        // took far more processor time than virtual time
	NoMemory   End = "no memory"   // exceeded its limit
	ReadsInput End = "reads stdin" // waits for input, and nothing else goes on
)

const (
	// readingTakes is by how many ns each reading of the clock advances it: two servers that seed their random numbers
	// from the time of day get different seeds, as they do natively.
	readingTakes = 50

	// allocTakes is by how many ns each MiB that is allocated advances the clocks: 16 ns a byte, some 0.5 ms for an RPC
	// and its answer. Servers and clerks compute for about as long as they allocate, most of it for gob, and this is
	// their pace with the race detector, with which the lab is graded. Without it clerks that never wait would go on
	// until the processor time is used up, and no time would pass.
	allocTakes = 16 << 20

	// epoch is the time of day at which runs begin, give or take some hours: 2026-01-01.
	epoch = 1767225600
)

// play runs the test binary once, with these arguments.
func (p *player) play(args []string, seed uint64) Run {
	defer box.Collect()
	r := recorder{hash: newHash()}
	g := guard{Options: p.Options}
	passed := func(now int64) {
		r.now = max(r.now, now)
		g.virtual.Store(r.now)
		p.turns.Add(1)
	}
	cfg := box.Config{
		Args:        append([]string{"raft.test"}, args...),
		Env:         append([]string{"PWD=/raft", "HOME=/raft", "TMPDIR=/tmp", "VIS_ENABLE=never"}, p.Env...),
		Seed:        seed,
		Wall:        epoch*int64(time.Second) + int64(mix(seed)%uint64(6*time.Hour)),
		Tick:        readingTakes,
		Alloc:       allocTakes,
		Worked:      passed,
		MemoryLimit: p.Memory,
		Files:       map[string]string{"/etc/hosts": "127.0.0.1 localhost\n"}, // some serve their profile there
		Receive:     r.report,
		Stdout:      r.write,
		Stderr:      r.write,
	}
	if p.Schedule {
		cfg.Schedule = mix(seed) | 1
	}
	b := p.module.Start(cfg)
	defer b.Close()
	defer box.Guard(p.Turn/10, func() (*box.Box, int64) { return b, p.turns.Load() }, g.interrupts)()

	run := Run{}
	for events := 0; b.Run(r.now) == box.Idle; events++ {
		passed(r.now)
		if events%1024 == 0 {
			box.Collect()
		}
		next, ok := b.Deadline()
		if !ok {
			run.End = ReadsInput
			break
		}
		if next > int64(p.Timeout+grace) {
			run.End = TooLong
			break
		}
		r.now = max(r.now, next)
	}
	if run.End != "" {
		run.Stacks = b.Stacks()
	}
	run.ended(b.Err(), &g)
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

// ended notes how the box ended, if it did. Nobody but its guard interrupts it.
func (r *Run) ended(err error, g *guard) {
	switch err := err.(type) {
	case nil:
	case *box.ExitError:
		r.End, r.Status = Exited, err.Status
	case *box.InterruptError:
		r.End, r.Stacks = *g.reason.Load(), err.Stacks
	default:
		r.End, r.Crash = Crashed, err.Error()
		if err == box.ErrMemory {
			r.End = NoMemory
		}
	}
}
