package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/grading"
	"raftlab/grader/internal/play"
	"raftlab/grader/internal/pool"
	"raftlab/grader/internal/rate"
	"raftlab/grader/internal/report"
	"raftlab/src/lab"
	"raftlab/src/recipe"
	"raftlab/src/sim"
)

func runCommand() *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "grade implementations",
		ArgsUsage: "[DIR...]",
		Flags: append([]cli.Flag{
			labFlag(),
			baseFlag(),
			runFlag(),
			tierFlag(),
			&cli.IntFlag{Name: "count", Value: 20, Usage: "runs of each scenario, each with a seed of its own"},
			&cli.StringFlag{
				Name:  "seed",
				Value: "1",
				Usage: "the seed `S` of the first run; run n, from 0, has S+n; secret draws one that no " +
					"submission knows, and the report names it to staff",
			},
			&cli.StringFlag{
				Name:  "clock",
				Value: "sim",
				Usage: "the servers' clock: sim (virtual; each server in a box of its own, every run decided " +
					"by its seed), bubble (virtual; servers are goroutines) or wall (real)",
			},
			&cli.BoolFlag{Name: "race", Usage: "use the race detector (bubble and wall)"},
			&cli.BoolFlag{
				Name: "allow-native",
				Usage: "run checkouts outside of the sandbox, too (bubble and wall): their code can then do " +
					"what you can, and forge its results",
			},
			// For tests of what stands behind that refusal: see submission.Tools.
			&cli.BoolFlag{
				Name:   "allow-directives",
				Hidden: true,
				Usage:  "grade checkouts that bypass the rules of Go, too",
			},
			&cli.BoolFlag{
				Name:        "schedule",
				Value:       true,
				DefaultText: "true",
				Usage:       "let the seed also vary the scheduling of goroutines within servers (sim)",
			},
			&cli.IntFlag{
				Name:        "parallel",
				Usage:       "runs at a time",
				DefaultText: "one per processor, eight on the wall clock",
			},
			&cli.StringFlag{
				Name: "rate",
				Usage: "the rate `P` of a failure that you saw before, as 1.5% or as 3/200 runs: the results say how " +
					"many more clean runs show that it is gone",
				DefaultText: "that of the runs in -state, or 1%",
			},
			&cli.DurationFlag{Name: "timeout", Value: defaultTimeout, Usage: "real time for one run (bubble and wall)"},
			&cli.Int64Flag{Name: "memory", Value: defaultMemory, Usage: "a server's memory in `MiB` (sim)"},
			&cli.DurationFlag{
				Name:  "turn",
				Value: sim.DefaultTurn,
				Usage: "processor time that a server may take without waiting for anything; a run may take " +
					"forty times as much (sim)",
			},
			&cli.DurationFlag{
				Name: "budget",
				Usage: "processor `time` for all runs of one implementation; when that is used up, the " +
					"remaining runs are not played",
				DefaultText: "5s a run, at least 10m",
			},
			&cli.BoolFlag{Name: "failfast", Usage: "stop after the first failure"},
			&cli.BoolFlag{Name: "short", Usage: "leave out the scenarios that take more than a second of processor time"},
			&cli.BoolFlag{Name: "v", Usage: "print a line for every run and the log of every failure"},
		}, outputFlags()...),
		Action: run,
	}
}

// options are the checked flags of grader run.
type options struct {
	lab       *lab.Lab
	base      string // what is graded stands on; see baseFlag
	scenarios []lab.Scenario
	count     int
	seed      uint64
	secret    bool // the seed was drawn, and is not for students
	failfast  bool
	rate      float64       // see report.Plan
	budget    time.Duration // of processor time for one implementation; see budgetOf
	verbose   bool
	logs      string
	state     string
	grading   *grading.Scheme
	outputs   *outputs
	builder   builder
	pool      pool.Options
	width     int // of the terminal, if results go to one
	dirs      []string
	self      self
	began     time.Time
}

// What runs may take unless flags say otherwise: a server's memory in MiB, and the real time of a run that is in no
// box.
const (
	defaultMemory  = 512
	defaultTimeout = 2 * time.Minute
)

