package box

// A trial is a run of a guest up to its checkpoint, to find the state that all boxes of a module can start from.
type trial struct {
	checkpoint bool // reached
	seeded     bool // the runtime has read its seed
	dated      bool // it has read the wall clock
	tainted    bool // the guest did something that differs from box to box, or that others notice
}

// capture runs a guest up to its checkpoint and returns that state. It returns nil if the guest has no checkpoint,
// or if each box must do by itself what the guest did before it.
func capture(b *Box) (*image, error) {
	img, t, err := runTrial(b, firstWall)
	if img == nil || !t.dated {
		return img, err
	}
	other, _, err := runTrial(b, secondWall)
	if other == nil || !img.findClockReadings(other) {
		return nil, err
	}
	return img, nil
}

// runTrial runs a guest up to its checkpoint; its wall clock begins at wall.
func runTrial(b *Box, wall int64) (*image, *trial, error) {
	t := new(trial)
	c := &Box{
		module:      b.module,
		cfg:         Config{Env: b.cfg.Env, Files: b.cfg.Files, MemoryLimit: defaultMemoryLimit, Wall: wall},
		interrupter: b.interrupter,
		trial:       t,
	}
	c.clock.rate = ppb
	if err := c.bootFrom(b.module.boot); err != nil {
		return nil, t, err
	}
	defer c.release()
	c.call() // however it ends: what counts is whether it got there
	if b.interrupter.on.Load() {
		return nil, t, c.interruption()
	}
	if !t.checkpoint || t.tainted {
		return nil, t, nil
	}
	img := c.inst.capture(c.clock.last, c.clock.wall)
	if len(b.cfg.Files) == 0 {
		img.files = c.files
	}
	return img, t, nil
}

// taint notes that the guest has done something that it must do in every box anew.
func (b *Box) taint() {
	if b.trial != nil {
		b.trial.tainted = true
	}
}
