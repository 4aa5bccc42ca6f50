package cluster

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/recipe"
	"raftlab/src/record"
	"raftlab/src/script"
)

// The seed of a run is split into independent streams, so that what one draws does not move the others.
const (
	choices = 1 + iota // of the scenario
	weather            // of the network
)

// A Config says what is to be played.
type Config struct {
	Scenario string          // its name
	Seed     uint64          // decides all that is random in the run
	Branches recipe.Branches // from which on other seeds do; only a world that has virtual time has them
	Nodes    []Node          // all are started at the beginning
	Weather  labrpc.Weather  // at the beginning
	Faults   bool            // it is skipped in a world that has no Faults
	Advisory bool            // it gives advice only: a failure is no verdict
	Blind    bool            // a failure of kind Safety is none: the run goes on as if no monitor watched it
	// Coverage has the judge tell into which situations the run comes, which the Result then says.
	Coverage bool
	// is put to every node now and then, unless it has no method, so that one that hangs is found
	Poll Question

	// Callers are, for each method that a node is asked to call, the functions of the lab's code that call it, as
	// stacks name them: so it is found which goroutine a watchdog waits for. The constructor of a node, which Boot
	// waits for, is called Constructor there.
	Callers     map[string][]string
	Constructor string

	// Script is played in place of what the scenario would choose, as it says; nil for none. Written gets all that is
	// done, by the scenario or a script, in the form of a script; nil for none.
	Script  *script.Script
	Written *script.Writer

	// Judge makes the judge of the run. It may note the run, but not yet call it.
	Judge func(r *Run) Judge
}

// A Run is one run of one scenario. It is made before its world, which reports to its Observer; then Play plays it.
type Run struct {
	Config
	world   World
	judge   Judge
	seed    uint64   // from which is drawn now: Seed, or that of the last branch
	cluster *Cluster // once it plays

	mu        sync.Mutex // guards what follows; never held over a call of the world
	failure   *Failure
	skipped   string
	undecided bool // why it was skipped
	warnings  []string
	advice    []string
	margins   []Margin
	covered   covered
	ended     time.Duration
	traffic   Traffic
}

// NewRun prepares a run.
func NewRun(c Config) *Run {
	r := &Run{Config: c, seed: c.Seed}
	r.judge = c.Judge(r)
	return r
}

// WeatherSeed is the seed for the network that carries this run's messages, until the next branch.
func (r *Run) WeatherSeed() uint64 { return rand.NewPCG(r.seed, weather).Uint64() }

// Branch has all that the run draws from now on come from the seed of a branch. The world calls it when one of Branches
// is due, while no goroutine of the scenario runs, and sees to its own streams of randomness.
func (r *Run) Branch(seed uint64) {
	r.seed = seed
	r.cluster.redraw()
	r.Logf("from here on all that is random is drawn from seed %d", seed)
}

// Observer returns what the run's world reports to.
func (r *Run) Observer() Observer { return observer{r.judge, r} }

// An observer is the Run as its world sees it.
type observer struct {
	Judge
	run *Run
}

func (o observer) Failed(f Failure) { o.run.end(f) }

// Play plays the scenario in w, whose nodes are down and whose links are open. It must be called on a goroutine of that
// world and returns when there is a verdict and the scenario's goroutines have left. The world is then for its maker to
// put away; failures that this brings to light still count.
func (r *Run) Play(w World) {
	r.world = w
	c := newCluster(r, w)
	r.cluster = c
	if r.Script != nil && r.Script.Instead == script.All {
		c.SetWeather(labrpc.Weather{Timeout: r.Weather.Timeout})
	} else {
		c.SetWeather(r.Weather)
	}
	c.guard(func() {
		for i := range r.Nodes {
			c.set(c.connected, i, true)
			c.boot(i)
		}
		if r.Faults && w.Faults() == nil {
			c.Skipf("needs nodes in boxes (-clock sim): its faults cannot be made elsewhere")
		}
		c.Logf("%s with %s, seed %d", r.Scenario, Count(r.Nodes), r.Seed)
		if r.Script != nil && r.Script.Instead == script.All {
			c.perform(r.Script)
		} else {
			r.judge.Play(c)
		}
	})
	ended, traffic := w.Now(), w.Traffic()
	r.mu.Lock()
	r.ended, r.traffic = ended, traffic
	r.mu.Unlock()
	w.Stop()
	w.Wait()
}

// Now is the time of the run's world. It is for the judge, once the run plays.
func (r *Run) Now() time.Duration { return r.world.Now() }

// Keep is the world's. It is for the judge, once the run plays.
func (r *Run) Keep(node, bytes int) { r.world.Keep(node, bytes) }

// Logf writes a line of the harness into the run's log, if there is one. It is for the judge, once the run plays.
func (r *Run) Logf(format string, args ...any) { r.world.Log(dlog.Test, format, args...) }