// workerTurns is how much processor time a worker may take for a run, in turns of a server: more than its own watchdog
// allows for a run that is played twice, which is 40 turns each. minCompute is the least, which takes in its start.
const (
	workerTurns = 150
	minCompute  = 2 * time.Minute
)

// compute is how much processor time a worker may take for a run.
func compute(turn time.Duration) time.Duration {
	return max(minCompute, workerTurns*min(turn, 24*time.Hour))
}

// What an implementation's runs may take together unless -budget says otherwise: processor time for each run, and the
// least for all. Most runs take a tenth of a second; those of an implementation that saves, or prints, a long log with
// every message take up to four.
const (
	runBudget   = 5 * time.Second
	leastBudget = 10 * time.Minute
)

// budgetOf is how much processor time an implementation with this number of runs may use.
func (o options) budgetOf(runs int) time.Duration {
	if o.budget > 0 {
		return o.budget
	}
	return max(leastBudget, time.Duration(runs)*runBudget)
}

func parse(cmd *cli.Command) (options, error) {
	clock, perProcessor := cmd.String("clock"), 1
	if clock == "wall" {
		perProcessor = 8 // they mostly sleep
	}
	l, wrong := parseLimits(cmd, perProcessor)
	o := options{
		self:  selfOf(cmd),
		began: now(),
		count: l.count,
		builder: builder{
			clock:    clock,
			race:     cmd.Bool("race"),
			schedule: cmd.Bool("schedule"),
			memory:   l.memory,
			turn:     l.turn,

			allowNative: cmd.Bool("allow-native"),
			allLogs:     cmd.Bool("v"),
			directives:  cmd.Bool("allow-directives"),
		},
		failfast: cmd.Bool("failfast"),
		budget:   cmd.Duration("budget"),
		verbose:  cmd.Bool("v"),
		logs:     cmd.String("logs"),
		state:    cmd.String("state"),
		pool: pool.Options{Parallel: l.parallel, Timeout: l.timeout, Boxed: clock == "sim",
			Compute: compute(l.turn)},
		width: columns(cmd.Root().Writer),
		dirs:  cmd.Args().Slice(),
		base:  cmd.String("raft"),
	}
	switch {
	case slices.Contains(o.dirs, ""):
		return o, errNoName
	case wrong != nil:
		return o, wrong
	case !slices.Contains([]string{"sim", "bubble", "wall"}, clock):
		return o, fmt.Errorf("-clock %s: must be sim, bubble or wall", clock)
	case o.budget < 0 || cmd.IsSet("budget") && o.budget == 0:
		return o, fmt.Errorf("-budget %v: must be more than 0", o.budget)
	case (cmd.String("html") != "" || cmd.IsSet("states")) && clock != "sim":
		return o, fmt.Errorf("-html and -states need -clock sim: with -clock %s runs are not written down", clock)
	case o.builder.race && clock == "sim":
		return o, errors.New("-race needs -clock bubble or wall: the race detector does not run in a box")
	}
	var err error
	if o.builder.states, err = checkStates(cmd); err != nil {
		return o, err
	}
	if o.seed, o.secret, err = firstSeed(cmd.String("seed")); err != nil {
		return o, err
	}
	if o.rate, err = seenRate(cmd.String("rate")); err != nil {
		return o, err
	}
	if o.secret && o.state != "" {
		return o, errors.New("-seed secret draws a new seed each time, and -state continues earlier runs; give the " +
			"seed that the report of the earlier runs names")
	}
	if o.lab, err = labOf(cmd, o.dirs...); err != nil {
		return o, err
	}
	if o.scenarios, err = selected(cmd, o.lab); err != nil {
		return o, err
	}
	if cmd.Bool("short") {
		o.scenarios = slices.DeleteFunc(o.scenarios, func(s lab.Scenario) bool { return s.Long })
		if len(o.scenarios) == 0 {
			return o, fmt.Errorf("-run %s chooses only scenarios that -short leaves out", cmd.String("run"))
		}
	}
	if clock != "sim" {
		o.scenarios = slices.DeleteFunc(o.scenarios, func(s lab.Scenario) bool { return s.Faults })
		if len(o.scenarios) == 0 {
			return o, fmt.Errorf("-run %s needs -clock sim: its scenarios have faults that only boxes allow",
				cmd.String("run"))
		}
	}
	if o.lab.Base == "" && o.base != ownBase {
		return o, fmt.Errorf("-raft %s: the lab %s stands on no other", o.base, o.lab.Name)
	}
	if len(o.dirs) == 0 {
		if o.dirs, err = implementations("impls", o.lab); err != nil {
			return o, err
		}
	}
	if o.grading, err = scheme(cmd, o.lab); err != nil {
		return o, err
	}
	o.outputs, err = newOutputs(cmd, len(o.dirs))
	return o, err
}

