package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/play"
	"raftlab/grader/internal/pool"
	"raftlab/grader/internal/report"
	"raftlab/grader/internal/sources"
	"raftlab/src/sim"
)

// soakCommand plays for a given time. What it is for are failures that come once in thousands of runs, and the bound
// that so many runs without one are worth.
func soakCommand() *cli.Command {
	return &cli.Command{
		Name:      "soak",
		Usage:     "play new seeds for a given time, and say how rare a failure must be",
		ArgsUsage: "[DIR...]",
		Description: "Plays all scenarios with one seed, then with the next, until the time is over or you press Ctrl-C.\n" +
			"A run that is cut off then is not counted. With -state the next soak goes on with seeds that no run had.",
		Flags: []cli.Flag{
			labFlag(),
			baseFlag(),
			runFlag(),
			tierFlag(),
			&cli.DurationFlag{Name: "for", Value: time.Hour, Usage: "the real `time` to play for, as 2h or 90s"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "the first seed, unless -state is further"},
			&cli.StringFlag{
				Name:  "state",
				Usage: "keep the counts, and the seeds that failed, in this `file`, and go on from it; it stays small",
			},
			&cli.IntFlag{Name: "parallel", Usage: "runs at a time", DefaultText: "one per processor"},
		},
		Action: soak,
	}
}

// A soaker plays for a time.
type soaker struct {
	options
	time   time.Duration
	state  *soakState
	played []*soaked // by implementation; nil: it cannot be graded
	ended  int       // runs of this soak that had a verdict
	lost   string    // why a run could not be played, if one could not
}

func parseSoak(cmd *cli.Command) (*soaker, error) {
	s := &soaker{time: cmd.Duration("for"), options: options{
		self:    selfOf(cmd),
		began:   now(),
		seed:    cmd.Uint64("seed"),
		builder: builder{clock: "sim", schedule: true, memory: defaultMemory << 20, turn: sim.DefaultTurn},
		pool:    pool.Options{Boxed: true, Compute: compute(sim.DefaultTurn)},
		base:    cmd.String("raft"),
		dirs:    cmd.Args().Slice(),
	}}
	var err error
	switch {
	case slices.Contains(s.dirs, ""):
		return nil, errNoName
	case s.time <= 0:
		return nil, fmt.Errorf("-for %v: must be more than 0", s.time)
	}
	if s.pool.Parallel, err = parseParallel(cmd, 1); err != nil {
		return nil, err
	}
	if s.lab, err = labOf(cmd, s.dirs...); err != nil {
		return nil, err
	}
	if s.scenarios, err = selected(cmd, s.lab); err != nil {
		return nil, err
	}
	if s.lab.Base == "" && s.base != ownBase {
		return nil, fmt.Errorf("-raft %s: the lab %s stands on no other", s.base, s.lab.Name)
	}
	if len(s.dirs) == 0 {
		if s.dirs, err = implementations("impls", s.lab); err != nil {
			return nil, err
		}
	}
	s.state, err = openSoakState(cmd.String("state"))
	return s, err
}

func soak(ctx context.Context, cmd *cli.Command) error {
	s, err := parseSoak(cmd)
	if err != nil {
		return err
	}
	defer s.state.close()
	stdout, stderr := cmd.Root().Writer, cmd.Root().ErrWriter
	impls, plans, remove, err := prepare(ctx, &s.options, stderr)
	defer remove()
	switch {
	case ctx.Err() != nil:
		return exitStatus(statusInterrupted)
	case err != nil:
		return err
	}
	for _, impl := range impls {
		switch {
		case impl.GraderError != "":
			return graderError{fmt.Errorf("%s", impl.GraderError)}
		case impl.LoadError != "":
			return fmt.Errorf("%s", impl.LoadError)
		}
	}
	if err := s.begin(plans, stderr); err != nil {
		return err
	}
	limited, stop := context.WithTimeout(ctx, s.time)
	defer stop()
	s.play(limited, plans, stderr)
	s.state.save(stderr)
	s.write(stdout)
	if ctx.Err() != nil && s.state.file != "" {
		fmt.Fprintf(stderr, "grader: interrupted; the same command goes on from %s\n", s.state.file)
	}
	return s.status(ctx)
}

