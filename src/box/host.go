package box

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// hostModule is the name of the module with the functions of package guest.
const hostModule = "raftlab"

// MaxFrame is the size of the largest frame that a guest may send.
const MaxFrame = 64 << 20

// A hostFunc is a function that guests can import. It gets its parameters in stack and leaves its result there.
type hostFunc struct {
	name   string
	params string // i for i32, I for i64
	result string
	call   func(b *Box, stack []uint64)
}

// exportHost defines what guests can import in a runtime.
func exportHost(ctx context.Context, rt wazero.Runtime) error {
	if err := export(ctx, rt, hostModule, raftlabFuncs); err != nil {
		return err
	}
	return export(ctx, rt, wasiModule, wasiFuncs())
}

func export(ctx context.Context, rt wazero.Runtime, module string, funcs []hostFunc) error {
	mod := rt.NewHostModuleBuilder(module)
	for _, f := range funcs {
		call := f.call
		mod.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(
			func(ctx context.Context, _ api.Module, stack []uint64) {
				b := ctx.(callContext).box
				if b.interrupter.on.Load() {
					panic(ErrInterrupted)
				}
				call(b, stack)
			}), valueTypes(f.params), valueTypes(f.result)).Export(f.name)
	}
	if _, err := mod.Instantiate(ctx); err != nil {
		return fmt.Errorf("host module %s: %w", module, err)
	}
	return nil
}

func valueTypes(s string) []api.ValueType {
	types := make([]api.ValueType, len(s))
	for i := range s {
		types[i] = api.ValueTypeI32
		if s[i] == 'I' {
			types[i] = api.ValueTypeI64
		}
	}
	return types
}

// A faultError is a call of a host function that no program of package guest makes.
type faultError struct{ what string }

func (e *faultError) Error() string { return "the guest made a bad call: " + e.what }

// mem returns n bytes of the guest's memory from p on, nil and false if they are not all there.
func (b *Box) mem(p, n uint64) ([]byte, bool) {
	// Parameters of type i32 come in the lower half.
	return b.span(uint64(uint32(p)), uint64(uint32(n)))
}

func (b *Box) span(p, n uint64) ([]byte, bool) {
	buf := b.inst.mem.visible()
	if n > uint64(len(buf)) || p > uint64(len(buf))-n {
		return nil, false
	}
	return buf[p : p+n : p+n], true
}

func (b *Box) put32(p uint64, v uint32) bool {
	m, ok := b.mem(p, 4)
	if ok {
		binary.LittleEndian.PutUint32(m, v)
	}
	return ok
}

func (b *Box) put64(p uint64, v uint64) bool {
	m, ok := b.mem(p, 8)
	if ok {
		binary.LittleEndian.PutUint64(m, v)
	}
	return ok
}

var raftlabFuncs = []hostFunc{
	{"send", "ii", "", send},
	{"receive", "ii", "I", receive},
	{"checkpoint", "i", "i", checkpoint},
	{"schedule", "", "I", schedule},
	{"places", "", "I", places},
	{"linger", "i", "I", linger},
}

// send(frame, size) hands a frame to the host.
func send(b *Box, stack []uint64) {
	size := uint32(stack[1])
	frame, ok := b.mem(stack[0], uint64(size))
	if !ok || size > MaxFrame {
		panic(&faultError{fmt.Sprintf("send of %d bytes at %#x", size, uint32(stack[0]))})
	}
	b.taint()
	if b.cfg.Receive != nil {
		b.inCallback = true
		b.cfg.Receive(frame)
		b.inCallback = false
	}
}

// Results of receive.
const (
	more       = 1 << 32 // added to the size if another frame follows
	inboxEmpty = -1
	tooSmall   = -2 // less the size of the frame, which stays in the inbox
)

// receive(buf, cap) takes a frame from the inbox and returns its size.
func receive(b *Box, stack []uint64) {
	b.taint()
	size := int64(inboxEmpty)
	if !b.inbox.empty() {
		frame := b.inbox.front()
		size = int64(len(frame))
		if room := int64(uint32(stack[1])); size > room {
			size = tooSmall - size
		} else if buf, ok := b.mem(stack[0], uint64(size)); !ok {
			panic(&faultError{fmt.Sprintf("receive of %d bytes at %#x", size, uint32(stack[0]))})
		} else {
			copy(buf, frame)
			b.inbox.consume(len(frame))
			if !b.inbox.empty() {
				size += more
			}
		}
	}
	stack[0] = uint64(size)
}

// checkpoint(drawn) says that the guest has initialised itself and reads its arguments next. If it returns 1, the
// guest parks in a poll without subscriptions. drawn is 1 if the guest has drawn random numbers.
func checkpoint(b *Box, stack []uint64) {
	t := b.trial
	if t == nil {
		stack[0] = 0
		return
	}
	t.checkpoint = true
	t.tainted = t.tainted || uint32(stack[0]) != 0
	stack[0] = 1
}

// schedule() returns the seed of the order in which goroutines run, 0 for Go's own order.
func schedule(b *Box, stack []uint64) {
	stack[0] = b.cfg.Schedule
}

// places() returns the seed of which places are slow, 0 for none.
func places(b *Box, stack []uint64) {
	stack[0] = b.cfg.Places
}

// linger(told) returns for how long, in ns, a goroutine rests that is between two locks, or, if told is 1, between what it
// has waited for and a lock.
func linger(b *Box, stack []uint64) {
	stack[0] = uint64(b.lingers.draw(uint32(stack[0]) == 1))
}