// secretSeed is the word by which -seed draws one.
const secretSeed = "secret"

// firstSeed is what -seed says. A drawn one has at most twelve digits, for those who copy it.
func firstSeed(text string) (seed uint64, secret bool, err error) {
	if text == secretSeed {
		var b [8]byte
		rand.Read(b[:])
		return binary.LittleEndian.Uint64(b[:]) % 1e12, true, nil
	}
	seed, err = strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, false, fmt.Errorf("-seed %s: must be a whole number of at least 0, or %s", text, secretSeed)
	}
	return seed, false, nil
}

// seenRate is what -rate says, 0 if that is nothing. Of failures that were counted it is the least that they may stand
// for.
func seenRate(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	wrong := fmt.Errorf("-rate %s: must be more than 0%% and less than 100%%, as 1.5%%, or failures of runs, as 3/200", text)
	if failed, runs, counted := strings.Cut(text, "/"); counted {
		k, err := strconv.Atoi(failed)
		n, err2 := strconv.Atoi(runs)
		if err != nil || err2 != nil || k < 1 || n < k {
			return 0, wrong
		}
		low, _ := rate.Interval(k, n)
		return low, nil
	}
	percent, ok := strings.CutSuffix(text, "%")
	p, err := strconv.ParseFloat(percent, 64)
	if !ok || err != nil || !(p > 0 && p < 100) {
		return 0, wrong
	}
	return p / 100, nil
}

func run(ctx context.Context, cmd *cli.Command) error {
	o, err := parse(cmd)
	if err != nil {
		return err
	}
	stdout, stderr := cmd.Root().Writer, cmd.Root().ErrWriter
	state, err := openState(o.state)
	if err != nil {
		return err
	}
	defer state.close()
	if err := o.outputs.begin(report.New(o.reported(unbuilt(o.dirs)))); err != nil {
		return err
	}
	impls, plans, remove, err := prepare(ctx, &o, stderr)
	defer remove()
	switch {
	case ctx.Err() != nil:
		return exitStatus(statusInterrupted)
	case err != nil:
		return errors.Join(err, o.outputs.end(report.New(o.reported(ungraded(o.dirs, err)))))
	}
	rep := report.New(o.reported(impls))
	if err := o.resume(state, plans, rep, stderr); err != nil {
		return err
	}
	o.estimate(plans, stderr)
	o.play(ctx, plans, state, rep, stdout, stderr)
	err = o.outputs.end(rep)
	rep.Table(stdout, terminal(stdout)) // whatever became of the files: the runs are not played again for it
	if err != nil {
		fmt.Fprintf(stderr, "grader: %s\n", report.Printable(err.Error()))
	}
	if ctx.Err() != nil && state != nil {
		fmt.Fprintf(stderr, "grader: interrupted; the same command continues from %s\n", o.state)
	}
	return o.status(ctx, impls, rep, err)
}

// usualRun is the processor time that most Rafts take for a run, on average over the suite.
const usualRun = 150 * time.Millisecond

// estimate says what is to come of it where that is long.
func (o options) estimate(plans []*plan, w io.Writer) {
	runs, most := 0, 0
	for _, p := range plans {
		runs += p.len() - p.done.len()
		most = max(most, p.len())
	}
	if usual := time.Duration(runs) * usualRun; usual >= time.Minute && o.builder.clock == "sim" {
		fmt.Fprintf(w, "%d runs usually take about %v of processor time; one implementation may use %v (-budget)\n",
			runs, usual.Round(time.Minute), o.budgetOf(most))
	}
}

