package box

import (
	"context"
	"slices"
)

// Fork returns a box that is in the state of this one, memory, clocks, files, randomness and frames that were not read,
// and does from then on what this one would do: the same calls give the same run. The two share nothing, and this one
// does not notice. It must not be running; if it has exited, the error says how it ended.
//
// The fork's functions, Budget, MemoryLimit and Stacks are those of cfg; the rest is as it was.
func (b *Box) Fork(cfg Config) (*Box, error) {
	if b.err != nil {
		return nil, b.err
	}
	cfg.Args, cfg.Env, cfg.Files = b.cfg.Args, b.cfg.Env, b.cfg.Files
	cfg.Seed, cfg.Schedule, cfg.Places, cfg.Wall = b.cfg.Seed, b.cfg.Schedule, b.cfg.Places, b.cfg.Wall
	c := b.module.Start(cfg)
	c.clock = b.clock
	c.inbox = b.inbox.clone()
	c.timer, c.deadline, c.reading = b.timer, b.deadline, b.reading
	c.parked, c.resumed, c.redraw = b.parked, b.resumed, b.redraw
	if b.inst == nil {
		return c, nil
	}
	in, err := b.module.acquire()
	if err != nil {
		return nil, err
	}
	if err := in.restore(b.inst.image(), uint64(c.cfg.MemoryLimit), cfg.Budget); err != nil {
		in.close()
		return nil, err
	}
	c.inst, c.entry = in, in.resume
	c.ctx = callContext{context.Background(), c}
	c.interrupter.attach(in)
	random := *b.random
	c.random = &random
	if b.files != nil {
		files := b.files.clone(0)
		if files.budget = cfg.Budget; !files.budget.charge(int64(files.size)) {
			c.end(ErrBudget)
			return nil, ErrBudget
		}
		c.files = files
	}
	return c, nil
}

// image is the instance's state. It is only lent: its bytes are the instance's memory.
func (in *instance) image() *image {
	img := &image{bytes: in.mem.visible(), runs: []span{{0, in.mem.size}}}
	for _, g := range in.globals {
		img.globals = append(img.globals, g.Get())
	}
	return img
}

func (q *inbox) clone() inbox {
	return inbox{slices.Clone(q.buf), slices.Clone(q.lens), q.off, q.head}
}
