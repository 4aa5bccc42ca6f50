package rafttest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/editions"
	"raftlab/src/raft/rafttest/monitor"
)

// The seed of a run is split into independent streams, so that what one draws
// does not move the others.
const (
	choices = 1 + iota // of the scenario
	weather            // of the network
)

// A Run is one run of one scenario. It is made before its world, which reports
// to its Observer; then Play plays it.
type Run struct {
	scenario Scenario
	seed     uint64
	rules    editions.Rules
	world    World
	monitors *monitor.Set

	mu       sync.Mutex // guards what follows; never held over a call of the world
	failure  *Failure
	skipped  string
	warnings []string
	advice   []string
	margins  []Margin
	states   []state // as GetState last told
	services services
	resumes  map[int]int // by server: where its service was, whose disk only its Raft can read
	ended    time.Duration
	traffic  Traffic
}

type state struct {
	term   int
	leader bool
	known  bool
}

// NewRun prepares a run of s with a Raft that was written by these rules.
func NewRun(s Scenario, seed uint64, rules editions.Rules) *Run {
	r := &Run{
		scenario: s,
		seed:     seed,
		rules:    rules,
		states:   make([]state, s.Servers),
		services: newServices(s.Servers, s.SnapshotEvery),
		resumes:  make(map[int]int),
	}
	r.services.lenient = s.demands() < Log
	r.services.short = rules.ShortSnapshots
	r.monitors = monitor.New(s.Servers, monitor.Rules{
		Log:         s.demands() >= Log,
		Persistence: s.demands() >= Persistence,
		Snapshots:   s.SnapshotEvery > 0,
	}, func(v monitor.Violation) {
		r.fail(Failure{Kind: Safety, Message: v.String(), At: r.world.Now()})
	})
	return r
}

// Scenario returns what is run.
func (r *Run) Scenario() Scenario { return r.scenario }

// Seed decides all that is random in the run.
func (r *Run) Seed() uint64 { return r.seed }

// WeatherSeed is the seed for the network that carries this run's messages.
func (r *Run) WeatherSeed() uint64 { return rand.NewPCG(r.seed, weather).Uint64() }

// Observer returns what the run's world reports to.
func (r *Run) Observer() Observer { return observer{r} }

// Play plays the scenario in w, whose servers are down and whose links are
// open. It must be called on a goroutine of that world and returns when there
// is a verdict and the scenario's goroutines have left. The world is then for
// its maker to put away; failures that this brings to light still count.
func (r *Run) Play(w World) {
	r.world = w
	c := &Cluster{
		run:       r,
		world:     w,
		rng:       rand.New(rand.NewPCG(r.seed, choices)),
		up:        make([]bool, r.scenario.Servers),
		connected: make([]bool, r.scenario.Servers),
		cut:       make(map[[2]int]bool),
	}
	w.SetWeather(r.scenario.Weather)
	c.guard(func() {
		for i := range r.scenario.Servers {
			c.set(c.connected, i, true)
			c.Restart(i)
		}
		if r.scenario.Faults && w.Faults() == nil {
			c.Skipf("needs servers in boxes of their own (-clock sim), to do to them what it does")
		}
		c.log("%s with %d servers, seed %d", r.scenario.Name, r.scenario.Servers, r.seed)
		r.scenario.Run(c)
	})
	ended, traffic := w.Now(), w.Traffic()
	r.mu.Lock()
	r.ended, r.traffic = ended, traffic
	r.mu.Unlock()
	w.Stop()
	w.Wait()
}

// Abandon records why a run will never end by itself. Unlike all else it may be
// called from outside the run's world, which is lost: whatever still goes on in
// it no longer counts.
func (r *Run) Abandon(f Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure == nil {
		r.failure = &f
	}
}

// Result returns what came of the run, after Play and after the world was put
// away.
func (r *Run) Result() Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	votes, others := r.monitors.Off()
	res := Result{
		Scenario:  r.scenario.Name,
		Seed:      r.seed,
		Failure:   r.failure,
		Skipped:   r.skipped,
		Virtual:   r.ended,
		Traffic:   r.traffic,
		Margins:   slices.Clone(r.margins),
		Warnings:  slices.Concat(r.warnings, r.monitors.Taken(), votes, others),
		Unwatched: len(votes) > 0 || len(others) > 0 && r.scenario.demands() > Elections,
		Advice:    append(slices.Clone(r.advice), r.monitors.Advice()...),
	}
	if f := r.failure; f != nil {
		res.Virtual, res.Skipped = f.At, ""
		if r.scenario.Tier == Advice {
			// Others look for what happened before there was advice to give, and fail for it.
			res.Failure, res.Skipped = nil, "it did not come to the advice: "+f.Error()
		}
	}
	return res
}

// What a run keeps of warnings: their texts may come from the code under test.
const (
	maxWarnings = 50
	maxWarning  = 1000 // bytes
)

// Warn adds a warning to the result, unless there are many.
func (r *Run) Warn(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	note(&r.warnings, text, "further warnings are left out")
}

// advise adds to the result what would be better otherwise although nobody asks for it.
func (r *Run) advise(text string) {
	r.world.Log(dlog.Test, "advice: %s", text)
	r.mu.Lock()
	defer r.mu.Unlock()
	note(&r.advice, text, "further advice is left out")
}

// note adds a text to a list, unless it is there or the list is long.
func note(list *[]string, text, further string) {
	if len(text) > maxWarning {
		text = strings.ToValidUTF8(text[:maxWarning], "") + "… (cut)"
	}
	if len(*list) > maxWarnings || slices.Contains(*list, text) {
		return
	}
	if len(*list) == maxWarnings {
		text = further
	}
	*list = append(*list, text)
}

