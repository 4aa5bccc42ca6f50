package rafttest

import (
	"math/rand/v2"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// chaoticScenarios returns a scenario for each part. Each seed draws its own mix: which faults there are at all, how
// often, in what weather, and how hard clients work. Few faults at a time find what many hide, and the other way round.
func chaoticScenarios() []lab.Scenario {
	return []lab.Scenario{
		{
			Name: "ChaosElections", Part: Elections, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks: "under a mix of faults, different for each seed, elections break no promise, and when the " +
				"faults end there is a leader who stays",
			Source: `section 2: "They ensure safety [...] under all non-Byzantine conditions, including network ` +
				`delays, partitions, and packet loss, duplication, and reordering."`,
			Judge: Playing(chaosElections),
		},
		{
			Name: "ChaosLog", Part: Log, Tier: lab.Strict, Nodes: cluster.Servers(5), Weather: labrpc.Reliable(),
			Checks: "likewise with clients at work: what they saw applied stays, and when the faults end all agree",
			Source: `Figure 3; section 2: "They ensure safety [...] under all non-Byzantine conditions, including ` +
				`network delays, partitions, and packet loss, duplication, and reordering."`,
			Judge: Playing(chaosLog),
		},
		{
			Name: "ChaosPersistence", Part: Persistence, Tier: lab.Strict, Nodes: cluster.Servers(4),
			Weather: labrpc.Reliable(),
			Checks:  "likewise with servers that crash and restart, one by one or all at once",
			Source:  `Figure 3; Figure 2, persistent state: "Updated on stable storage before responding to RPCs"`,
			Judge:   Playing(chaosLog),
		},
		{
			Name: "ChaosSnapshots", Part: Snapshots, Tier: lab.Strict, Nodes: cluster.Servers(5),
			Weather: labrpc.Reliable(),
			Checks:  "likewise with services that take snapshots",
			Source:  `Figure 3; section 7`,
			Judge:   Snapshotting(snapshotEvery, chaosLog),
		},
	}
}

const (
	chaosSpan = 15 * time.Second
	// calmLimit is how long after the last fault all must agree: hung calls fail within 7 s, late messages come within
	// 3 s, and then elections take their time.
	calmLimit = 30 * time.Second
)

func chaosElections(c *Cluster) {
	newChaos(c).run()
	c.eventualLeader(nil)
	// What was sent in bad weather may still come.
	c.Sleep(7 * time.Second)
	leader := c.eventualLeader(nil)
	term, _ := c.State(leader)
	c.Sleep(5 * ElectionTimeout)
	if t, leads := c.State(leader); !leads || t != term {
		c.Failf("expected S%d to go on leading T%d, all faults being over for 12 s, it is %v", leader, term,
			state{t, leads, true})
	}
}

func chaosLog(c *Cluster) {
	w := c.startClients(1 + c.Rand().IntN(4))
	newChaos(c).run()
	seen := w.stop()
	last := c.agree(c.Rand().Int(), c.N(), true, calmLimit)
	c.AllApplied(last, calmLimit)
	c.stillThere(seen)
}

// A chaos does harm to a cluster.
type chaos struct {
	c      *Cluster
	rng    *rand.Rand
	pause  time.Duration // between faults, at most
	most   int           // servers that may be away at once
	faults []func()
	ends   []end
	paused map[int]bool // servers that stand still
	skewed map[int]*skewed
}

// An end is when a fault ends by itself.
type end struct {
	at time.Duration
	do func()
}

// newChaos draws a mix of faults.
func newChaos(c *Cluster) *chaos {
	ch := &chaos{
		c:      c,
		rng:    c.Fork(),
		pause:  time.Duration(100<<c.Rand().IntN(6)) * time.Millisecond,
		most:   []int{1, 2, 2, c.N()}[c.Rand().IntN(4)],
		paused: make(map[int]bool),
		skewed: make(map[int]*skewed),
	}
	all := []func(){ch.weather, ch.disconnect, ch.partition, ch.cut}
	demands := c.judge.demands
	if demands >= Log {
		all = append(all, ch.slowService)
	}
	if demands >= Persistence {
		all = append(all, ch.crash, ch.powerFailure)
	}
	if c.HasFaults() {
		all = append(all, ch.pauseServer, ch.skew)
		if demands >= Persistence {
			all = append(all, ch.crashOnSave)
		}
	}
	if c.judge.every > 0 {
		all = append(all, ch.unlikeSnapshots)
	}
	// Each is there or not, and one that is there more or less often.
	for _, f := range all {
		if ch.rng.IntN(2) == 0 {
			continue
		}
		for range 1 + ch.rng.IntN(4) {
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
	c.SetWeather(labrpc.Reliable())
	for i := range c.N() {
		ch.resume(i)
	}
	ch.ends = nil
	ch.look()
	for i := range c.N() {
		if c.HasFaults() && c.Running(i) {
			ch.setRight(i)
			c.NoFaults(i)
		}
		c.SlowService(i, 0)
		if c.judge.every > 0 {
			c.TakeSnapshots(i, true)
		}
		c.Connect(i)
	}
	c.Heal()
	for i := range c.N() {
		ch.restart(i)
	}
}

// harm makes faults for a while.
func (ch *chaos) harm() {
	c := ch.c
	if ch.rng.IntN(2) == 0 {
		ch.weather()
	}
	for end := c.Now() + chaosSpan; c.Now() < end; {
		ch.look()
		if len(ch.faults) > 0 {
			ch.faults[ch.rng.IntN(len(ch.faults))]()
		}
		c.Sleep(time.Duration(ch.rng.Int64N(int64(ch.pause))))
	}
}

// look takes notice of servers that crashed by themselves, and ends faults that have lasted for long enough.
func (ch *chaos) look() {
	for i := range ch.c.N() {
		if ch.c.Running(i) && !ch.c.Up(i) {
			ch.crashed(i)
		}
	}
	ends := ch.ends
	ch.ends = nil
	for _, e := range ends {
		if e.at <= ch.c.Now() {
			e.do()
		} else {
			ch.ends = append(ch.ends, e)
		}
	}
}

// undoLater undoes a fault within three seconds.
func (ch *chaos) undoLater(undo func()) {
	ch.ends = append(ch.ends, end{ch.c.Now() + time.Duration(ch.rng.IntN(3000))*time.Millisecond, undo})
}

// victim picks a server that is there, the leader more often than others, or -1 if none may go.
func (ch *chaos) victim() int {
	var up []int
	for i := range ch.c.N() {
		if ch.c.Reachable(i) && ch.c.Up(i) {
			up = append(up, i)
		}
	}
	if len(up) == 0 || ch.c.N()-len(up) >= ch.most {
		return -1
	}
	if ch.rng.IntN(2) == 0 {
		for _, i := range up {
			if _, leads := ch.c.State(i); leads {
				return i
			}
		}
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
	w := labrpc.Weather{
		RequestDelay:  labrpc.Delay{Max: time.Duration(some(50)) * time.Millisecond},
		LoseRequest:   some(0.3),
		LoseReply:     some(0.3),
		HoldRequest:   some(0.3),
		HoldRequestBy: upTo(3000),
		HoldReply:     some(0.7),
		HoldFor:       upTo(2200),
		DoubleRequest: some(0.3),
		DoubleDelay:   upTo(3000),
		Timeout:       upTo(100 + some(6900)),
	}
	ch.c.Logf("the weather is now %+v", w)
	ch.c.SetWeather(w)
}

func (ch *chaos) disconnect() {
	if i := ch.victim(); i >= 0 {
		ch.c.Disconnect(i)
		ch.undoLater(func() { ch.c.Connect(i) })
	}
}

func (ch *chaos) partition() {
	order := ch.rng.Perm(ch.c.N())
	at := 1 + ch.rng.IntN(ch.c.N()-1)
	ch.c.Partition(order[:at], order[at:])
	ch.undoLater(ch.c.Heal)
}

// cut takes the ways between two servers, or one of them, or all ways to a server, which is heard then and hears nobody.
func (ch *chaos) cut() {
	i := ch.victim()
	if i < 0 {
		return
	}
	j := (i + 1 + ch.rng.IntN(ch.c.N()-1)) % ch.c.N()
	switch ch.rng.IntN(4) {
	case 0:
		ch.cutWays([][2]int{{i, j}})
	case 1:
		ch.cutWays([][2]int{{j, i}})
	case 2:
		ch.cutWays([][2]int{{i, j}, {j, i}})
	case 3:
		var ways [][2]int
		for from := range ch.c.N() {
			if from != i {
				ways = append(ways, [2]int{from, i})
			}
		}
		ch.cutWays(ways)
	}
}

func (ch *chaos) cutWays(ways [][2]int) {
	for _, w := range ways {
		ch.c.Cut(w[0], w[1], true)
	}
	ch.undoLater(func() {
		for _, w := range ways {
			ch.c.Cut(w[0], w[1], false)
		}
	})
}

func (ch *chaos) slowService() {
	d := time.Duration(ch.rng.IntN(3)*ch.rng.IntN(30)) * time.Millisecond
	i := ch.rng.IntN(ch.c.N())
	ch.c.Logf("the service on S%d takes %v over each message", i, d)
	ch.c.SlowService(i, d)
}

func (ch *chaos) crash() {
	if i := ch.victim(); i >= 0 {
		ch.crashed(i)
	}
}

// crashed takes a server away, if it has not gone by itself, and brings it back later.
func (ch *chaos) crashed(i int) {
	ch.c.Crash(i)
	ch.undoLater(func() { ch.restart(i) })
}

func (ch *chaos) restart(i int) {
	if !ch.c.Running(i) && !ch.paused[i] {
		delete(ch.skewed, i)
		ch.c.Restart(i)
	}
}

// powerFailure takes all servers away and brings them back soon, in any order.
func (ch *chaos) powerFailure() {
	if ch.rng.IntN(3) > 0 {
		return // it is rare
	}
	for i := range ch.c.N() {
		if ch.c.Running(i) {
			ch.c.Crash(i)
		}
	}
	for _, i := range ch.rng.Perm(ch.c.N()) {
		ch.restart(i)
		ch.c.Sleep(time.Duration(ch.rng.IntN(100)) * time.Millisecond)
	}
}

func (ch *chaos) pauseServer() {
	if i := ch.victim(); i >= 0 {
		ch.paused[i] = true
		ch.c.Pause(i)
		ch.undoLater(func() { ch.resume(i) })
	}
}

func (ch *chaos) resume(i int) {
	if ch.paused[i] {
		delete(ch.paused, i)
		ch.c.Resume(i)
	}
}

// skew has clocks run a little wrong, several times as fast, or nearly stand still, for a while. Then the wall clock is
// set right: section 2 lets faulty clocks cost availability, and whoever refuses requests that are older than the last,
// by the sender's clock, would go on with that.
func (ch *chaos) skew() {
	rate := 0.8 + 0.45*ch.rng.Float64()
	switch ch.rng.IntN(4) {
	case 0:
		rate = 2 + 3*ch.rng.Float64()
	case 1:
		rate = 0.02 + 0.2*ch.rng.Float64()
	}
	i := ch.victim()
	if i < 0 || ch.skewed[i] != nil {
		return
	}
	ch.c.Skew(i, rate, 0)
	s := &skewed{rate, ch.c.Now()}
	ch.skewed[i] = s
	ch.undoLater(func() {
		if ch.skewed[i] == s {
			ch.setRight(i)
		}
	})
}

// A skewed clock has run at a rate since a time.
type skewed struct {
	rate  float64
	since time.Duration
}

// setRight sets the clocks of a server right that skew has changed. Those of one that has crashed since are.
func (ch *chaos) setRight(i int) {
	if s := ch.skewed[i]; s != nil {
		delete(ch.skewed, i)
		ch.c.Skew(i, 1, time.Duration((1-s.rate)*float64(ch.c.Now()-s.since)))
	}
}

// unlikeSnapshots has a service take no snapshots for a while.
func (ch *chaos) unlikeSnapshots() {
	i := ch.rng.IntN(ch.c.N())
	ch.c.TakeSnapshots(i, false)
	ch.undoLater(func() { ch.c.TakeSnapshots(i, true) })
}

// crashOnSave has a server crash when it next saves; look takes notice.
func (ch *chaos) crashOnSave() {
	if i := ch.victim(); i >= 0 {
		ch.c.Logf("crash S%d when it next saves", i)
		ch.c.CrashOnNextSave(i)
	}
}
