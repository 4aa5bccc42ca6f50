package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/elect"
	"raftlab/grader/internal/pool"
	"raftlab/grader/internal/report"
	"raftlab/src/sim"
)

func electCommand() *cli.Command {
	return &cli.Command{
		Name:      "elect",
		Usage:     "measure how implementations of Raft elect leaders",
		ArgsUsage: "[DIR...]",
		Description: "Crashes leader after leader, by default with each implementation's own timing, and says how long\n" +
			"it takes until there is another. What it prints depends on the seed alone.\n" +
			"docs/elections.md has what there is to find.",
		Flags: []cli.Flag{
			&cli.StringFlag{
				Name: "timeout",
				Usage: "have election timeouts drawn from `MIN-MAX`, in ms, as 150-300, by those that take their timing " +
					"from the contract",
			},
			&cli.DurationFlag{
				Name: "heartbeat", DefaultText: "half of MIN",
				Usage: "how often leaders speak (with -timeout)",
			},
			&cli.DurationFlag{
				Name: "poll", DefaultText: "their own",
				Usage: "how long those sleep that poll (with -timeout or -figure16)",
			},
			&cli.StringFlag{
				Name: "latency", Value: defaultLatency,
				Usage: "what a `REQUEST+REPLY` take; one time is divided evenly",
			},
			&cli.FloatFlag{Name: "loss", Usage: "the `part` of requests, and of replies, that is lost, from 0 to 0.9"},
			&cli.IntFlag{Name: "servers", Value: 5, Usage: "how many servers there are"},
			&cli.IntFlag{
				Name: "count", Value: 1000,
				Usage: "how many leaders are crashed",
			},
			&cli.IntFlag{
				Name: "starts", DefaultText: "as many",
				Usage: "how often all servers start, and are watched for 2 s once there is a leader",
			},
			&cli.DurationFlag{
				Name: "limit", Value: 10 * time.Second,
				Usage: "how long a trial waits for a leader, in virtual time",
			},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "what decides all that is random"},
			&cli.BoolFlag{Name: "figure16", Usage: "repeat Figure 16 of the Raft paper, with its timeouts and heartbeats"},
			&cli.BoolFlag{
				Name: "schedule", Value: true, DefaultText: "true",
				Usage: "let the seed also vary the scheduling of goroutines within servers",
			},
			&cli.IntFlag{Name: "parallel", Usage: "runs at a time", DefaultText: "one per processor"},
			&cli.StringFlag{Name: "csv", Usage: "write each trial to this `file`"},
			&cli.StringFlag{Name: "json", Usage: "write what the table says to this `file`"},
			&cli.StringFlag{Name: "svg", Usage: "draw the distributions into this `file`"},
			&cli.StringFlag{Name: "html", Usage: "write a page for a browser to this `file`: the drawing and the tables"},
		},
		Action: runElect,
	}
}

func runElect(ctx context.Context, cmd *cli.Command) error {
	o, err := parseElect(cmd)
	if err != nil {
		return err
	}
	stdout, stderr := cmd.Root().Writer, cmd.Root().ErrWriter
	for _, f := range o.files { // nothing is played if there is no place for it
		if err := canWrite(f.name); err != nil {
			return fmt.Errorf("-%s %s: %w", f.flag, f.name, err)
		}
	}
	impls, remove, err := o.build(ctx, stderr)
	defer remove()
	switch {
	case ctx.Err() != nil:
		return exitStatus(statusInterrupted)
	case err != nil:
		return err
	}
	progress := newElectProgress(stderr)
	rows := elect.Play(ctx, pool.Options{Parallel: o.parallel, Boxed: true, Compute: compute(sim.DefaultTurn)}, impls,
		o.experiments, o.seed, progress.update)
	if ctx.Err() != nil {
		return exitStatus(statusInterrupted)
	}
	o.show(stdout, stderr, rows)
	for _, f := range o.files {
		if err := replace(f.name, func(w io.Writer) error { return f.write(w, rows) }); err != nil {
			return fmt.Errorf("-%s %s: %w", f.flag, f.name, err)
		}
	}
	return electStatus(rows)
}

// show writes the tables and the distributions, and on stderr what is not the same everywhere.
func (o electOptions) show(stdout, stderr io.Writer, rows []elect.Row) {
	io.WriteString(stdout, o.text(rows))
	elect.CPU(stderr, rows)
}

// text is the tables and the distributions.
func (o electOptions) text(rows []elect.Row) string {
	var text strings.Builder
	if o.figure16 {
		elect.Figure16Table(&text, rows)
		text.WriteString("\n")
		elect.Figure16Blocks(&text, rows)
	} else {
		elect.Table(&text, rows)
		text.WriteString("\n")
		elect.Distributions(&text, rows)
	}
	return report.Printable(text.String())
}

// electStatus is how the command ends.
func electStatus(rows []elect.Row) error {
	status := 0
	for _, r := range rows {
		switch {
		case r.Lost != "":
			return exitStatus(statusGrader)
		case len(r.Failures) > 0:
			status = statusFailed
		}
	}
	if status != 0 {
		return exitStatus(status)
	}
	return nil
}

// build builds all implementations. One that cannot be built is the end of it: a comparison lacks it.
func (o electOptions) build(ctx context.Context, stderr io.Writer) (impls []elect.Impl, remove func(), err error) {
	work, remove, err := workDir(electWork)
	if err != nil {
		return nil, remove, err
	}
	b := builder{clock: "sim", schedule: o.schedule, memory: defaultMemory << 20, turn: sim.DefaultTurn}
	if b.kit, err = newKit(ctx, work, stderr); err != nil {
		return nil, remove, err
	}
	names := make(map[string]int)
	for i, dir := range o.dirs {
		fmt.Fprintf(stderr, "building %s\n", dir)
		impl, err := find(ctx, dir, o.lab, ownBase)
		if err != nil {
			return nil, remove, err
		}
		command, err := b.build(ctx, impl, filepath.Join(work, strconv.Itoa(i)))
		switch {
		case err == nil:
		case isSubmissionError(err) || ctx.Err() != nil:
			return nil, remove, err
		default:
			return nil, remove, graderError{err}
		}
		command[1] = electWorker // which takes the flags of a worker that plays scenarios
		name := impl.name
		if names[impl.name]++; names[impl.name] > 1 {
			name = fmt.Sprintf("%s (%d)", name, names[impl.name])
		}
		impls = append(impls, elect.Impl{Name: name, Command: command})
	}
	return impls, remove, nil
}

// An electProgress says now and then how far it is.
type electProgress struct {
	w     io.Writer
	shown time.Time
}

func newElectProgress(w io.Writer) *electProgress { return &electProgress{w: w, shown: time.Now()} }

// electEvery is how often that is.
const electEvery = 5 * time.Second

func (p *electProgress) update(runs, total int) {
	if now := time.Now(); now.Sub(p.shown) >= electEvery && runs < total {
		p.shown = now
		fmt.Fprintf(p.w, "%d %% of the elections\n", 100*runs/total)
	}
}
