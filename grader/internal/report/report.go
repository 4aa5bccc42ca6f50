// Package report collects the outcomes of a grader's runs and writes reports of them: a text with a table and the
// failures, JSON for programs, JUnit, Gradescope and Markdown for the systems that show these, and progress while the
// runs go on.
//
// A run is one scenario (a test) with one seed. Scenarios belong to a part of the lab, such as 2A, and to a tier:
// classic for the course's own tests, strict for what the paper demands beyond them, advice for what fails nobody.
//
// A submission's text in a report may be hostile. Every format escapes it, shows no control characters and cuts it at a
// limit.
package report

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"raftlab/grader/internal/grading"
	"raftlab/grader/internal/page"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/recipe"
)

// An Outcome is what came of one run.
type Outcome struct {
	Impl     int // index in Plan.Impls
	Scenario lab.Scenario
	Result   cluster.Result
	Trace    uint64 // of a simulated run; see sim.Result
	CPU      time.Duration
	Log      []byte // of a failed run; may be cut, then says so
	LogFile  string // where an earlier report has kept it; Log is not needed then
	// Recording is what was written down of a failed run; nil: nothing was.
	Recording page.Packed
}

// An Impl is an implementation to grade.
type Impl struct {
	Name      string
	Dir       string
	LoadError string // why it could not be graded, in full; empty if it could
	// GraderError is why it could not be graded where that is not its fault, but the grader's or the machine's. It says
	// nothing of the implementation.
	GraderError string
	// Notes say how it was graded, for example which files of the course were replaced, a line each.
	Notes []string
	// NotImplemented are the parts that it does not implement, such as "2D", and what tells so. Scenarios that need
	// them are not played.
	NotImplemented map[string]string
}

// refused reports whether an implementation could not be graded, whoever is to blame.
func (m Impl) refused() bool { return m.LoadError != "" || m.GraderError != "" }

// Lacks reports whether a scenario is not to be played because the implementation lacks a part that it needs, and says
// why. What comes after the log needs the log.
func (m Impl) Lacks(l *lab.Lab, s lab.Scenario) (why string, lacks bool) {
	if part, lacks := m.lacks(l, s); lacks {
		return fmt.Sprintf("part %s is not implemented: %s", part, m.NotImplemented[string(part)]), true
	}
	return "", false
}

// A Plan is all that is to be run.
type Plan struct {
	Lab       *lab.Lab
	Impls     []Impl
	Scenarios []lab.Scenario // by different names
	Origin    Origin         // by what the results are made; may be missing
	Count     int            // runs of each scenario and implementation
	Clock     string         // bubble, wall or sim
	// LogDir is where logs of failures go; it is made when the first is written. "" is a new directory for temporary
	// files that nobody else may enter.
	LogDir  string
	Grading *grading.Scheme // what runs are worth; nil: no points are shown
	Width   int             // columns of the terminal that people read the table on; 0: none
	Rate    float64         // of a failure that was seen elsewhere, and is to be shown to be gone; 0: none was
	// Secret says that the seeds are not for students to see.
	Secret bool
	// Replay returns the command that repeats a run.
	Replay func(impl Impl, scenario string, drawn recipe.Recipe) string
	// Shrink returns the command that makes a run that failed shorter; nil: there is none.
	Shrink func(impl Impl, scenario string, drawn recipe.Recipe) string
	// Explain returns the command that explains a promise or a kind of failure; nil: there is none.
	Explain func(name string) string
}

// A Report is what is known so far of a Plan's runs. Its methods are safe for concurrent use and may be called at any
// time, also long before all runs are done.
type Report struct {
	plan     Plan
	labels   []string // of Plan.Impls, all different
	scenario map[string]int
	lacks    [][]lack // by implementation, then scenario
	wanted   int      // runs of the plan
	logs     logs
	began    time.Time

	mu       sync.Mutex
	runs     int              // that are done
	cells    [][]cell         // by implementation, then scenario
	warnings []map[string]int // by implementation: in how many runs
	stopped  []string         // by implementation: why the rest of its runs is left undone
}

// A cell is what is known of one scenario of one implementation.
type cell struct {
	tally
	skips    map[string]int // by reason
	advice   map[string]int // by what it says
	errors   map[string]int // the grader's, by reason: runs that it could not play
	failures failures
	traces   uint64 // a hash over those of all runs, in whatever order they came; 0 if there are none
}