// margin records how near the run came to a limit.
func (r *Run) margin(m Margin) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.margins {
		if old := &r.margins[i]; old.Name == m.Name && old.Limit == m.Limit {
			old.Used = max(old.Used, m.Used)
			return
		}
	}
	r.margins = append(r.margins, m)
}

// fail ends the run; the first failure is the verdict.
func (r *Run) fail(f Failure) {
	r.mu.Lock()
	first := r.failure == nil
	if first {
		r.failure = &f
	}
	r.mu.Unlock()
	if first {
		r.world.Log(dlog.Test, "FAIL %v", f)
		r.world.Stop()
	}
}

func (r *Run) skip(why string) {
	r.mu.Lock()
	r.skipped = why
	r.mu.Unlock()
	r.world.Stop()
}

// observer is the Run as its world sees it.
type observer struct{ run *Run }

func (o observer) Message(e labrpc.Event) { o.run.monitors.Message(e) }

func (o observer) State(server, term int, leader bool) {
	r := o.run
	r.mu.Lock()
	changed := r.states[server] != state{term, leader, true}
	r.states[server] = state{term, leader, true}
	r.mu.Unlock()
	if changed {
		r.world.Log(dlog.Test, "S%d is now %v", server, state{term, leader, true})
	}
	r.monitors.State(server, term, leader)
}

func (o observer) Saved(server int, state, snapshot []byte) {
	o.run.monitors.Saved(server, state, snapshot)
}

func (o observer) Applied(server int, m raft.ApplyMsg) (snapshot []byte) {
	r := o.run
	m.Command = kept(m.Command)
	switch {
	case m.SnapshotValid:
		r.world.Log(dlog.Test, "S%d applies a snapshot at index %d", server, m.SnapshotIndex)
	case m.CommandValid:
		r.world.Log(dlog.Test, "S%d applies %v at index %d", server, brief{m.Command}, m.CommandIndex)
	}
	r.resume(server, m)
	if r.rules.OldCommands && m.CommandValid && r.passesOver(server, m) {
		return nil
	}
	r.monitors.Applied(server, m)
	r.mu.Lock()
	if r.failure != nil {
		r.mu.Unlock()
		return nil
	}
	snapshot, err := r.services.apply(server, m)
	r.mu.Unlock()
	if err != nil {
		r.fail(Failure{Kind: Assertion, Message: err.Error(), At: r.world.Now()})
		return nil
	}
	if snapshot != nil {
		r.monitors.Snapshotted(m.CommandIndex, snapshot)
	}
	return snapshot
}

// passesOver reports whether the service on a server has reached the index of a command already, and passes over it.
func (r *Run) passesOver(server int, m raft.ApplyMsg) bool {
	r.mu.Lock()
	old := m.CommandIndex <= r.services.at[server]
	was := r.services.entries[m.CommandIndex]
	r.mu.Unlock()
	if old && was != nil && !r.services.lenient && !same(was.command, m.Command) {
		v := monitor.Violation{
			Promise: "State Machine Safety",
			Detail:  fmt.Sprintf("at index %d S%d applied %v, where %v was applied before", m.CommandIndex, server, brief{m.Command}, brief{was.command}),
		}
		r.fail(Failure{Kind: Safety, Message: v.String(), At: r.world.Now()})
	}
	return old
}

func (o observer) Failed(f Failure) { o.run.fail(f) }

// moment writes a time of a run for people.
func moment(at time.Duration) string {
	if ms := at.Round(time.Millisecond); 0 < ms && ms < time.Second {
		return fmt.Sprintf("%d ms", ms.Milliseconds())
	}
	return strconv.FormatFloat(math.Round(at.Seconds()*100)/100, 'f', -1, 64) + " s"
}

// spent rounds a time for people.
func spent(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// booted tells the run that a server is about to start, with this snapshot on
// its disk.
func (r *Run) booted(server int, snapshot []byte) {
	if r.foreign(snapshot) {
		r.mu.Lock()
		r.resumes[server] = max(r.resumes[server], r.services.leave(server)) // it may crash again before it applies anything
		r.mu.Unlock()
		r.monitors.Booted(server)
		return
	}
	r.mu.Lock()
	delete(r.resumes, server)
	index, err := r.services.restart(server, snapshot)
	r.mu.Unlock()
	if err != nil {
		r.fail(Failure{Kind: Assertion, Message: err.Error(), At: r.world.Now()})
	}
	r.monitors.Booted(server)
	if index > 0 {
		r.monitors.Restored(server, index, snapshot)
	}
}

// foreign reports whether a snapshot on a disk is none of the service's, and need
// not be.
func (r *Run) foreign(snapshot []byte) bool {
	if !r.rules.OwnDisk || r.scenario.SnapshotEvery == 0 || len(snapshot) == 0 {
		return false
	}
	index, err := snapshotIndex(snapshot)
	return err != nil || !r.monitors.Took(index, snapshot)
}

// resume has a service whose disk only its Raft can read go on from where it was,
// unless the first that the Raft applies is a snapshot.
func (r *Run) resume(server int, m raft.ApplyMsg) {
	r.mu.Lock()
	index, ok := r.resumes[server]
	delete(r.resumes, server)
	if ok = ok && m.CommandValid; ok {
		r.services.at[server] = index
	}
	r.mu.Unlock()
	if ok {
		r.monitors.Restored(server, index, nil)
	}
}

func (r *Run) crashed(server int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.states[server].leader = false
}
