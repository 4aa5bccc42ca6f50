// Package shrink makes the script of a run that fails as short as it can, so that it fails still. It knows neither labs
// nor worlds: whether a script fails in the same way it is told by whoever plays it.
package shrink

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"raftlab/src/recipe"
	"raftlab/src/script"
)

// A Played is what came of playing a script.
type Played struct {
	Same bool          // it failed, and for the same reason
	At   time.Duration // when it did
	// Done are those of the actions that did something, and the messages to which something bad happened, in the order of
	// their times.
	Done []script.Action
	Cost int64 // of playing it, in whatever unit the Budget is
}

// A Player plays scripts. The same script comes out the same each time.
type Player func(*script.Script) Played

// A Result is the shortest script that was found.
type Result struct {
	Script *script.Script
	Played
	Plays int  // how many scripts were played
	Spent bool // it was the budget that ended the search
}

// Shrink returns the shortest script it finds that fails. The starts are what to begin with: the first of them that fails
// is taken. ok is false if none does. Within a budget it plays some hundred scripts.
func Shrink(play Player, budget int64, starts iter.Seq[*script.Script]) (r Result, ok bool) {
	s := &shrinker{play: play, budget: budget, left: budget, tried: make(map[string]bool)}
	for start := range starts {
		if s.try(start) {
			s.shorten()
			return Result{s.best, s.last, s.plays, s.left <= 0}, true
		}
	}
	return Result{Plays: s.plays, Spent: s.left <= 0}, false
}

// How often a script is played, drawn from something else each time, before it is taken for one that does not fail. To
// leave something out moves what comes later, so that a failure that needs luck may need other luck.
const (
	familyDraws = 4
	singleDraws = 3
	manyDraws   = 12 // once it fails soon, so that plays are short
)

type shrinker struct {
	play   Player
	budget int64
	left   int64 // of the budget
	plays  int

	tried map[string]bool // scripts that did not fail

	best *script.Script // the shortest that failed
	last Played         // what came of it
}

// try plays a script, and takes it for the best if it fails.
func (s *shrinker) try(c *script.Script) bool {
	if s.left <= 0 {
		return false
	}
	text := string(c.Text())
	if s.tried[text] {
		return false
	}
	p := s.play(c)
	s.plays++
	s.left -= p.Cost
	if !p.Same {
		s.tried[text] = true
		return false
	}
	s.best, s.last = until(c, p), p
	return true
}

// again tries a script as it is, and then drawn from something else, n times in all. What was left out in it was to
// happen first at some time: half of the others are drawn anew from there on only.
func (s *shrinker) again(c *script.Script, from time.Duration, n int) bool {
	for i := range n {
		other := *c
		other.Drawn = redrawn(c.Drawn, from, i)
		if s.try(&other) {
			return true
		}
	}
	return false
}

// redrawn returns the nth of other recipes, the 0th of which is the same.
func redrawn(r recipe.Recipe, from time.Duration, n int) recipe.Recipe {
	switch {
	case n == 0:
		return r
	case n%2 == 0 || from <= 0:
		return recipe.Recipe{Seed: r.Seed + uint64(n)}
	}
	kept := slices.DeleteFunc(slices.Clone(r.Branches), func(b recipe.Branch) bool { return b.At >= from })
	return recipe.Recipe{Seed: r.Seed, Branches: append(kept, recipe.Branch{At: from, Seed: uint64(n)})}
}

// grace is about how much later than its failure a script ends, so that it does not end first.
const grace = 100 * time.Millisecond

// until returns the script without what comes after the failure, and without actions that did nothing.
func until(c *script.Script, p Played) *script.Script {
	var done []script.Action
	for _, a := range p.Done {
		if a.Do == script.Message && !c.Listed {
			continue
		}
		if a.At <= p.At {
			done = append(done, a)
		}
	}
	c = c.With(done)
	c.Drawn.Branches = slices.DeleteFunc(slices.Clone(c.Drawn.Branches), func(b recipe.Branch) bool { return b.At > p.At })
	if end := p.At.Truncate(grace) + 2*grace; c.Instead == script.All || end < c.Until {
		c.Until = end
	}
	return c
}