// A tally sums runs.
type tally struct {
	passed, failed, skipped int
	ungraded                int // runs that the grader could not play
	advised                 int // runs that passed, with advice
	undecided               int // runs that were skipped as no verdict was found for what was done
	unwatched               int // runs that passed while a monitor was off on which their scenario rests
	lacking                 int // scenarios that need what was asked for and is not implemented
	failedBefore            int // runs that failed before the implementation was changed
	judgedBefore            int // of so many
	virtual, cpu            time.Duration
	rpcs                    int
	bytes                   int64
}

// judged is the number of runs that had a verdict.
func (t tally) judged() int { return t.passed + t.failed }

// runs is the number of all runs that are done, including skipped ones.
func (t tally) runs() int { return t.passed + t.failed + t.skipped }

func (t *tally) add(u tally) {
	t.passed += u.passed
	t.failed += u.failed
	t.skipped += u.skipped
	t.ungraded += u.ungraded
	t.advised += u.advised
	t.undecided += u.undecided
	t.unwatched += u.unwatched
	t.lacking += u.lacking
	t.failedBefore += u.failedBefore
	t.judgedBefore += u.judgedBefore
	t.virtual += u.virtual
	t.cpu += u.cpu
	t.rpcs += u.rpcs
	t.bytes += u.bytes
}

// New returns the report of a plan of which nothing has been run. The real time that a report tells counts from here.
func New(p Plan) *Report {
	r := &Report{
		plan:     p,
		labels:   labels(p.Impls),
		scenario: make(map[string]int),
		lacks:    make([][]lack, len(p.Impls)),
		cells:    make([][]cell, len(p.Impls)),
		warnings: make([]map[string]int, len(p.Impls)),
		stopped:  make([]string, len(p.Impls)),
		began:    time.Now(),
	}
	r.logs = newLogs(p.LogDir, p.Impls)
	for i, s := range p.Scenarios {
		r.scenario[s.Name] = i
	}
	for i, m := range p.Impls {
		r.cells[i] = make([]cell, len(p.Scenarios))
		r.warnings[i] = make(map[string]int)
		r.lacks[i] = lacks(p, m)
		for s := range p.Scenarios {
			r.wanted += r.planned(i, s)
		}
	}
	return r
}

// labels are the names under which people see implementations: with the directory where two have the same name.
func labels(impls []Impl) []string {
	seen := make(map[string]int)
	for _, m := range impls {
		seen[m.Name]++
	}
	var all []string
	for _, m := range impls {
		label := oneLine(m.Name)
		if seen[m.Name] > 1 {
			label = fmt.Sprintf("%s (%s)", label, oneLine(m.Dir))
		}
		all = append(all, label)
	}
	return all
}

// Add takes in the outcome of a run, which must be one of the plan's. It keeps the log of the failure with the lowest
// seed among those that are alike (the same implementation, scenario and kind, and the same first line but for numbers),
// and the page of its recording beside it, and returns an error if it could not; the outcome counts nevertheless. A run that the grader could not play is not
// done.
func (r *Report) Add(o Outcome) error {
	s, ok := r.scenario[o.Scenario.Name]
	if !ok || o.Impl < 0 || o.Impl >= len(r.plan.Impls) || r.planned(o.Impl, s) == 0 {
		return fmt.Errorf("a result of scenario %q for implementation %d is not in the plan", o.Scenario.Name, o.Impl)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	c := &r.cells[o.Impl][s]
	if why := o.Result.GraderError; why != "" {
		c.ungraded++
		tell(&c.errors, why)
		return nil
	}
	r.runs++
	for _, w := range o.Result.Warnings {
		tell(&r.warnings[o.Impl], clip(strings.Join(strings.Fields(Printable(w)), " "), longWarning))
	}
	if o.Trace != 0 {
		c.traces += hashTrace(o.Result.Seed, o.Trace)
	}
	c.add(tally{
		virtual: o.Result.Virtual,
		cpu:     o.CPU,
		rpcs:    o.Result.Traffic.RPCs,
		bytes:   o.Result.Traffic.Bytes,
	})
	switch f := o.Result.Failure; {
	case f != nil:
		c.failed++
		if added, isExample, before := c.failures.add(o.Result.Recipe(), *f); isExample {
			return r.keepLog(o, s, added, before)
		}
	case o.Result.Skipped != "":
		c.skipped++
		if o.Result.Undecided {
			c.undecided++
		}
		tell(&c.skips, o.Result.Skipped)
	default:
		c.passed++
		if o.Result.Unwatched {
			c.unwatched++
		}
		if len(o.Result.Advice) > 0 {
			c.advised++
		}
	}
	for _, a := range o.Result.Advice {
		tell(&c.advice, a)
	}
	return nil
}

// Stop notes that the runs of an implementation that are not done will not be played, and why: because its budget is
// used up, say. They earn nothing.
func (r *Report) Stop(impl int, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped[impl] = why
}

// Stopped reports whether an implementation was stopped.
func (r *Report) Stopped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.stopped, func(why string) bool { return why != "" })
}

