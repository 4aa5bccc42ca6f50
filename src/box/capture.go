package box

// A trial is a run of a guest up to its checkpoint, to find the state that all boxes
// of a module can start from.
type trial struct {
	checkpoint bool // reached
	seeded     bool // the runtime has read its seed
	personal   bool // the guest did what differs from box to box, or what others notice
}

// capture runs a guest up to its checkpoint and returns that state. It returns nil if
// the guest has none, or if what it did on its way every box has to do by itself.
func capture(b *Box) (*image, error) {
	t := new(trial)
	c := &Box{
		module: b.module,
		cfg:    Config{Env: b.cfg.Env, Files: b.cfg.Files, MemoryLimit: defaultMemoryLimit},
		brake:  b.brake,
		trial:  t,
	}
	c.clock.rate = ppb
	if err := c.bootFrom(b.module.boot); err != nil {
		return nil, err
	}
	defer c.release()
	c.call() // however it ends: what counts is whether it got there
	if b.brake.on.Load() {
		return nil, c.interruption()
	}
	if !t.checkpoint || t.personal {
		return nil, nil
	}
	return c.inst.capture(c.clock.last), nil
}

// personal notes that the guest has done something that it must do in every box anew.
func (b *Box) personal() {
	if b.trial != nil {
		b.trial.personal = true
	}
}
