package shrink

import (
	"cmp"
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

// windows has each bad weather begin later and end sooner, by halves of the time that is left of it.
func (s *shrinker) windows() {
	for i := 0; i < len(s.best.Actions) && s.left > 0; i++ {
		if a := s.best.Actions[i]; a.Do != script.Weather || !a.IsFault() {
			continue
		}
		for range halvings {
			end := s.weatherEnds(i)
			middle := s.best.Actions[i].At + (end-s.best.Actions[i].At)/2
			if !s.endsSooner(i, middle) && !s.beginsLater(i, middle) {
				break
			}
			if i >= len(s.best.Actions) || s.best.Actions[i].Do != script.Weather || !s.best.Actions[i].IsFault() {
				break
			}
		}
	}
}

// halvings is how often the time of a bad weather is halved at most: from a minute to a tenth of a second.
const halvings = 9

// weatherEnds is when the weather changes that the action at a place makes.
func (s *shrinker) weatherEnds(place int) time.Duration {
	for _, a := range s.best.Actions[place+1:] {
		if a.Do == script.Weather {
			return a.At
		}
	}
	return s.last.At
}

// endsSooner tries the best script with good weather from a time on, in place of the weather that the action at a place
// makes.
func (s *shrinker) endsSooner(place int, at time.Duration) bool {
	good := script.Action{At: at, Do: script.Weather, Weather: labrpc.Weather{Timeout: s.best.Actions[place].Weather.Timeout}}
	return s.again(s.best.With(sorted(append(slices.Clone(s.best.Actions), good))), at, singleDraws)
}

// beginsLater tries the best script with the weather at a place made at a later time.
func (s *shrinker) beginsLater(place int, at time.Duration) bool {
	actions := slices.Clone(s.best.Actions)
	from := actions[place].At
	actions[place].At = at
	return s.again(s.best.With(sorted(actions)), from, singleDraws)
}

// sorted puts actions into the order of their times.
func sorted(actions []script.Action) []script.Action {
	slices.SortStableFunc(actions, func(a, b script.Action) int { return cmp.Compare(a.At, b.At) })
	return actions
}

// mostMessages is how many messages are named in place of a weather at most.
const mostMessages = 6

// messages says of each message to which something happens what that is, in place of a weather by which it may happen to
// all; then most of them can be left alone. It stays with the weather if many are left.
func (s *shrinker) messages() {
	if !slices.ContainsFunc(s.last.Done, isMessage) {
		return
	}
	before := *s
	c := s.best.With(s.last.Done)
	if c.Listed = true; s.best.Listed || s.try(c) {
		s.without(func(a script.Action) bool { return a.Do == script.Weather }, 1)
		s.reduce(isMessage, singleDraws)
		s.reduce(script.Action.IsFault, 1)
	}
	if !before.best.Listed && len(s.which(isMessage)) > mostMessages {
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
		c := s.best.With(sorted(actions))
		c.Until += unit
		if s.try(c) {
			return
		}
	}
}
