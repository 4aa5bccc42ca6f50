package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/play"
	"raftlab/grader/internal/pool"
	"raftlab/grader/internal/report"
	"raftlab/grader/internal/search"
	"raftlab/src/lab"
	"raftlab/src/sim"
)

func searchCommand() *cli.Command {
	return &cli.Command{
		Name:      "search",
		Usage:     "look for a failure with all seeds and branches of runs, for a time",
		ArgsUsage: "DIR",
		Description: "Plays each scenario once, promising ones first. From then on half of the time goes to the next\n" +
			"seeds, and half to branches of runs that came into rare situations: these are played again up to a point\n" +
			"near that, and go on otherwise. It stops at the first failure. What it found is repeated by its recipe, such as 7@1.5s:33.",
		Flags: []cli.Flag{
			labFlag(),
			baseFlag(),
			runFlag(),
			tierFlag(),
			&cli.DurationFlag{Name: "time", Value: time.Minute, Usage: "real `time` after which it ends"},
			&cli.DurationFlag{Name: "cpu", Usage: "processor `time` of runs after which it ends"},
			&cli.BoolFlag{Name: "k", Usage: "go on after a failure"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "the first seed of each scenario, and what the search draws from"},
			&cli.IntFlag{Name: "parallel", Usage: "runs at a time; with 1 a search is the same each time",
				DefaultText: "one per processor"},
			&cli.StringFlag{Name: "logs", Usage: "the `directory` for logs and pages of failures", DefaultText: "a new one"},
			statesFlag(gradeStates),
		},
		Action: runSearch,
	}
}

// searchOptions are the checked flags of grader search.
type searchOptions struct {
	options
	time, cpu time.Duration // after which it ends; cpu is 0 if that is no limit
	goOn      bool          // after a failure
}

func parseSearch(cmd *cli.Command) (o searchOptions, err error) {
	o = searchOptions{
		options: options{
			self: selfOf(cmd), began: now(), count: maxCount, seed: cmd.Uint64("seed"), logs: cmd.String("logs"),
			dirs: cmd.Args().Slice(), base: cmd.String("raft"),
			builder: builder{clock: "sim", schedule: true, memory: defaultMemory << 20, turn: sim.DefaultTurn},
		},
		time: cmd.Duration("time"), cpu: cmd.Duration("cpu"), goOn: cmd.Bool("k"),
	}
	switch {
	case len(o.dirs) != 1:
		return o, errors.New("grader search takes one directory, such as: grader search impls/ticker-timer")
	case o.time <= 0:
		return o, fmt.Errorf("-time %v: must be more than 0", o.time)
	case o.cpu < 0 || cmd.IsSet("cpu") && o.cpu == 0:
		return o, fmt.Errorf("-cpu %v: must be more than 0", o.cpu)
	}
	o.pool = pool.Options{Boxed: true, Compute: compute(sim.DefaultTurn)}
	if o.pool.Parallel, err = parseParallel(cmd, 1); err != nil {
		return o, err
	}
	if o.builder.states, err = checkStates(cmd); err != nil {
		return o, err
	}
	if o.lab, err = labOf(cmd, o.dirs...); err != nil {
		return o, err
	}
	o.scenarios, err = selected(cmd, o.lab)
	return o, err
}

func runSearch(ctx context.Context, cmd *cli.Command) error {
	o, err := parseSearch(cmd)
	if err != nil {
		return err
	}
	stdout, stderr := cmd.Root().Writer, cmd.Root().ErrWriter
	impls, plans, remove, err := prepare(ctx, &o.options, stderr)
	defer remove()
	switch {
	case ctx.Err() != nil:
		return exitStatus(statusInterrupted)
	case err != nil:
		return err
	case impls[0].GraderError != "":
		return graderError{errors.New(impls[0].GraderError)}
	case impls[0].LoadError != "":
		return errors.New(impls[0].LoadError)
	}
	f := &finder{options: o, report: report.New(o.reported(impls)), stderr: stderr}
	for _, s := range plans[0].scenarios {
		f.scenarios = append(f.scenarios, s.Scenario)
	}
	f.scenarios = o.lab.PromisingFirst(f.scenarios)
	if len(f.scenarios) == 0 {
		return fmt.Errorf("%s: nothing of what is asked for is implemented", o.dirs[0])
	}
	f.search = newSearch(f.scenarios, o.seed)
	f.play(ctx, plans[0].command)
	io.WriteString(stdout, report.Printable(f.text()))
	switch {
	case len(f.failed) > 0:
		return exitStatus(statusFailed)
	case f.lost != "":
		return graderError{errors.New(f.lost)}
	case ctx.Err() != nil:
		return exitStatus(statusInterrupted)
	}
	return nil
}