// shorten goes through all that can be left out, the coarse before the fine.
func (s *shrinker) shorten() {
	s.families()
	s.fewer()
	s.randomness()
	for before := -1; before != len(s.best.Actions) && s.left > 0; {
		before = len(s.best.Actions)
		s.reduce(script.Action.IsFault, 1)
		s.askedOf()
		s.reduce(isAsk, singleDraws)
		s.reduce(script.Action.IsFault, singleDraws)
	}
	for before := -1; before != len(s.best.Actions) && s.left > s.budget/2; {
		before = len(s.best.Actions)
		s.reduce(script.Action.IsFault, manyDraws)
	}
	s.weather()
	s.windows()
	s.messages()
	s.reduce(isUndoing, 1)
	s.earlier()
	s.round()
}

// families leaves out all actions of a kind at once.
func (s *shrinker) families() {
	if s.without(script.Action.IsFault, familyDraws) {
		return
	}
	for _, kind := range []script.Kind{script.Weather, script.Message, script.Tell, script.Skew, script.Linger,
		script.CrashOnSave, script.Pause, script.Cut, script.Partition, script.Disconnect, script.Crash} {
		s.without(func(a script.Action) bool { return a.Do == kind && a.IsFault() }, familyDraws)
	}
}

// fewer leaves out nodes, two at a time, so that majorities are as large a part of them as before.
func (s *shrinker) fewer() {
	for s.best.Instead == script.All && s.best.Nodes > 3 {
		if !s.again(s.best.Fewer(s.best.Nodes-2), 0, familyDraws) {
			return
		}
	}
}

// askedOf leaves out all that is asked of a node, for each node: who does not lead takes no commands.
func (s *shrinker) askedOf() {
	for _, node := range s.asked() {
		s.without(func(a script.Action) bool { return isAsk(a) && a.Node == node }, singleDraws)
	}
}

// asked returns the nodes that are asked something, the ones with the most questions first.
func (s *shrinker) asked() (nodes []int) {
	n := make(map[int]int)
	for _, a := range s.best.Actions {
		if isAsk(a) {
			n[a.Node]++
		}
	}
	return slices.SortedFunc(maps.Keys(n), func(a, b int) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
}

// without tries the best script without the actions that meet a condition, if there are any.
func (s *shrinker) without(condition func(script.Action) bool, draws int) bool {
	places := make(map[int]bool)
	for _, i := range s.which(condition) {
		places[i] = true
	}
	return s.leaveOut(places, draws)
}

// randomness leaves out what need not be random.
func (s *shrinker) randomness() {
	c := *s.best
	if c.Plain = true; !s.best.Plain {
		s.again(&c, 0, familyDraws)
	}
	c = *s.best
	if c.Orderly = true; !s.best.Orderly {
		s.again(&c, 0, familyDraws)
	}
}

// reduce leaves out as many as it can of the actions that meet a condition: half of them at a time, then a quarter, down
// to each alone. It begins with the last ones, which move nothing that comes before them.
func (s *shrinker) reduce(condition func(script.Action) bool, draws int) {
	for size := max(1, len(s.which(condition))); s.left > 0; size /= 2 {
		for end := len(s.which(condition)); end > 0 && s.left > 0; end -= size {
			all := s.which(condition)
			end = min(end, len(all))
			chunk := make(map[int]bool)
			for _, i := range all[max(0, end-size):end] {
				chunk[i] = true
			}
			s.leaveOut(chunk, draws)
		}
		if size <= 1 {
			return
		}
	}
}

// which returns the places of the actions that meet a condition.
func (s *shrinker) which(condition func(script.Action) bool) (places []int) {
	for i, a := range s.best.Actions {
		if condition(a) {
			places = append(places, i)
		}
	}
	return places
}

// leaveOut tries the best script without the actions at some places.
func (s *shrinker) leaveOut(places map[int]bool, draws int) bool {
	var rest []script.Action
	from := time.Duration(-1)
	for i, a := range s.best.Actions {
		if !places[i] {
			rest = append(rest, a)
		} else if from < 0 {
			from = a.At
		}
	}
	return len(places) > 0 && s.again(s.best.With(rest), from, draws)
}

func isAsk(a script.Action) bool { return a.Do == script.Ask }

func isUndoing(a script.Action) bool { return !a.IsFault() && !isAsk(a) }