// reported is all that is to be run, for the report.
func (o options) reported(impls []report.Impl) report.Plan {
	return report.Plan{
		Lab:       o.lab,
		Impls:     impls,
		Scenarios: o.scenarios,
		Origin:    o.self.origin(o.builder.goVersion(), o.seed, o.began),
		Count:     o.count,
		Clock:     o.builder.clock,
		LogDir:    o.logs,
		Grading:   o.grading,
		Replay:    o.replay,
		Shrink:    o.shrinking(),
		Secret:    o.secret,
		Rate:      o.rate,
		Explain:   o.self.explain,
		Width:     o.width,
	}
}

// maxBuilds is how many implementations are built at a time: a build keeps more than one processor busy for part of its
// time, and takes some 300 MiB.
const maxBuilds = 4

// prepare finds what to build with, builds every implementation and plans the runs of those that can be graded. remove
// removes what was built. The error is a graderError.
func prepare(ctx context.Context, o *options, stderr io.Writer) (impls []report.Impl, plans []*plan, remove func(),
	err error) {
	work, remove, err := workDir(buildWork)
	if err == nil {
		o.builder.kit, err = newKit(ctx, work, stderr)
		o.builder.kit.Reaching = o.builder.directives
	}
	if err != nil {
		return nil, nil, remove, err
	}
	impls = make([]report.Impl, len(o.dirs))
	plans = make([]*plan, len(o.dirs))
	steps := report.NewSteps(stderr, "building", len(o.dirs))
	var builds sync.WaitGroup
	free := make(chan struct{}, min(o.pool.Parallel, maxBuilds))
	first := true
	for i, dir := range o.dirs {
		free <- struct{}{}
		built := steps.Begin(dir)
		builds.Go(func() {
			impls[i], plans[i] = o.prepareOne(ctx, i, filepath.Join(work, strconv.Itoa(i)))
			built()
			<-free
		})
		if first {
			builds.Wait() // the others need what it compiles of Go's library and of this project
			first = impls[i].LoadError != "" || impls[i].GraderError != ""
		}
	}
	builds.Wait()
	return impls, slices.DeleteFunc(plans, func(p *plan) bool { return p == nil }), remove, nil
}

// prepareOne builds one implementation and plans its runs. There is no plan if it cannot be graded.
func (o options) prepareOne(ctx context.Context, number int, work string) (report.Impl, *plan) {
	dir := o.dirs[number]
	impl, err := find(ctx, dir, o.lab, o.base)
	built := err == nil
	var command []string
	if built {
		command, err = o.builder.build(ctx, impl, work)
	}
	entry := report.Impl{Name: impl.name, Dir: dir, Notes: o.builder.notes(impl), NotImplemented: impl.missing()}
	var ours graderError
	switch {
	case err == nil:
	case built && !isSubmissionError(err), errors.As(err, &ours):
		entry.GraderError = err.Error()
		return entry, nil
	default:
		entry.LoadError = err.Error()
		return entry, nil
	}
	return entry, o.plan(number, entry, command)
}

// play runs what is left of the plans and feeds the report, the files and the display.
func (o options) play(ctx context.Context, plans []*plan, state *state, rep *report.Report, stdout, stderr io.Writer) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	progress := report.NewProgress(stderr, terminal(stderr) && !o.verbose, rep)
	stopped := false
	var batches []play.Batch
	for _, p := range plans {
		batch, limit := p.batch(), o.budgetOf(p.len())
		batch.Budget = pool.Budget{Limit: limit, Used: p.used, Spent: func(int) {
			rep.Stop(p.impl, fmt.Sprintf("its budget of %v of processor time is used up (-budget)", limit))
		}}
		batches = append(batches, batch)
	}
	play.Run(ctx, o.pool, batches, func(out play.Outcome) {
		if stopped {
			return
		}
		if o.failfast && out.Result.Failure != nil {
			stopped = true
			stop()
		}
		if o.verbose {
			o.tell(stdout, out)
		}
		if err := errors.Join(
			rep.Add(report.Outcome{Impl: out.Impl, Scenario: out.Scenario, Result: out.Result, Trace: out.Trace,
				CPU: out.CPU, Log: out.Log, Recording: out.Recording}),
			state.add(out, rep.LogFile(out.Impl, out.Scenario.Name, out.Result.Seed)),
			o.outputs.update(rep),
		); err != nil {
			fmt.Fprintf(stderr, "grader: %v\n", err)
		}
		progress.Update()
	})
	progress.Close()
}