// A finder is a search that plays.
type finder struct {
	options   searchOptions
	scenarios []lab.Scenario
	search    *search.Search
	report    *report.Report
	stderr    io.Writer

	cpu, took time.Duration
	failed    []string // scenarios, each once
	lost      string   // why a run could not be played, if one could not
}

// play plays until there is a failure or the time is over.
func (f *finder) play(ctx context.Context, command []string) {
	o := f.options
	ctx, stop := context.WithTimeout(ctx, o.time)
	defer stop()
	began := time.Now()
	next, learn := searching(f.search, f.scenarios)
	batch := play.Batch{Command: command, Len: math.MaxInt, Next: next,
		Budget: pool.Budget{Limit: o.cpu, Spent: func(int) {}}}
	over := false
	play.Run(ctx, o.pool, []play.Batch{batch}, func(out play.Outcome) {
		if over {
			return
		}
		learn(out)
		f.cpu += out.CPU
		switch r := out.Result; {
		case r.GraderError != "":
			f.lost = r.GraderError
		case out.CPU == 0: // it was not played, and so will be the others
			f.lost, over = r.Skipped, true
		}
		if err := f.report.Add(report.Outcome{Scenario: out.Scenario, Result: out.Result, Trace: out.Trace, CPU: out.CPU,
			Log: out.Log, Recording: out.Recording}); err != nil {
			fmt.Fprintf(f.stderr, "grader: %v\n", err)
		}
		if out.Result.Failure != nil {
			if !slices.Contains(f.failed, out.Scenario.Name) {
				f.failed = append(f.failed, out.Scenario.Name)
			}
			over = over || !o.goOn
		}
		if t := f.search.Stats(); t.Runs%stepsTold == 0 {
			fmt.Fprintf(f.stderr, "%d runs, %v: %d of %d marks, %d states\n", t.Runs, time.Since(began).Round(time.Second),
				t.Marks, len(o.lab.Marks), t.States)
		}
		if over {
			stop()
		}
	})
	f.took = time.Since(began)
}

// stepsTold is after how many runs it is said how far a search is.
const stepsTold = 500

// mostKinds is how many kinds of failures of a scenario are told of.
const mostKinds = 5

// text is what came of a search.
func (f *finder) text() string {
	var b strings.Builder
	t := f.search.Stats()
	fmt.Fprintf(&b, "%s: %d runs, %d of them branches, in %v, with %v of processor time: ", f.options.dirs[0], t.Runs,
		t.Branches, f.took.Round(100*time.Millisecond), f.cpu.Round(100*time.Millisecond))
	if len(f.failed) == 0 {
		b.WriteString("no failure\n")
	} else {
		fmt.Fprintf(&b, "%s failed\n", strings.Join(f.failed, ", "))
	}
	for _, s := range f.failed {
		fmt.Fprintf(&b, "\n%s %s\n", s, indented(f.report.Describe(0, s, mostKinds)))
	}
	b.WriteString("\nnew to the search, by runs\n")
	runs := 0
	for _, step := range shortened(t.Steps, mostSteps) {
		fmt.Fprintf(&b, "  %6d to %6d: %3d marks, %5d states\n", runs+1, runs+step.Runs, step.Marks, step.States)
		runs += step.Runs
	}
	var never, rare []string
	for _, name := range f.options.lab.Marks {
		switch n := f.search.Marked(name); {
		case n == 0:
			never = append(never, "  "+name+"\n")
		case n <= 5:
			rare = append(rare, fmt.Sprintf("  %d: %s\n", n, name))
		}
	}
	if len(rare) > 0 {
		fmt.Fprintf(&b, "came about in few runs\n%s", strings.Join(rare, ""))
	}
	if len(never) > 0 {
		fmt.Fprintf(&b, "never came about\n%s", strings.Join(never, ""))
	}
	return b.String()
}

// indented moves all lines but the first to the right.
func indented(text string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}

// mostSteps is how many lines there are at most that say what is new.
const mostSteps = 12

// shortened joins steps until there are no more than most.
func shortened(steps []search.Step, most int) []search.Step {
	for len(steps) > most {
		var joined []search.Step
		for i := 0; i < len(steps); i += 2 {
			s := steps[i]
			if i+1 < len(steps) {
				next := steps[i+1]
				s = search.Step{Runs: s.Runs + next.Runs, Marks: s.Marks + next.Marks, States: s.States + next.States}
			}
			joined = append(joined, s)
		}
		steps = joined
	}
	return steps
}
