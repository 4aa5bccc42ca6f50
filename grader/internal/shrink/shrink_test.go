package shrink_test

import (
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/shrink"
	"raftlab/src/labrpc"
	"raftlab/src/recipe"
	"raftlab/src/script"
)

// many is a script with faults, commands and what undoes faults, one each 100 ms.
func many() *script.Script {
	s := &script.Script{Instead: script.All, Until: time.Minute}
	kinds := []script.Kind{script.Crash, script.Ask, script.Partition, script.Heal, script.Pause, script.Ask, script.Skew,
		script.Restart}
	for i := range 80 {
		a := script.Action{At: time.Duration(i+1) * 100 * time.Millisecond, Do: kinds[i%len(kinds)], Node: i % 5}
		s.Actions = append(s.Actions, a)
	}
	return s
}

func starts(list ...*script.Script) iter.Seq[*script.Script] { return slices.Values(list) }

// needs returns a player to whom a script fails if it has these actions, by their place in many, whatever their times;
// lucky says of what it must be drawn besides.
func needs(lucky func(recipe.Recipe) bool, places ...int) shrink.Player {
	return func(s *script.Script) (p shrink.Played) {
		p.Cost = 1
		p.Done = s.Actions
		left := slices.Clone(s.Actions)
		for _, place := range places {
			needed := many().Actions[place]
			i := slices.IndexFunc(left, func(a script.Action) bool { return a.Do == needed.Do && a.Node == needed.Node })
			if i < 0 {
				return p
			}
			p.At = left[i].At + time.Millisecond
			left = left[i+1:]
		}
		p.Same = lucky(s.Drawn)
		return p
	}
}

func always(recipe.Recipe) bool { return true }

func TestShrink(t *testing.T) {
	tests := []struct {
		name   string
		lucky  func(recipe.Recipe) bool
		places []int
	}{
		{"nothing", always, nil},
		{"a fault", always, []int{34}},
		{"a command", always, []int{41}},
		{"the first and the last", always, []int{0, 79}},
		{"faults, commands and an end", always, []int{2, 9, 11, 36, 70}},
		{"neighbours", always, []int{30, 31, 32, 33}},
		{"luck", func(r recipe.Recipe) bool { return (r.Seed+uint64(len(r.Branches)))%2 == 0 }, []int{2, 36, 70}},
	}
	for _, tt := range tests {
		r, ok := shrink.Shrink(needs(tt.lucky, tt.places...), 5000, starts(many()))
		if !ok || r.Spent {
			t.Errorf("%s: found %v, spent %v", tt.name, ok, r.Spent)
			continue
		}
		var got, want []script.Action
		for _, a := range r.Script.Actions {
			got = append(got, script.Action{Do: a.Do, Node: a.Node})
		}
		for _, p := range tt.places {
			a := many().Actions[p]
			want = append(want, script.Action{Do: a.Do, Node: a.Node})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the script has not just what is needed (-want +got):\n%s", tt.name, diff)
		}
		if !r.Script.Plain || !r.Script.Orderly {
			t.Errorf("%s: randomness that is not needed is left: plain %v, orderly %v", tt.name, r.Script.Plain,
				r.Script.Orderly)
		}
		if r.Script.Until > r.At+200*time.Millisecond || r.Script.Until <= r.At {
			t.Errorf("%s: it fails at %v and ends at %v", tt.name, r.At, r.Script.Until)
		}
		if !needs(tt.lucky, tt.places...)(r.Script).Same {
			t.Errorf("%s: the script does not fail", tt.name)
		}
	}
}

// Nodes that are not needed go, with what is done to them.
func TestShrinkNodes(t *testing.T) {
	for place, want := range map[int]int{32: 3, 33: 5} { // the crash of S2, and the question to S3
		start := many()
		start.Nodes = 5
		r, ok := shrink.Shrink(needs(always, place), 5000, starts(start))
		if !ok || r.Script.Nodes != want || len(r.Script.Actions) != 1 {
			t.Errorf("expected %d nodes, got\n%s", want, r.Script.Text())
		}
	}
}

// What is left is brought forward, and its times are round.
func TestShrinkBringsForward(t *testing.T) {
	r, ok := shrink.Shrink(needs(always, 74), 5000, starts(many()))
	if !ok || len(r.Script.Actions) != 1 {
		t.Fatalf("got %v, %v", r.Script, ok)
	}
	if at := r.Script.Actions[0].At; at != 1500*time.Millisecond {
		t.Errorf("the only action is at %v; nothing happens before", at)
	}
}

// The same is found each time, and no more is played than the budget has.
func TestShrinkRepeats(t *testing.T) {
	for _, budget := range []int64{10, 60, 5000} {
		var texts []string
		for range 2 {
			plays := 0
			play := needs(always, 2, 9, 11, 36, 70)
			r, ok := shrink.Shrink(func(s *script.Script) shrink.Played {
				plays++
				return play(s)
			}, budget, starts(many()))
			if !ok {
				t.Fatalf("budget %d: not found", budget)
			}
			if plays != r.Plays || int64(plays) > budget {
				t.Errorf("budget %d: %d scripts are played, and it says %d", budget, plays, r.Plays)
			}
			if r.Spent != (budget < 5000) {
				t.Errorf("budget %d: spent %v", budget, r.Spent)
			}
			texts = append(texts, string(r.Script.Text()))
		}
		if texts[0] != texts[1] {
			t.Errorf("budget %d: one script is\n%s\nthe other\n%s", budget, texts[0], texts[1])
		}
	}
}

// What never fails again is not found, whatever it begins with.
func TestShrinkNothing(t *testing.T) {
	never := func(recipe.Recipe) bool { return false }
	r, ok := shrink.Shrink(needs(never), 5000, starts(many(), many()))
	if ok || r.Script != nil || r.Plays == 0 {
		t.Errorf("got %v after %d plays", r.Script, r.Plays)
	}
}

// Where one message of a bad weather matters, that one is named, and the weather goes.
func TestShrinkMessages(t *testing.T) {
	lost := func(n uint64) script.Action {
		return script.Action{At: time.Duration(n) * time.Second, Do: script.Message, Node: 1, Peer: 2, Number: n,
			Fate: script.Fate{LoseRequest: true, DelayRequest: 12345678}}
	}
	start := &script.Script{Instead: script.All, Until: time.Minute, Actions: []script.Action{
		{Do: script.Weather, Weather: labrpc.Unreliable()},
	}}
	r, ok := shrink.Shrink(func(s *script.Script) (p shrink.Played) {
		p.Cost, p.At = 1, 50*time.Second
		weather := slices.ContainsFunc(s.Actions, script.Action.IsFault) && !s.Listed
		for n := range uint64(40) {
			listed := slices.ContainsFunc(s.Actions, func(a script.Action) bool {
				return a.Do == script.Message && a.Number == n && a.Fate.LoseRequest
			})
			if weather && s.Actions[0].Weather.LoseRequest > 0 || listed {
				p.Done = append(p.Done, lost(n))
				p.Same = p.Same || n == 7
			}
		}
		for _, a := range slices.Backward(s.Actions) {
			if a.Do == script.Weather {
				p.Done = append([]script.Action{a}, p.Done...)
			}
		}
		return p
	}, 5000, starts(start))
	if !ok || !r.Script.Listed || len(r.Script.Actions) != 1 {
		t.Fatalf("got %v\n%s", ok, r.Script.Text())
	}
	if got := r.Script.Actions[0].String(); !strings.HasPrefix(got, "7s message S1->S2 7 lose-request") {
		t.Errorf("got %s", got)
	}
}