// begin finds what the state has of the programs.
func (s *soaker) begin(plans []*plan, stderr io.Writer) error {
	s.played = make([]*soaked, len(s.dirs))
	for _, p := range plans {
		abs, err := filepath.Abs(s.dirs[p.impl])
		if err != nil {
			return err
		}
		module, err := fingerprint(program(p.command))
		if err != nil {
			return graderError{err}
		}
		one, changed := s.state.of(abs, s.base, sources.Fingerprint()+" "+module)
		s.played[p.impl] = one
		if changed {
			fmt.Fprintf(stderr, "%s: its source or the grader has changed: counting begins anew, with new seeds\n", s.dirs[p.impl])
		}
	}
	s.state.Next = max(s.state.Next, s.seed)
	return nil
}

// A round of a soak is some seeds: more if it was over sooner than shortRound, since workers start anew with each round.
const (
	shortRound = 20 * time.Second
	mostSeeds  = 1000 // of a round
)

// play plays rounds until ctx is done, or one has told nothing.
func (s *soaker) play(ctx context.Context, plans []*plan, stderr io.Writer) {
	began, told := time.Now(), time.Now()
	for seeds := 1; ctx.Err() == nil; {
		started := time.Now()
		var batches []play.Batch
		for i := range plans {
			p := plans[(i+int(s.state.Next%uint64(len(plans))))%len(plans)]
			batches = append(batches, round(p, s.state.Next, seeds))
		}
		s.state.Next += uint64(seeds)
		before := s.ended
		play.Run(ctx, s.pool, batches, func(out play.Outcome) { s.note(out, stderr) })
		if s.ended == before {
			return
		}
		s.state.save(stderr)
		if time.Since(started) < shortRound {
			seeds = min(2*seeds, mostSeeds)
		}
		if time.Since(told) >= tellEvery {
			told = time.Now()
			fmt.Fprintf(stderr, "%v: %s, the last seed was %d\n", time.Since(began).Round(time.Second), runs(s.ended),
				s.state.Next-1)
		}
	}
}

// round is an implementation's part of a round. Where it begins depends on the seed: soaks that are short would otherwise
// play the first scenarios only.
func round(p *plan, first uint64, seeds int) play.Batch {
	n, scenarios := -1, len(p.scenarios)
	begin := rand.New(rand.NewPCG(first, 0)).IntN(scenarios)
	return play.Batch{Command: p.command, Len: seeds * scenarios, Next: func() play.Job {
		n++
		seed := first + uint64(n/scenarios)
		s := p.scenarios[(n+begin)%scenarios]
		return play.Job{Impl: p.impl, Scenario: s.Scenario, Seed: seed, Repeat: repeated(s.place, int(seed%20))}
	}}
}

// tellEvery is how often a soak says that it goes on.
const tellEvery = 5 * time.Minute

// note takes in a run, and tells of a failure at once.
func (s *soaker) note(out play.Outcome, stderr io.Writer) {
	r := out.Result
	switch {
	case r.GraderError != "":
		s.lost = fmt.Sprintf("%s, seed %d: %s", r.Scenario, r.Seed, r.GraderError)
		return
	case r.Skipped != "":
		return
	}
	s.ended++
	if isNew := s.played[out.Impl].add(r); isNew {
		fmt.Fprintln(stderr, report.Printable(fmt.Sprintf("%s %s, seed %d: %s", filepath.Base(s.dirs[out.Impl]), r.Scenario,
			r.Seed, seen(r))))
	}
	s.state.saveNowAndThen(stderr)
}

// status is how the command ends.
func (s *soaker) status(ctx context.Context) error {
	failed := slices.ContainsFunc(s.played, func(p *soaked) bool { return p.failed() > 0 })
	switch {
	case s.lost != "":
		return exitStatus(statusGrader)
	case failed:
		return exitStatus(statusFailed)
	case ctx.Err() != nil:
		return exitStatus(statusInterrupted)
	case s.ended == 0:
		return fmt.Errorf("-for %v: no run has ended in that time", s.time)
	}
	return nil
}

func runs(n int) string {
	if n == 1 {
		return "1 run"
	}
	return strconv.Itoa(n) + " runs"
}
