package box

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/tetratelabs/wazero/api"
)

const defaultMemoryLimit = 512 << 20

// A Config says how a guest starts. Its functions are called during [Box.Run], on its goroutine; they must not call
// the box. The slices they get are valid during the call.
type Config struct {
	Args []string // os.Args, with the program's name
	Env  []string // os.Environ, as "name=value"

	// Seed decides all that is random in the guest: math/rand, crypto/rand, the order of maps and of select.
	Seed uint64

	// Schedule is the seed of the order in which runnable goroutines run, and of where locks yield. With 0 both are
	// left to Go, which has one order. The guest must have been built with gobuild.
	Schedule uint64

	// Places is the seed of which places of the program are slow: goroutines rest for up to 30 ms at some of its locks,
	// Waits and go statements, at each a dozen times at most. With 0 none is. Code below raftlab/src has none.
	Places uint64

	// Wall is what the guest's wall clock shows at virtual time 0, in ns since 1970.
	Wall int64

	// Tick is how far each reading of a clock moves the guest's clocks, in ns, as if reading took that long. With 0
	// the clocks stand still while the guest runs, unless it reads them very often. Programs that use a reading as
	// a unique number need 1 or more.
	Tick int64

	// Alloc is how far each MiB that the guest allocates moves its clocks, in ns, as if that took so long. With 0 what
	// is computed takes no time, and programs that answer each other without a pause keep time from passing. A goroutine
	// that allocates for 10 ms then also lets others run, as with Go's own scheduler.
	Alloc int64

	// Worked is called when Alloc has moved the clocks, with the virtual time that they have come to, which is ahead of
	// Run's. Nil if that does not matter.
	Worked func(now int64)

	// MemoryLimit is the most memory the guest may have, in bytes; 0 is 512 MiB.
	MemoryLimit int64

	// Budget is a limit besides MemoryLimit that the guest shares with other guests; nil is none. Files count too.
	Budget *Budget

	// Files gives the guest a file system of its own, in memory, which holds these files at first, by path. With
	// nil the guest can open no file.
	Files map[string]string

	Stdout, Stderr func([]byte) // nil discards

	// Stacks adds the guest's stacks to the [ExitError] or [MemoryError] of a guest that ends by itself.
	Stacks bool

	// Receive gets every frame that the guest sends; nil discards them.
	Receive func(frame []byte)
}

// A Status is the state in which [Box.Run] leaves a box.
type Status int

const (
	Idle   Status = iota // all goroutines wait for a timer or a frame
	Exited               // the guest has ended; see [Box.Err]
)

// A Box is one run of a guest. Its methods must not be called at the same time, except Interrupt.
type Box struct {
	module  *Module
	cfg     Config
	inst    *instance // nil before the first Run and after the last
	entry   api.Function
	ctx     context.Context
	clock   clock
	inbox   inbox
	files   *files // nil if it has none
	random  *rand.ChaCha8
	redraw  bool // the guest has not heard yet of Reseed
	lingers lingers
	err     error

	// What the parked guest waits for.
	timer    bool
	deadline int64 // in its monotonic time
	reading  bool  // frames

	parked     bool // poll_oneoff has parked the guest since Run
	resumed    bool // poll_oneoff is being repeated
	inCallback bool // a function of cfg runs
	exit       *ExitError
	trial      *trial // not nil while the guest runs for an image

	interrupter *interrupter // a trial has that of the box for which it runs
}

// Start makes a box. The guest begins to run in the first [Box.Run]; the virtual time of that call is the zero of
// its monotonic clock.
func (m *Module) Start(cfg Config) *Box {
	if cfg.MemoryLimit <= 0 {
		cfg.MemoryLimit = defaultMemoryLimit
	}
	cfg.MemoryLimit = min(cfg.MemoryLimit, maxMemory)
	b := &Box{module: m, cfg: cfg, interrupter: new(interrupter)}
	b.lingers.seed(cfg.Seed)
	b.clock.rate, b.clock.tick = ppb, max(cfg.Tick, 0)
	b.clock.alloc = max(cfg.Alloc, 0)
	return b
}

// Reseed gives a box other seeds than those of its Config. What the guest draws from now on depends on them and no
// longer on the old ones: math/rand's functions, crypto/rand, the order of maps, of select and of goroutines. A
// generator that the guest has seeded itself goes on as it was. It must not be running.
func (b *Box) Reseed(seed, schedule, places uint64) {
	b.cfg.Seed, b.cfg.Schedule, b.cfg.Places = seed, schedule, places
	b.lingers.seed(seed)
	if b.inst != nil {
		b.random, b.redraw = newRandom(seed), true
	}
}

// Deliver puts a frame into the guest's inbox. It copies the frame. The guest sees it in the next Run.
func (b *Box) Deliver(frame []byte) {
	if b.err == nil {
		b.inbox.push(frame)
	}
}

// Run lets the guest run at the virtual time now, in ns, until it is idle or has exited. now must not go back from
// call to call; if it does, time stands still. If neither a frame nor a due timer makes the guest go on, Run does
// nothing.
func (b *Box) Run(now int64) Status {
	if b.err != nil {
		return Exited
	}
	if b.interrupter.on.Load() {
		return b.end(b.interruption())
	}
	b.clock.now = max(b.clock.now, now)
	if b.inst == nil {
		if err := b.boot(); err != nil {
			return b.end(err)
		}
	} else if !b.ready() {
		return Idle
	}
	b.resumed = b.parked
	b.parked = false
	b.clock.start(b.inst.mem.visible())
	err := b.call()
	b.entry = b.inst.resume
	switch {
	case b.interrupter.on.Load():
		return b.end(b.interruption())
	case err != nil:
		return b.end(b.withStacks(b.cause(err)))
	case !b.parked:
		return b.end(errors.New("the guest's main loop returned"))
	}
	return Idle
}

