package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/corpus"
	"raftlab/grader/internal/pool"
	"raftlab/grader/internal/report"
	"raftlab/src/lab"
	"raftlab/src/sim"
)

// corpusCommand is how the grader itself is graded: by checkouts of which it is known what is true.
func corpusCommand() *cli.Command {
	return &cli.Command{
		Name:      "corpus",
		Usage:     "compare the grader with what is known to be true of many checkouts",
		ArgsUsage: "DIR | RESULTS.json...",
		Flags: []cli.Flag{
			&cli.StringFlag{
				Name: "truth",
				Usage: "the `file` that says what is true of each checkout; without it, the table ends with " +
					"entries to start such a file from",
			},
			labFlag(),
			runFlag(),
			&cli.IntFlag{Name: "classic", Value: 5, Usage: "runs of each classic scenario"},
			&cli.IntFlag{Name: "strict", Value: 3, Usage: "runs of each strict scenario"},
			&cli.IntFlag{Name: "parallel", Usage: "runs at a time", DefaultText: "one per processor"},
			stateFlag(),
			logsFlag(),
		},
		Action: compareCorpus,
	}
}

func compareCorpus(ctx context.Context, cmd *cli.Command) error {
	l, err := labOf(cmd)
	if err != nil {
		return err
	}
	truthFile, truth := cmd.String("truth"), corpus.Truth{}
	if truthFile != "" {
		data, err := os.ReadFile(truthFile)
		if err != nil {
			return fmt.Errorf("-truth: %w", err)
		}
		if truth, err = corpus.ParseTruth(truthFile, data, l); err != nil {
			return err
		}
	}
	results, err := corpusResults(ctx, cmd)
	if err != nil {
		return err
	}
	c := corpus.Compare(results, truth)
	if err := c.Markdown(cmd.Root().Writer, truthFile, l); err != nil {
		return err
	}
	switch {
	case results.GraderFailed():
		return exitStatus(statusGrader)
	case c.Accused():
		return exitStatus(statusFailed)
	case ctx.Err() != nil:
		return exitStatus(statusInterrupted)
	}
	return nil
}

// corpusResults plays the checkouts of a directory, or reads what grader run has written of them.
func corpusResults(ctx context.Context, cmd *cli.Command) (corpus.Results, error) {
	args := cmd.Args().Slice()
	var results corpus.Results
	for _, file := range args {
		if !strings.HasSuffix(file, ".json") {
			continue
		}
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		err = results.Read(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	switch {
	case results != nil && !slices.ContainsFunc(args, func(a string) bool { return !strings.HasSuffix(a, ".json") }):
		return results, nil
	case len(args) != 1 || args[0] == "" || results != nil:
		return nil, errors.New("name one directory whose subdirectories are checkouts, or files of results from " +
			"grader run -json")
	}
	return playCorpus(ctx, cmd, args[0])
}

// playCorpus plays each checkout of a directory, the classic scenarios of all of them before the strict ones.
func playCorpus(ctx context.Context, cmd *cli.Command, dir string) (results corpus.Results, err error) {
	counts := map[lab.Tier]int{lab.Classic: cmd.Int("classic"), lab.Strict: cmd.Int("strict")}
	for tier, count := range counts {
		if count < 0 || count > maxCount {
			return nil, fmt.Errorf("-%s %d: must be from 0 to %d", tier, count, maxCount)
		}
	}
	o := options{
		base: ownBase,
		self: selfOf(cmd), began: now(), seed: 1, logs: cmd.String("logs"), state: cmd.String("state"),
		outputs: &outputs{},
		builder: builder{clock: "sim", schedule: true, memory: defaultMemory << 20, turn: sim.DefaultTurn},
		pool:    pool.Options{Timeout: defaultTimeout, Boxed: true, Compute: compute(sim.DefaultTurn)},
	}
	if o.pool.Parallel, err = parseParallel(cmd, 1); err != nil {
		return nil, err
	}
	if o.lab, err = labOf(cmd); err != nil {
		return nil, err
	}
	if o.scenarios, err = o.lab.Select(cmd.String("run")); err != nil {
		return nil, err
	}
	if o.dirs, err = checkouts(dir); err != nil {
		return nil, err
	}
	stdout, stderr := cmd.Root().Writer, cmd.Root().ErrWriter
	state, err := openState(o.state)
	if err != nil {
		return nil, err
	}
	defer state.close()
	impls, built, remove, err := prepare(ctx, &o, stderr)
	defer remove()
	if err != nil {
		return nil, err
	}
	for _, tier := range []lab.Tier{lab.Classic, lab.Strict} {
		t := o
		t.count = counts[tier]
		t.scenarios = slices.DeleteFunc(slices.Clone(o.scenarios), func(s lab.Scenario) bool { return s.Tier != tier })
		if t.count == 0 || len(t.scenarios) == 0 {
			continue
		}
		var plans []*plan
		for _, p := range built {
			plans = append(plans, t.plan(p.impl, impls[p.impl], p.command))
		}
		rep := report.New(t.reported(impls))
		if err := t.resume(state, plans, rep, stderr); err != nil {
			return nil, err
		}
		t.play(ctx, plans, state, rep, stdout, stderr)
		var document bytes.Buffer
		if err := errors.Join(rep.JSON(&document), results.Read(&document)); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// checkouts are the directories in a directory.
func checkouts(dir string) (dirs []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			dirs = append(dirs, filepath.Join(dir, e.Name()))
		}
	}
	if len(dirs) == 0 {
		return nil, fmt.Errorf("%s: there are no subdirectories; each must be a checkout", dir)
	}
	return dirs, nil
}
