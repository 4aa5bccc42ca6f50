package box

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"raftlab/src/box/internal/wasmbin"
)

// An instance is compiled code with a memory: what a box needs to run. When the box has exited, another one of the
// same module gets it.
type instance struct {
	mod     api.Module
	mem     *memory
	view    api.Memory
	globals []api.MutableGlobal
	stop    api.MutableGlobal // see interrupter
	start   api.Function
	resume  api.Function
}

func newInstance(m *Module) (*instance, error) {
	in := &instance{mem: &memory{limit: maxMemory}}
	in.mem.reserve(len(m.boot.bytes))
	ctx := experimental.WithMemoryAllocator(context.Background(),
		experimental.MemoryAllocatorFunc(func(_, _ uint64) experimental.LinearMemory { return in.mem }))
	mod, err := m.rt.InstantiateModule(ctx, m.code, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return nil, fmt.Errorf("instantiate: %w", err)
	}
	in.mod, in.view = mod, mod.Memory()
	in.start, in.resume = mod.ExportedFunction("_start"), mod.ExportedFunction(wasmbin.Resume)
	in.stop = mod.ExportedGlobal(wasmbin.Stop).(api.MutableGlobal)
	for i := range m.boot.globals {
		in.globals = append(in.globals, mod.ExportedGlobal(wasmbin.Global(i)).(api.MutableGlobal))
	}
	return in, nil
}

// restore puts the instance into the image's state, and takes what that has from the budget.
func (in *instance) restore(img *image, limit uint64, budget *Budget) error {
	switch {
	case uint64(len(img.bytes)) > limit:
		return ErrMemory
	case !budget.charge(int64(len(img.bytes))):
		return ErrBudget
	}
	img.copyInto(in.mem)
	// wazero has no call for it, but takes any size from the allocator.
	in.mem.resize = len(img.bytes)
	_, ok := in.view.Grow(1)
	in.mem.resize = 0
	if !ok || int(in.view.Size()) != len(img.bytes) {
		budget.charge(-int64(len(img.bytes)))
		return errors.New("cannot set the size of the memory")
	}
	in.mem.limit, in.mem.budget = limit, budget
	in.mem.denied = nil
	for i, g := range in.globals {
		g.Set(img.globals[i])
	}
	return nil
}

// capture returns the instance's state. It is a copy.
func (in *instance) capture(mono, wall int64) *image {
	img := in.image()
	img.entry, img.mono, img.wall = wasmbin.Resume, mono, wall
	img.bytes = slices.Clone(img.bytes)
	img.findRuns()
	return img
}

// stopped returns the Go PC where the interrupter stopped the guest, 0 if it did not.
func (in *instance) stopped() uint64 {
	if pc := in.stop.Get(); pc > 1 {
		return pc
	}
	return 0
}

func (in *instance) close() { in.mod.Close(context.Background()) }
