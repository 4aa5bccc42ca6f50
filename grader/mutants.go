package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/internal/mutants"
	"raftlab/src/lab"
	"raftlab/src/sim"
)

// mutantsDir is the directory of the module with the mutants.
const mutantsDir = "grader/testdata/mutants"

func mutantsCommand() *cli.Command {
	return &cli.Command{
		Name:  "mutants",
		Usage: "see which of the known bugs the suite finds, and what that takes",
		Description: "Puts each bug of " + mutantsDir + " into the implementation that it is for, and plays all\n" +
			"scenarios with one seed, then with the next, until one of them fails. It needs a clone of this project.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "run", Usage: "only mutants whose names match this regular `expression`, as ^raft/vote"},
			&cli.StringFlag{Name: "scenarios", Usage: "only scenarios whose names match this regular `expression`"},
			&cli.IntFlag{Name: "count", Value: 20, Usage: "seeds that a mutant must survive"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "the first seed"},
			&cli.BoolFlag{
				Name:  "classic",
				Usage: "only Raft's mutants and the lab's own scenarios, which fail for what they themselves see: no monitors",
			},
			&cli.BoolFlag{
				Name: "search",
				Usage: "look for each mutant as grader search does: -count seeds of each scenario are then as many " +
					"runs, and -seed is also that of the search",
			},
			&cli.DurationFlag{
				Name:  "cpu",
				Usage: "processor `time` for the runs of a mutant, after which it has survived",
			},
			&cli.StringFlag{
				Name:  "state",
				Usage: "note in this `file` how far each mutant is, and go on from what it says",
			},
			&cli.IntFlag{Name: "parallel", Usage: "mutants at a time", DefaultText: "one per processor"},
			&cli.BoolFlag{Name: "markdown", Usage: "print the table in Markdown"},
		},
		Action: runMutants,
	}
}

// mutantOptions are the checked flags of grader mutants.
type mutantOptions struct {
	root     string // of the module
	mutants  []*mutants.Mutant
	only     *regexp.Regexp // names of scenarios
	count    int
	seed     uint64
	classic  bool
	search   bool
	most     time.Duration // of processor time for a mutant
	parallel int
	state    string
	markdown bool
}

func parseMutants(cmd *cli.Command) (o mutantOptions, err error) {
	o = mutantOptions{count: cmd.Int("count"), seed: cmd.Uint64("seed"), classic: cmd.Bool("classic"),
		search: cmd.Bool("search"), most: cmd.Duration("cpu"), state: cmd.String("state"), markdown: cmd.Bool("markdown")}
	chosen, err := regexp.Compile(cmd.String("run"))
	only, badScenarios := regexp.Compile(cmd.String("scenarios"))
	o.only = only
	switch {
	case cmd.Args().Present():
		return o, fmt.Errorf("grader mutants takes no arguments, got %q", cmd.Args().First())
	case err != nil:
		return o, fmt.Errorf("-run %s: must be a regular expression: %w", cmd.String("run"), err)
	case badScenarios != nil:
		return o, fmt.Errorf("-scenarios %s: must be a regular expression: %w", cmd.String("scenarios"), badScenarios)
	case o.most < 0 || cmd.IsSet("cpu") && o.most == 0:
		return o, fmt.Errorf("-cpu %v: must be more than 0", o.most)
	case o.count < 1 || o.count > maxCount:
		return o, fmt.Errorf("-count %d: must be 1 to %d", o.count, maxCount)
	}
	if o.parallel, err = parseParallel(cmd, 1); err != nil {
		return o, err
	}
	roots := clones()
	if len(roots) == 0 {
		return o, errors.New("the mutants are not in this program; use go run ./grader mutants in a clone of this project")
	}
	o.root = roots[0]
	all, err := mutants.All(o.root, mutantsDir)
	if err != nil {
		return o, err
	}
	o.mutants = slices.DeleteFunc(all, func(m *mutants.Mutant) bool {
		return !chosen.MatchString(m.Name) || o.classic && m.Lab != defaultLab
	})
	if len(o.mutants) == 0 {
		return o, fmt.Errorf("-run %s: none of the %d mutants is called so", cmd.String("run"), len(all))
	}
	return o, nil
}