// tell prints a line for one run.
func (o options) tell(w io.Writer, out play.Outcome) {
	word := "pass"
	switch {
	case out.Result.GraderError != "":
		word = "lost"
	case out.Result.Failure != nil:
		word = "FAIL"
	case out.Result.Skipped != "":
		word = "skip"
	}
	line := fmt.Sprintf("%s  %s  %s  seed %d  %v  %d RPCs\n", word, filepath.Base(o.dirs[out.Impl]), out.Scenario.Name,
		out.Result.Seed, out.Result.Virtual.Round(time.Millisecond), out.Result.Traffic.RPCs)
	for _, m := range out.Result.Margins {
		line += fmt.Sprintf("      %d of %d %s\n", m.Used, m.Limit, m.Name)
	}
	if out.Again != "" && out.Result.GraderError == "" {
		line += "      played again, alone: " + out.Again + "\n"
	}
	if why := out.Result.GraderError; why != "" {
		line += "not graded: grader error: " + why + "\n"
	}
	if f := out.Result.Failure; f != nil {
		line += fmt.Sprintf("%v\n%s", f, out.Log)
	}
	io.WriteString(w, report.Printable(line))
}

// replay is the command that repeats one run.
func (o options) replay(impl report.Impl, scenario string, drawn recipe.Recipe) string {
	if o.builder.clock == "sim" {
		return fmt.Sprintf("%s %s %s %v", o.playing("replay"), o.self.path(impl.Dir), scenario, drawn)
	}
	flags := o.onBase()
	if o.builder.race {
		flags = " -race"
	}
	if o.builder.allowNative {
		flags += " -allow-native"
	}
	return fmt.Sprintf("%s run -clock %s%s -run '^%s$' -seed %d -count 1 -v %s", o.self.command, o.builder.clock, flags,
		scenario, drawn.Seed, o.self.path(impl.Dir))
}

// replayOf is the command that repeats a simulated run.
func (o options) replayOf(t target) string {
	run := fmt.Sprintf("%s %v", t.scenario.Name, t.drawn)
	if t.script != nil {
		run = o.self.path(t.file)
	}
	return fmt.Sprintf("%s %s %s", o.playing("replay"), t.arguments(o.self), run)
}

// shrinking returns what writes the command that makes a run shorter, nil if there is none.
func (o options) shrinking() func(report.Impl, string, recipe.Recipe) string {
	if o.builder.clock != "sim" || !o.builder.schedule {
		return nil
	}
	return func(impl report.Impl, scenario string, drawn recipe.Recipe) string {
		return fmt.Sprintf("%s %s %s %v", o.playing("shrink"), o.self.path(impl.Dir), scenario, drawn)
	}
}

// playing is the beginning of a command that plays a simulated run.
func (o options) playing(command string) string {
	schedule := ""
	if !o.builder.schedule {
		schedule = " -schedule=false"
	}
	return o.self.command + " " + command + schedule + o.onBase()
}

// status is how the command ends. What was found out about submissions comes before an error of this grader's own
// files, which was printed.
func (o options) status(ctx context.Context, impls []report.Impl, rep *report.Report, err error) error {
	if rep.GraderFailed() {
		return exitStatus(statusGrader)
	}
	for _, i := range impls {
		if i.LoadError != "" {
			return exitStatus(statusUsage)
		}
	}
	if rep.Failed() || rep.Stopped() {
		return exitStatus(statusFailed)
	}
	if err != nil {
		return exitStatus(statusUsage)
	}
	if ctx.Err() != nil {
		return exitStatus(statusInterrupted)
	}
	return nil
}
