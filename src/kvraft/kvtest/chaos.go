package kvtest

import (
	"math/rand/v2"
	"slices"
	"time"

	"raftlab/src/kvraft/history"
	"raftlab/src/labrpc"
)

const chaosSpan = 15 * time.Second

func chaosStore(c *Cluster) {
	w := c.mixed(2+c.Rand().IntN(8), keys)
	Chaos(c)
	w.settle(keys)
}

// Chaos makes a mix of faults, another for each seed, and undoes all of them.
func Chaos(c *Cluster) { newChaos(c).run() }

// A chaos does harm to a cluster. Each seed draws its own mix: few faults at a time find what many hide, and the other
// way round.
type chaos struct {
	c      *Cluster
	rng    *rand.Rand
	pause  time.Duration // between faults, at most
	most   int           // servers that may be away at once
	faults []func()
	ends   []end
	paused map[int]bool // servers that stand still
}

// An end is when a fault ends by itself.
type end struct {
	at time.Duration
	do func()
}

func newChaos(c *Cluster) *chaos {
	ch := &chaos{
		c: c, rng: c.Fork(), paused: make(map[int]bool),
		pause: time.Duration(100<<c.Rand().IntN(5)) * time.Millisecond,
		most:  []int{1, 2, 2, c.Servers()}[c.Rand().IntN(4)],
	}
	all := []func(){ch.weather, ch.partition, ch.divide, ch.cut, ch.crash, ch.powerFailure}
	if c.HasFaults() {
		all = append(all, ch.standStill, ch.skew, ch.crashOnSave)
	}
	for _, f := range all {
		if ch.rng.IntN(2) == 0 {
			ch.faults = append(ch.faults, f)
		}
	}
	return ch
}

// run makes faults for a while and then undoes all of them.
func (ch *chaos) run() {
	c := ch.c
	c.Harm(ch.harm)
	c.Logf("all faults end")
	c.SetWeather(Reliable())
	c.Heal()
	if c.HasFaults() {
		for i := range c.Servers() {
			if c.Up(i) { // also one that stands still
				c.NoFaults(i)
			}
		}
	}
	ch.look(c.Now() + time.Hour)
}

// harm makes faults for a while.
func (ch *chaos) harm() {
	c := ch.c
	if ch.rng.IntN(2) == 0 {
		ch.weather()
	}
	for end := c.Now() + chaosSpan; c.Now() < end; {
		ch.look(c.Now())
		if len(ch.faults) > 0 {
			ch.faults[ch.rng.IntN(len(ch.faults))]()
		}
		c.Sleep(time.Duration(ch.rng.Int64N(int64(ch.pause))))
	}
}

// look takes notice of servers that have crashed by themselves, and ends the faults that are to end by now.
func (ch *chaos) look(now time.Duration) {
	for i := range ch.c.Servers() {
		if ch.c.Running(i) && !ch.c.Up(i) {
			ch.takeAway(i)
		}
	}
	ch.ends = slices.DeleteFunc(ch.ends, func(e end) bool {
		if e.at <= now {
			e.do()
		}
		return e.at <= now
	})
}

// undoLater undoes a fault within three seconds.
func (ch *chaos) undoLater(undo func()) {
	ch.ends = append(ch.ends, end{ch.c.Now() + time.Duration(ch.rng.IntN(3000))*time.Millisecond, undo})
}

// victim picks a server that is up, the leader more often than others, or -1 if none may go.
func (ch *chaos) victim() int {
	var up []int
	for i := range ch.c.Servers() {
		if ch.c.Running(i) && ch.c.Up(i) {
			up = append(up, i)
		}
	}
	if len(up) == 0 || ch.c.Servers()-len(up) >= ch.most {
		return -1
	}
	if leader := ch.c.Leader(); leader >= 0 && ch.rng.IntN(2) == 0 {
		return leader
	}
	return up[ch.rng.IntN(len(up))]
}

// weather changes the weather: of all that a network can do, about a half.
func (ch *chaos) weather() {
	some := func(most float64) float64 {
		if ch.rng.IntN(2) == 0 {
			return 0
		}
		return most * ch.rng.Float64()
	}
	upTo := func(ms float64) labrpc.Delay {
		return labrpc.Delay{Max: time.Duration(ms) * time.Millisecond, Low: true}
	}
	w := late(labrpc.Weather{
		RequestDelay:  labrpc.Delay{Max: time.Duration(some(30)) * time.Millisecond},
		LoseRequest:   some(0.3),
		LoseReply:     some(0.3),
		HoldRequest:   some(0.3),
		HoldRequestBy: upTo(2000),
		HoldReply:     some(0.5),
		HoldFor:       upTo(1000),
	})
	// Of a Put with a version nobody could tell its double from another Put.
	if ch.c.judge.model == history.Classic {
		w.DoubleRequest, w.DoubleDelay = some(0.3), upTo(2000)
	}
	ch.c.Logf("the weather is now %+v", w)
	ch.c.SetWeather(w)
}

// partition cuts the servers in two, with the clerks of each node on one side.
func (ch *chaos) partition() {
	order := ch.rng.Perm(ch.c.N())
	at := 1 + ch.rng.IntN(ch.c.N()-1)
	ch.c.Partition(order[:at], order[at:])
	ch.undoLater(ch.c.Heal)
}

// divide cuts the servers in two; clerks reach both sides.
func (ch *chaos) divide() {
	order := ch.rng.Perm(ch.c.Servers())
	at := 1 + ch.rng.IntN(ch.c.Servers()-1)
	ch.c.Split(order[:at], order[at:])
	ch.undoLater(ch.c.Heal)
}

// cut takes one way between a server and another node.
func (ch *chaos) cut() {
	if i := ch.victim(); i >= 0 {
		j := (i + 1 + ch.rng.IntN(ch.c.N()-1)) % ch.c.N()
		if ch.rng.IntN(2) == 0 {
			i, j = j, i
		}
		ch.c.Cut(i, j, true)
		ch.undoLater(func() { ch.c.Cut(i, j, false) })
	}
}

func (ch *chaos) crash() {
	if i := ch.victim(); i >= 0 {
		ch.takeAway(i)
	}
}

// takeAway crashes a server, if it has not crashed by itself, and brings it back later.
func (ch *chaos) takeAway(i int) {
	ch.c.Crash(i)
	ch.undoLater(func() {
		if !ch.c.Running(i) && !ch.paused[i] {
			ch.c.Restart(i)
		}
	})
}

// powerFailure takes all servers away at once. It is rare.
func (ch *chaos) powerFailure() {
	if ch.rng.IntN(4) > 0 {
		return
	}
	for i := range ch.c.Servers() {
		if ch.c.Running(i) {
			ch.takeAway(i)
		}
	}
}

func (ch *chaos) standStill() {
	if i := ch.victim(); i >= 0 {
		ch.paused[i] = true
		ch.c.Pause(i)
		ch.undoLater(func() {
			delete(ch.paused, i)
			ch.c.Resume(i)
		})
	}
}

func (ch *chaos) skew() {
	if i := ch.victim(); i >= 0 {
		ch.c.Skew(i, 0.5+ch.rng.Float64(), 0)
	}
}

// crashOnSave has a server crash when it next saves; look takes notice.
func (ch *chaos) crashOnSave() {
	if i := ch.victim(); i >= 0 {
		ch.c.Logf("crash S%d when it next saves", i)
		ch.c.CrashOnNextSave(i)
	}
}