// How many texts are kept that runs are counted by, and what all further ones are counted by.
const (
	mostTexts  = 100
	otherTexts = "others, which are left out here"
)

// longWarning is how many bytes of a warning are kept. It is one line: what may be a submission's words does not get to
// the margin, where the grader's stand.
const longWarning = 2000

// tell counts a run by a text.
func tell(counts *map[string]int, text string) {
	if *counts == nil {
		*counts = make(map[string]int)
	}
	if _, known := (*counts)[text]; !known && len(*counts) >= mostTexts {
		text = otherTexts
	}
	(*counts)[text]++
}

// hashTrace mixes the trace of a run with its seed, so that sums of them differ if any of the runs do.
func hashTrace(seed, trace uint64) uint64 {
	h := fnv.New64a()
	h.Write(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, seed), trace))
	return h.Sum64()
}

// keepLog writes the log of a failure that is now the example of its group, unless an earlier report has, and then
// removes the log of the example before, if there was one.
func (r *Report) keepLog(o Outcome, scenario int, f, before *failure) (err error) {
	if o.LogFile == "" {
		f.log, err = r.logs.write(o, r.replayBy(staff, o.Impl, scenario, o.Result.Recipe()))
	} else if _, missing := os.Stat(o.LogFile); missing == nil {
		f.log = o.LogFile
	}
	if err == nil && before != nil && before.log != "" {
		r.logs.remove(o.Impl, before.log)
		before.log = ""
	}
	return err
}

// LogFile returns the file that has the log of a failed run, or "" if there is none, as for a failure that is like an
// earlier one.
func (r *Report) LogFile(impl int, scenario string, seed uint64) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, g := range r.cells[impl][r.scenario[scenario]].failures.groups {
		if g.example.drawn.Seed == seed {
			return g.example.log
		}
	}
	return ""
}

// Failed reports whether a run has failed. That an implementation could not be graded is no failed run.
func (r *Report) Failed() bool { return r.Failures() > 0 }

// Failures returns how many runs have failed.
func (r *Report) Failures() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all().failed
}

// GraderFailed reports whether the grader could not grade an implementation, or not play a run, for a reason that is
// not the implementation's.
func (r *Report) GraderFailed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.graderFailed()
}

func (r *Report) graderFailed() bool {
	for i := range r.plan.Impls {
		if r.withheld(i) {
			return true
		}
	}
	return false
}

// Done returns how many runs are done, of how many. Implementations that could not be graded have none, and scenarios
// that need what an implementation lacks neither. Runs that the grader could not play are missing.
func (r *Report) Done() (runs, total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done()
}

func (r *Report) done() (runs, total int) { return r.runs, r.wanted }

// finished returns of how many implementations all runs are done, and how many can be graded.
func (r *Report) finished() (implementations, total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, m := range r.plan.Impls {
		if !m.refused() {
			total++
			if t := r.of(i); t.runs()+t.ungraded == r.plannedOf(i) {
				implementations++
			}
		}
	}
	return implementations, total
}

// planned is how many runs there are to be of a scenario of an implementation.
func (r *Report) planned(impl, scenario int) int {
	if r.lacks[impl][scenario].why != "" || r.plan.Impls[impl].refused() {
		return 0
	}
	return r.plan.Count
}

// plannedOf is how many runs there are to be of an implementation.
func (r *Report) plannedOf(impl int) int {
	total := 0
	for s := range r.plan.Scenarios {
		total += r.planned(impl, s)
	}
	return total
}

// The sums below are for callers that hold r.mu.

func (r *Report) all() tally {
	var t tally
	for i := range r.plan.Impls {
		t.add(r.of(i))
	}
	return t
}

// of sums an implementation's runs of the given scenarios, or of all.
func (r *Report) of(impl int, scenarios ...int) tally {
	var t tally
	for s := range r.cells[impl] {
		if len(scenarios) == 0 || slices.Contains(scenarios, s) {
			t.add(r.cells[impl][s].tally)
			if r.lacks[impl][s].asked {
				t.lacking++
			}
		}
	}
	return t
}
