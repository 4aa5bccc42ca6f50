package main

import (
	"context"
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
	"raftlab/src/record"
	"raftlab/src/sim"
)

func replayCommand() *cli.Command {
	return &cli.Command{
		Name:      "replay",
		Usage:     "repeat one simulated run and show all that happened in it",
		ArgsUsage: "DIR SCENARIO RECIPE, or DIR SCRIPT",
		Description: "A RECIPE is the run's seed, or that and points of virtual time from which on all that is random is\n" +
			"drawn from other seeds, such as 7@1.5s:33@2.1s:9, as grader search names them.",
		Flags: append([]cli.Flag{
			labFlag(),
			baseFlag(),
			mutantFlag(),
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
	t, err := parseTarget(cmd, true)
	if err != nil {
		return err
	}
	files, err := newReplayFiles(cmd, t)
	if err != nil {
		return err
	}
	show, err := newDisplay(cmd, t.scenario, !files.wanted())
	if err != nil {
		return err
	}
	work, remove, err := workDir(replayWork)
	if err != nil {
		return err
	}
	defer remove()
	var players []*player
	targets := []target{t}
	if files.other && (files.beside.dir != t.dir || files.beside.mutant != t.mutant) {
		targets = append(targets, files.beside)
	}
	for i, t := range targets {
		p, err := t.player(ctx, cmd, filepath.Join(work, strconv.Itoa(i)))
		if err != nil {
			return err
		}
		p.schedule = cmd.Bool("schedule")
		players = append(players, p)
	}
	kit, err := newKit(ctx, work, cmd.Root().ErrWriter)
	if err != nil {
		return err
	}
	for _, p := range players {
		unload, err := p.buildOrSay(ctx, kit)
		defer unload()
		if err != nil {
			return err
		}
	}

	out, err := show.begin(work)
	if err != nil {
		return err
	}
	box.CollectBetweenTurns() // so that a server that loops can be stopped
	res := players[0].play(t, sim.Options{Log: out, Record: files.wanted()})
	if err := show.end(res.Failure); err != nil {
		return err
	}
	if files.wanted() {
		again := options{self: selfOf(cmd), base: cmd.String("raft"), builder: builder{clock: "sim",
			schedule: cmd.Bool("schedule")}}
		runs := []replayed{{t, players[0].record(t, res, files), again.replayOf(t)}}
		if files.other {
			p := players[len(players)-1]
			other := p.play(files.beside, sim.Options{Record: true})
			runs = append(runs, replayed{files.beside, p.record(files.beside, other, files), again.replayOf(files.beside)})
		}
		if err := files.write(runs...); err != nil {
			return err
		}
	}
	w := cmd.Root().Writer
	if files.onStdout() {
		w = cmd.Root().ErrWriter
	}
	fmt.Fprintf(w, "\n%s %s: %s\n", t.name(), t.run(), report.Printable(verdict(res.Result)))
	if s := t.script; s != nil && s.Finding != "" && !strings.HasPrefix(finding(res.Result), s.Finding) {
		fmt.Fprintf(w, "when the script was written it was: %s; the program or the grader is another now\n",
			report.Printable(s.Finding))
	}
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

// buildOrSay builds, and returns what the command is to end with if that cannot be.
func (p *player) buildOrSay(ctx context.Context, kit submission.Tools) (unload func(), err error) {
	unload, err = p.build(ctx, kit)
	switch {
	case ctx.Err() != nil:
		err = exitStatus(statusInterrupted)
	case err != nil && !isSubmissionError(err):
		err = graderError{err}
	}
	return unload, err
}

// record returns the recording of a run that was played, with what the files show of it.
func (p *player) record(t target, first sim.Result, files *replayFiles) *record.Recording {
	if !files.paged() {
		return first.Recording
	}
	return withStates(first, files.states, sim.Options{}, func(opt sim.Options) sim.Result {
		return p.play(t, opt)
	})
}

// play plays a run of the player's implementation.
func (p *player) play(t target, opt sim.Options) sim.Result {
	opt.Schedule = p.schedule
	res := sim.Play(p.module, p.prepare(t), opt)
	if res.Recording != nil {
		named(res.Recording, p.impl.lab, p.impl.name)
	}
	return res
}

// prepare makes the run.
func (p *player) prepare(t target) *cluster.Run {
	scenario := *t.scenario
	if t.script != nil && t.script.Nodes > 0 {
		scenario.Nodes = scenario.Nodes[:t.script.Nodes]
	}
	run := p.impl.lab.Run(&scenario, t.drawn.Seed, p.impl.edition())
	run.Branches, run.Script = t.drawn.Branches, t.script
	return run
}

// finding is what was found in a run, on one line; "" if nothing was.
func finding(r cluster.Result) string {
	if r.Failure == nil {
		return ""
	}
	sentence, _, _ := strings.Cut(r.Failure.Message, "\n")
	return report.Printable(fmt.Sprintf("%s: %s", r.Failure.Kind, sentence))
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