// ready reports whether the parked guest has something to do.
func (b *Box) ready() bool {
	return b.reading && !b.inbox.empty() || b.timer && b.deadline <= b.clock.monotonic()
}

// boot gives the box an instance in the state from which it starts.
func (b *Box) boot() error {
	if int64(len(b.module.boot.bytes)) > b.cfg.MemoryLimit {
		return ErrMemory
	}
	img, err := b.module.image(b)
	if err != nil {
		return err
	}
	if !img.compatible(b.clock.wall + b.cfg.Wall + b.clock.now) {
		img = b.module.boot
	}
	return b.bootFrom(img)
}

func (b *Box) bootFrom(img *image) error {
	in, err := b.module.acquire()
	if err != nil {
		return err
	}
	if err := in.restore(img, uint64(b.cfg.MemoryLimit), b.cfg.Budget); err != nil {
		in.close()
		return err
	}
	b.inst, b.entry = in, in.resume
	b.ctx = callContext{context.Background(), b}
	b.interrupter.attach(in)
	if img.entry == "_start" {
		b.entry = in.start
	}
	b.random = newRandom(b.cfg.Seed)
	c := &b.clock
	c.last, c.mono, c.at = img.mono, img.mono, c.now
	c.wall += b.cfg.Wall + c.now - img.mono
	img.setClockReadings(in.mem.visible(), c.wall-img.wall)
	switch {
	case img.files != nil:
		b.files = img.files.clone(c.wall - img.wall)
	case b.cfg.Files != nil:
		b.files = newFiles(b.cfg.Files)
	}
	if fs := b.files; fs != nil {
		if fs.budget = b.cfg.Budget; !fs.budget.charge(int64(fs.size)) {
			b.files = nil
			return ErrBudget
		}
	}
	return nil
}

func newRandom(seed uint64) *rand.ChaCha8 {
	var s [32]byte
	for i := range 8 {
		s[i] = byte(seed >> (8 * i))
	}
	return rand.NewChaCha8(s)
}

// call enters the guest and returns when it parks or ends.
func (b *Box) call() error {
	err := b.entry.CallWithStack(b.ctx, nil)
	if err != nil && b.inCallback {
		panic(err) // the host's own: wazero recovered it on its way through
	}
	return err
}

// A callContext carries the box to the host functions that its guest calls.
type callContext struct {
	context.Context
	box *Box
}

// cause says why the guest's call failed.
func (b *Box) cause(err error) error {
	var f *faultError
	switch {
	case b.inst.mem.denied != nil && (b.exit == nil || b.exit.Status != 0):
		return b.inst.mem.denied
	case b.exit != nil:
		return b.exit
	case errors.As(err, &f):
		return f
	}
	return fmt.Errorf("the guest crashed: %w", err)
}

// withStacks adds the guest's stacks to the reason why it ended, if cfg asks for them.
func (b *Box) withStacks(err error) error {
	exit, ok := err.(*ExitError)
	switch {
	case !b.cfg.Stacks:
	case ok:
		exit.Stacks = b.Stacks()
	case err == ErrMemory, err == ErrBudget:
		return &MemoryError{err, b.Stacks()}
	}
	return err
}

// end ends the box for the reason err.
func (b *Box) end(err error) Status {
	b.err = err
	b.release()
	return Exited
}

// release gives back what the box holds, except its error.
func (b *Box) release() {
	if in := b.inst; in != nil {
		b.inst, b.entry = nil, nil
		b.interrupter.attach(nil)
		b.cfg.Budget.charge(-int64(in.mem.size))
		b.module.release(in)
	}
	b.inbox = inbox{}
	if b.files != nil {
		b.cfg.Budget.charge(-int64(b.files.size))
		b.files = nil
	}
	b.random = nil
	b.timer, b.reading = false, false
}

// Deadline returns the virtual time of the guest's next timer, if it waits for one. Before the first Run that is 0.
// Run before that time has nothing to do unless there are frames.
func (b *Box) Deadline() (int64, bool) {
	switch {
	case b.err != nil:
		return 0, false
	case b.inst == nil:
		return 0, true
	}
	return b.clock.virtual(b.deadline), b.timer
}

// Files returns the size of all files of the guest, in bytes.
func (b *Box) Files() int {
	if b.files == nil {
		return 0
	}
	return b.files.size
}

// SetClock makes the guest's clocks run at rate times the speed of virtual time (0.001 to 1000, at first 1) from
// the virtual time now on, and its wall clock jump by jump ns. Its monotonic clock does not jump, and its timers
// follow the monotonic clock: ask for the Deadline again.
func (b *Box) SetClock(now int64, rate float64, jump int64) {
	b.clock.now = max(b.clock.now, now)
	b.clock.set(rate, jump)
}

// Err returns how the box ended: an [*ExitError], [ErrMemory], [ErrClosed], an error that wraps [ErrInterrupted],
// or another error if the guest crashed. It returns nil while the guest is alive.
func (b *Box) Err() error { return b.err }

// Close ends the guest, whatever it is doing. The box has exited then.
func (b *Box) Close() {
	if b.err == nil {
		b.end(ErrClosed)
	}
}

// Interrupt ends the guest from another goroutine, whatever it is doing: a Run in progress or, if there is none,
// the next one returns Exited.
func (b *Box) Interrupt() { b.interrupter.interrupt() }