func runMutants(ctx context.Context, cmd *cli.Command) error {
	o, err := parseMutants(cmd)
	if err != nil {
		return err
	}
	stdout, stderr := cmd.Root().Writer, cmd.Root().ErrWriter
	state, err := openMutantState(o.state)
	if err != nil {
		return err
	}
	defer state.close()
	work, remove, err := workDir(mutantWork)
	defer remove()
	if err != nil {
		return err
	}
	b := builder{clock: "sim", schedule: true, memory: defaultMemory << 20, turn: sim.DefaultTurn, blind: o.classic,
		fleeting: true}
	if b.kit, err = newKit(ctx, work, stderr); err != nil {
		return err
	}
	hunts, err := o.hunts(ctx, b)
	if err != nil {
		return err
	}
	o.hunt(ctx, hunts, work, state, stderr)
	if ctx.Err() != nil {
		if state != nil {
			fmt.Fprintf(stderr, "grader: interrupted; the same command continues from %s\n", o.state)
		}
		return exitStatus(statusInterrupted)
	}
	writeHunts(stdout, hunts, o.markdown)
	return errors.Join(state.failed(), huntStatus(hunts))
}

// hunts prepares what there is to play of each mutant.
func (o mutantOptions) hunts(ctx context.Context, b builder) (hunts []*hunt, err error) {
	found := make(map[string]implementation)
	own, err := ownFiles(o.root)
	if err != nil {
		return nil, graderError{err}
	}
	for _, m := range o.mutants {
		l, ok := lab.Find(m.Lab)
		if !ok {
			return nil, fmt.Errorf("%s: there is no lab %s", m.Name, m.Lab)
		}
		impl, ok := found[m.Implementation]
		if !ok {
			if impl, err = find(ctx, filepath.Join(o.root, m.Implementation), l, ownBase); err != nil {
				return nil, fmt.Errorf("%s: %w", m.Name, err)
			}
			found[m.Implementation] = impl
		}
		impl.overlay = m.Overlay
		scenarios := o.scenariosFor(l, m)
		if len(scenarios) == 0 {
			continue // it is of another lab
		}
		h := &hunt{mutant: m, impl: impl, builder: b, scenarios: scenarios, count: o.count, seed: o.seed,
			most: o.most}
		h.hunted = hunted{Mutant: m.Name, Program: own.with(m.Overlay, b.goVersion()), Classic: o.classic,
			Search: o.search, Only: o.only.String(), First: o.seed}
		hunts = append(hunts, h)
	}
	if len(hunts) == 0 {
		return nil, fmt.Errorf("-scenarios %s: no scenario of these mutants' labs is called so", o.only)
	}
	return hunts, nil
}

// hunt plays all of them, several at a time, and says what came of each.
func (o mutantOptions) hunt(ctx context.Context, hunts []*hunt, work string, state *mutantState, stderr io.Writer) {
	var wg sync.WaitGroup
	var mu sync.Mutex // of stderr
	free := make(chan struct{}, o.parallel)
	for i, h := range hunts {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			dir := filepath.Join(work, strconv.Itoa(i))
			h.goOn(ctx, dir, state)
			os.RemoveAll(dir)
			if ctx.Err() == nil {
				mu.Lock()
				defer mu.Unlock()
				fmt.Fprintf(stderr, "%s\n", h.line())
			}
		})
	}
	wg.Wait()
}

// huntStatus is how the command ends.
func huntStatus(hunts []*hunt) error {
	status := 0
	for _, h := range hunts {
		switch {
		case h.lost != "":
			return exitStatus(statusGrader)
		case h.harmless() != (h.Kill == nil):
			status = statusFailed
		}
	}
	if status != 0 {
		return exitStatus(status)
	}
	return nil
}
