package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/report"
	"raftlab/grader/internal/submission"
	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/recipe"
	"raftlab/src/record"
	"raftlab/src/sim"
)

func replayCommand() *cli.Command {
	return &cli.Command{
		Name:      "replay",
		Usage:     "repeat one simulated run and show all that happened in it",
		ArgsUsage: "DIR SCENARIO RECIPE",
		Description: "A RECIPE is the run's seed, or that and points of virtual time from which on all that is random is\n" +
			"drawn from other seeds, such as 7@1.5s:33@2.1s:9, as grader search names them.",
		Flags: append([]cli.Flag{
			labFlag(),
			baseFlag(),
			&cli.StringFlag{Name: "log", Usage: "write the log to this `file` instead of showing it"},
			&cli.BoolFlag{
				Name:        "schedule",
				Value:       true,
				DefaultText: "true",
				Usage:       "let the seed vary the order of goroutines, as in the run that is repeated",
			},
			&cli.BoolFlag{Name: "c", Usage: "show a column for each server"},
			&cli.DurationFlag{
				Name: "around",
				Usage: "show only what happened within this virtual `time` before and after the failure, " +
					"such as 200ms",
				HideDefault: true,
			},
			&cli.StringFlag{
				Name:  "servers",
				Usage: "show only what these `servers` and the harness say, such as 4,2,1 or 0-2",
			},
		}, replayFileFlags()...),
		Action: replay,
	}
}

func replay(ctx context.Context, cmd *cli.Command) error {
	args := cmd.Args().Slice()
	if len(args) != 3 {
		return errors.New("grader replay takes a directory, the name of a scenario and a seed or a recipe, such as: " +
			"grader replay impls/ticker-timer ReElection 7")
	}
	l, scenario, err := byName(cmd, args[1], args[0])
	if err != nil {
		return err
	}
	drawn, err := recipe.Parse(args[2])
	if err != nil {
		return err
	}
	files, err := newReplayFiles(cmd, args[0], drawn)
	if err != nil {
		return err
	}
	show, err := newDisplay(cmd, scenario, !files.wanted())
	if err != nil {
		return err
	}
	work, remove, err := workDir(replayWork)
	if err != nil {
		return err
	}
	defer remove()
	var players []*player
	dirs := []string{args[0]}
	if files.other && files.dir != args[0] {
		dirs = append(dirs, files.dir)
	}
	for i, dir := range dirs {
		impl, err := find(ctx, dir, l, cmd.String("raft"))
		if err != nil {
			return err
		}
		players = append(players, &player{impl: impl, scenario: scenario, schedule: cmd.Bool("schedule"),
			work: filepath.Join(work, strconv.Itoa(i))})
	}
	kit, err := newKit(ctx, work, cmd.Root().ErrWriter)
	if err != nil {
		return err
	}
	for _, p := range players {
		unload, err := p.build(ctx, kit)
		defer unload()
		switch {
		case ctx.Err() != nil:
			return exitStatus(statusInterrupted)
		case err != nil && !isSubmissionError(err):
			return graderError{err}
		case err != nil:
			return err
		}
	}

	out, err := show.begin(work)
	if err != nil {
		return err
	}
	box.CollectBetweenTurns() // so that a server that loops can be stopped
	res := players[0].play(drawn, sim.Options{Log: out, Record: files.wanted()})
	if err := show.end(res.Failure); err != nil {
		return err
	}
	if files.wanted() {
		again := options{self: selfOf(cmd), base: cmd.String("raft"), builder: builder{clock: "sim",
			schedule: cmd.Bool("schedule")}}
		command := func(dir string, drawn recipe.Recipe) string {
			return again.replay(report.Impl{Dir: dir}, scenario.Name, drawn)
		}
		runs := []replayed{{players[0].record(res, files), command(args[0], drawn)}}
		if files.other {
			p := players[len(players)-1]
			other := p.play(files.drawn, sim.Options{Record: true})
			runs = append(runs, replayed{p.record(other, files), command(files.dir, files.drawn)})
		}
		if err := files.write(runs...); err != nil {
			return err
		}
	}
	w := cmd.Root().Writer
	if files.onStdout() {
		w = cmd.Root().ErrWriter
	}
	fmt.Fprintf(w, "\n%s %s seed %v: %s\n", args[0], scenario.Name, drawn, report.Printable(verdict(res.Result)))
	fmt.Fprintf(w, "trace %016x, of %s, %s and this grader\n", res.Trace, players[0].fingerprint, runtime.Version())
	if files.html != "" {
		fmt.Fprintf(w, "page:  %s\n", files.html)
	}
	if res.Failure != nil {
		return exitStatus(statusFailed)
	}
	return nil
}

// A player plays runs of a scenario of one implementation in this process.
type player struct {
	impl     implementation
	scenario *lab.Scenario
	schedule bool
	work     string // the directory for its files; build makes it

	module      *box.Module
	fingerprint string
}

// build builds the program that is played. unload is to be called in the end, whatever comes of it. An error is the
// submission's or, if it is not that, the grader's.
func (p *player) build(ctx context.Context, kit submission.Tools) (unload func(), err error) {
	unload = func() {}
	if err := os.Mkdir(p.work, 0o755); err != nil {
		return unload, err
	}
	wasm, err := buildBox(ctx, kit, p.impl, p.work)
	if err != nil {
		return unload, err
	}
	p.fingerprint = sim.Fingerprint(wasm)
	module := filepath.Join(p.work, "box.wasm")
	if err := os.WriteFile(module, wasm, 0o644); err != nil {
		return unload, err
	}
	m, loaded, err := loadModule(module, cached(codeCache, wasm))
	if err != nil {
		return unload, err
	}
	p.module = m
	return loaded, nil
}

// record returns the recording of a run that was played, with what the files show of it.
func (p *player) record(first sim.Result, files *replayFiles) *record.Recording {
	if !files.paged() {
		return first.Recording
	}
	return withStates(first, files.states, sim.Options{}, func(opt sim.Options) sim.Result {
		return p.play(first.Recipe(), opt)
	})
}

// play plays the run of a recipe.
func (p *player) play(drawn recipe.Recipe, opt sim.Options) sim.Result {
	opt.Schedule = p.schedule
	l := p.impl.lab
	run := l.Run(p.scenario, drawn.Seed, p.impl.edition())
	run.Branches = drawn.Branches
	res := sim.Play(p.module, run, opt)
	if res.Recording != nil {
		named(res.Recording, l, p.impl.name)
	}
	return res
}

func verdict(r cluster.Result) string {
	switch {
	case r.Failure != nil:
		return "FAIL: " + r.Failure.Error()
	case r.Skipped != "":
		return "skipped: " + r.Skipped
	default:
		return fmt.Sprintf("pass after %v", r.Virtual)
	}
}

// byName returns the scenario with a name, in upper or lower case, and its lab: the lab that -lab names or that dir is
// written for or, if neither is known, the first lab with such a scenario.
func byName(cmd *cli.Command, name, dir string) (*lab.Lab, *lab.Scenario, error) {
	labs := lab.All()
	if cmd.String("lab") != "" || labIn(dir) != "" {
		l, err := labOf(cmd, dir)
		if err != nil {
			return nil, nil, err
		}
		labs = []*lab.Lab{l}
	}
	for _, l := range labs {
		for i, s := range l.Scenarios {
			if strings.EqualFold(s.Name, name) {
				return l, &l.Scenarios[i], nil
			}
		}
	}
	return nil, nil, fmt.Errorf("there is no scenario %q; grader list shows all", name)
}
