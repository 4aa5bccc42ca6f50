package shrink

import (
	"slices"
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/script"
)

// weather makes the weather better, one of the things that a network does at a time.
func (s *shrinker) weather() {
	for i := 0; i < len(s.best.Actions); i++ {
		for _, better := range improvements {
			if i >= len(s.best.Actions) || s.best.Actions[i].Do != script.Weather {
				break
			}
			actions := slices.Clone(s.best.Actions)
			w := actions[i].Weather
			better(&w)
			if w == actions[i].Weather {
				continue
			}
			actions[i].Weather = w
			s.try(s.best.With(actions))
		}
	}
}

var improvements = []func(w *labrpc.Weather){
	func(w *labrpc.Weather) { w.RequestDelay = labrpc.Delay{} },
	func(w *labrpc.Weather) { w.LoseRequest = 0 },
	func(w *labrpc.Weather) { w.LoseReply = 0 },
	func(w *labrpc.Weather) { w.DoubleRequest, w.DoubleDelay = 0, labrpc.Delay{} },
	func(w *labrpc.Weather) { w.HoldRequest, w.HoldRequestBy = 0, labrpc.Delay{} },
	func(w *labrpc.Weather) { w.HoldReply, w.HoldFor = 0, labrpc.Delay{} },
}

// messages says of each message to which something happens what that is, in place of a weather by which it may happen to
// all; then most of them can be left alone. It stays with the weather if that is shorter.
func (s *shrinker) messages() {
	if !slices.ContainsFunc(s.last.Done, isMessage) {
		return
	}
	before := *s
	c := s.best.With(s.last.Done)
	if c.Listed = true; s.best.Listed || s.try(c) {
		s.without(func(a script.Action) bool { return a.Do == script.Weather }, 1)
		s.reduce(isMessage, 1)
		s.reduce(script.Action.IsFault, 1)
	}
	if before.best.Faults() < s.best.Faults() {
		s.best, s.last = before.best, before.last
	}
}

func isMessage(a script.Action) bool { return a.Do == script.Message }

// earlier has what is done happen sooner: runs in which nothing happens for long are no easier to read.
func (s *shrinker) earlier() {
	const settled = 1500 * time.Millisecond // there is a leader by then
	if s.best.Instead != script.All {
		return
	}
	for i := 0; i < len(s.best.Actions); i++ {
		before := time.Duration(0)
		if i > 0 {
			before = s.best.Actions[i-1].At
		}
		gap := s.best.Actions[i].At - before
		if s.best.Actions[i].Do == script.Message || gap <= settled {
			continue
		}
		actions := slices.Clone(s.best.Actions)
		for j := range actions[i:] {
			actions[i+j].At -= gap - settled
		}
		c := s.best.With(actions)
		c.Until += settled // it may take longer to fail
		s.again(c, actions[i].At, singleDraws)
	}
}

// round makes times round numbers.
func (s *shrinker) round() {
	for _, unit := range []time.Duration{100 * time.Millisecond, 10 * time.Millisecond, time.Millisecond} {
		actions := slices.Clone(s.best.Actions)
		for i, a := range actions {
			if a.Do != script.Message {
				actions[i].At = a.At.Round(unit)
			}
			actions[i].Fate.DelayRequest = a.Fate.DelayRequest.Round(unit)
			actions[i].Fate.DelayReply = a.Fate.DelayReply.Round(unit)
			actions[i].Fate.DoubleAfter = a.Fate.DoubleAfter.Round(unit)
		}
		slices.SortStableFunc(actions, func(a, b script.Action) int { return int(a.At - b.At) })
		c := s.best.With(actions)
		c.Until += unit
		if s.try(c) {
			return
		}
	}
}
