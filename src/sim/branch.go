package sim

import "math/rand/v2"

// drawFrom has all that the world draws come from a seed, except for what nodes that are up draw.
func (w *world) drawFrom(seed uint64) {
	w.seed = seed
	w.agenda.rng = rand.New(rand.NewPCG(seed, ties))
	w.late = rand.New(rand.NewPCG(seed, lateness))
	if w.orderly {
		w.agenda.rng, w.late = nil, nil
	}
	w.weatherSeed = w.run.WeatherSeed()
}

// branch goes on from the next branch: what is random from its time on is drawn from its seed. What was drawn before
// stays, such as the time at which a message that is on its way arrives.
func (w *world) branch() {
	b := w.branches[0]
	w.branches = w.branches[1:]
	w.pass(int64(b.At))
	w.run.Branch(b.Seed)
	w.drawFrom(b.Seed)
	for _, s := range w.nodes {
		if s.box != nil {
			s.box.Reseed(s.draw())
		}
	}
}

// draw returns the seeds for what is random in this life of the node. That of the order of goroutines is 0 if seeds do
// not vary it, and that of slow places in half of the lives: what is slow hides what must be quick to be seen.
func (s *node) draw() (seed, schedule, places uint64) {
	draw := rand.New(rand.NewPCG(s.world.seed, nodes+uint64(s.me)<<16+uint64(s.lives)<<32))
	seed = draw.Uint64()
	if s.world.options.Schedule && !s.world.plain {
		schedule = draw.Uint64() | 1
		if places = draw.Uint64(); s.world.options.Brisk || places%2 == 0 {
			places = 0
		}
	}
	return seed, schedule, places
}