// Recorded reports whether the run is written down, so that notes are worth making. It is for the judge, once the run
// plays.
func (r *Run) Recorded() bool { return r.world.Recorder() != nil }

// Note says what the event means that the judge is being told of, if the run is written down.
func (r *Run) Note(n record.Note) { r.world.Recorder().Note(n) }

// NoteBoot says what the start means of the note's Node, which the judge is being told is to come, if the run is
// written down.
func (r *Run) NoteBoot(n record.Note) { r.world.Recorder().NoteBoot(n) }

// Recording returns what was written down of the run, with how it failed, if it did; nil if nothing was. It is to be
// called after Play.
func (r *Run) Recording() *record.Recording {
	rec := r.world.Recorder()
	if rec == nil {
		return nil
	}
	r.mu.Lock()
	ended, failure := r.ended, r.failure
	r.mu.Unlock()
	events, dropped := rec.Events()
	all := &record.Recording{
		Version: record.Version, Scenario: r.Scenario, Seed: r.Seed, Branches: r.Branches, End: int64(ended),
		Events: events, Dropped: dropped,
	}
	for _, n := range r.Nodes {
		all.Nodes = append(all.Nodes, record.Node{Name: n.Name, Role: n.Role})
	}
	if failure != nil {
		all.End = int64(failure.At)
		all.Finding = finding(failure, all.Events)
		r.judge.Story(all)
	}
	return all
}

// finding is what is known of a failure without the lab.
func finding(f *Failure, events []record.Event) *record.Finding {
	sentence, details, _ := strings.Cut(f.Message, "\n")
	known := &record.Finding{Kind: string(f.Kind), Sentence: sentence, Details: details}
	for _, e := range slices.Backward(events) {
		if e.Kind == record.Failed {
			known.Event = e.ID
			break
		}
	}
	return known
}

// Fail ends the run as failed, unless it has failed before or is Blind to failures of that kind. Any goroutine may call
// it once the run plays.
func (r *Run) Fail(kind Kind, message string) {
	if r.Blind && kind == Safety {
		return
	}
	r.end(Failure{Kind: kind, Message: message, At: r.Now()})
}

// end ends the run; the first failure is the verdict.
func (r *Run) end(f Failure) {
	r.mu.Lock()
	first := r.failure == nil
	if first {
		r.failure = &f
	}
	r.mu.Unlock()
	if first {
		r.Logf("FAIL %v", f)
		failed := record.Event{Node: record.Nowhere, Peer: record.Nowhere, Kind: record.Failed, Text: f.Message}
		if f.Kind == Safety {
			failed.Causes = []int{r.world.Recorder().Subject()}
		}
		r.world.Recorder().Add(failed)
		r.world.Stop()
	}
}

// Failed reports whether the run has failed.
func (r *Run) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure != nil
}

// Abandon records why a run will never end by itself. Unlike all else it may be called from outside the run's world,
// which is lost: whatever still goes on in it no longer counts.
func (r *Run) Abandon(f Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure == nil {
		r.failure = &f
	}
}

// Result returns what came of the run, after Play and after the world was put away.
func (r *Run) Result() Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	res := Result{
		Scenario:  r.Scenario,
		Seed:      r.Seed,
		Branches:  r.Branches,
		Failure:   r.failure,
		Skipped:   r.skipped,
		Virtual:   r.ended,
		Undecided: r.undecided && r.failure == nil,
		Traffic:   r.traffic,
		Margins:   slices.Clone(r.margins),
		Warnings:  slices.Clone(r.warnings),
		Advice:    slices.Clone(r.advice),
	}
	if r.Coverage {
		res.Coverage = r.covered.result()
	}
	r.judge.Report(&res)
	if f := r.failure; f != nil {
		res.Virtual, res.Skipped = f.At, ""
		if r.Advisory {
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

// Warn adds a warning to the result, unless there are many. Any goroutine may call it.
func (r *Run) Warn(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	note(&r.warnings, text, "further warnings are left out")
}

// advise adds to the result what would be better otherwise although nobody asks for it.
func (r *Run) advise(text string) {
	r.Logf("advice: %s", text)
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

func (r *Run) skip(why string, undecided bool) {
	r.mu.Lock()
	r.skipped, r.undecided = why, undecided
	r.mu.Unlock()
	r.world.Stop()
}

// describe lists what is known of all nodes.
func (c *Cluster) describe() string {
	known := make([]string, c.N())
	for i, n := range c.run.Nodes {
		known[i] = c.run.judge.Describe(i)
		c.mu.Lock()
		switch {
		case !c.up[i]:
			known[i] += " (crashed)"
		case !c.connected[i]:
			known[i] += " (cut off)"
		}
		c.mu.Unlock()
		known[i] = fmt.Sprintf("%s: %s", n.Name, strings.TrimSpace(known[i]))
	}
	return strings.Join(known, ", ")
}
