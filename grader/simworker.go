package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync/atomic"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/page"
	"raftlab/grader/internal/report"
	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/lab/jobs"
	"raftlab/src/record"
	"raftlab/src/sim"
)

// simWorker is the command by which the grader starts itself as a worker that simulates: what a guest could do to the
// process it runs in, it does to one that can be killed.
const simWorker = "sim-worker"

func simWorkerCommand() *cli.Command {
	return &cli.Command{
		Name:   simWorker,
		Hidden: true,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "module", Required: true, Usage: "the `file` of the box's program"},
			labFlag(),
			&cli.StringFlag{Name: "name", Usage: "what recordings call the implementation"},
			&cli.StringFlag{Name: "edition", Usage: "the `name` of the edition that the submission was written for"},
			&cli.StringFlag{Name: "cache", Usage: "the `directory` of compiled programs"},
			&cli.BoolFlag{Name: "schedule", Usage: "seeds vary the order of goroutines"},
			&cli.Int64Flag{Name: "memory", Usage: "a server's memory limit in bytes"},
			&cli.StringFlag{
				Name: "check",
				Usage: "compile the program for all workers to come, write what they start from to this " +
					"`file`, and end",
			},
			&cli.DurationFlag{Name: "turn", Usage: "a server's limit without waiting"},
			&cli.BoolFlag{Name: "blind", Usage: "what only monitors see is no failure"},
			&cli.BoolFlag{Name: "logs", Usage: "log all runs that fail, also those that fail alike"},
			statesFlag(gradeStates),
		},
		Action: func(_ context.Context, cmd *cli.Command) error {
			if to := cmd.String("check"); to != "" {
				err := translate(cmd.String("module"), cmd.String("cache"), to)
				if err != nil && !errors.Is(err, box.ErrModule) {
					return graderError{err}
				}
				return err
			}
			m, unload, err := loadModule(cmd.String("module"), cmd.String("cache"))
			if err != nil {
				return err
			}
			defer unload()
			l, err := labOf(cmd)
			if err != nil {
				return err
			}
			s := &simulator{
				lab:     l,
				name:    cmd.String("name"),
				edition: cmd.String("edition"),
				module:  m,
				options: sim.Options{
					Schedule: cmd.Bool("schedule"),
					Memory:   cmd.Int64("memory"),
					Turn:     cmd.Duration("turn"),
					Progress: new(atomic.Int64),
				},
				blind:   cmd.Bool("blind"),
				allLogs: cmd.Bool("logs"),
				states:  cmd.Int("states"),
				logged:  make(map[string]map[string]uint64),
				closely: make(map[string]bool),
			}
			s.playOnce = s.run
			box.CollectBetweenTurns()
			return jobs.Serve(l, s.play, s.options.Progress.Load)
		},
	}
}

// translate compiles a program into the cache and writes what is needed besides to a file.
func translate(module, cache, to string) error {
	debug.SetGCPercent(translationGC)
	wasm, err := os.ReadFile(module)
	if err != nil {
		return fmt.Errorf("the program of a box: %w", err)
	}
	prepared, err := box.Prepare(wasm)
	if err != nil {
		return err
	}
	if err := os.WriteFile(to, prepared, 0o666); err != nil {
		return err
	}
	_, unload, err := loadModule(to, cache)
	if err != nil {
		return err
	}
	unload()
	return nil
}

// translationGC is GOGC for the process that translates a program: a seventh less time, and as much memory at most.
const translationGC = 400

// loadModule loads the program of a box from a file. cache is the directory of compiled programs.
func loadModule(file, cache string) (m *box.Module, unload func(), err error) {
	wasm, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, fmt.Errorf("the program of a box: %w", err)
	}
	e, err := box.NewEngine(cache)
	if err != nil {
		return nil, nil, err
	}
	if m, err = e.Load(wasm); err != nil {
		e.Close()
		return nil, nil, err
	}
	return m, func() {
		m.Close()
		e.Close()
	}, nil
}

// A simulator plays runs of one implementation.
type simulator struct {
	lab     *lab.Lab
	name    string // of the implementation
	edition string
	module  *box.Module
	options sim.Options

	playOnce func(*lab.Scenario, jobs.Job, sim.Options) sim.Result

	blind   bool // see cluster.Config.Blind
	allLogs bool
	states  int                          // see statesFlag
	closely map[string]bool              // what failures have in common of which one was played with states
	logged  map[string]map[string]uint64 // the lowest seed, by scenario and what failures have in common
}

// play plays a job. A run that fails is played again with its log on standard error, and written down: the first time
// neither was done. Of those that fail alike the one with the lowest seed is enough. But one that took too long is played
// again in any case, and has failed for that only if it takes too long again: the system may count as a process' time what
// it was kept waiting for, as where a virtual machine stands still.
func (s *simulator) play(scenario *lab.Scenario, job jobs.Job) (p jobs.Played, spoilt bool) {
	first := s.playOnce(scenario, job, s.options)
	p = jobs.Played{Result: first.Result, Trace: first.Trace}
	spoilt = usedUp(first) // what was under way is left in this process
	again := s.options
	if first.Failure != nil && s.wantsLog(scenario, job.Seed, *first.Failure) {
		log := newRunLog(os.Stderr)
		defer log.close()
		again.Log, again.Record = log, true
	}
	if again.Log == nil {
		p.Files = nil // they go beside the log
	}
	if !job.Repeat && again.Log == nil && !timedOut(first) {
		return p, spoilt
	}
	if usedUp(first) { // this one is for the log, and to be sure
		again.Turn /= 5
		again.Brief = first.Flood
	}
	replay := func(opt sim.Options) sim.Result {
		return s.playOnce(scenario, job, opt)
	}
	second := replay(again)
	spoilt = spoilt || usedUp(second)
	switch {
	case timedOut(first) && !usedUp(second):
		p.Result, p.Trace = second.Result, second.Trace
		if again.Log == nil {
			p.Files = nil
		}
	case second.Trace != first.Trace && !usedUp(first) && !usedUp(second):
		p.Failure = differs(first, second)
	}
	if rec := second.Recording; rec != nil && rec.Finding != nil {
		if s.firstOfKind(*second.Failure) {
			rec = withStates(second, s.states, s.options, replay)
		}
		p.Recording = page.Pack(named(rec, s.lab, s.name))
	}
	return p, spoilt
}

// run plays a run once.
func (s *simulator) run(scenario *lab.Scenario, job jobs.Job, opt sim.Options) sim.Result {
	r := s.lab.Run(scenario, job.Seed, s.edition)
	r.Branches, r.Coverage = job.Branches, job.Coverage
	r.Blind = s.blind
	return sim.Play(s.module, r, opt)
}

// named says whose run it is that was written down.
func named(rec *record.Recording, l *lab.Lab, implementation string) *record.Recording {
	rec.Lab, rec.Implementation = l.Name, implementation
	return rec
}

// wantsLog reports whether a failure is to be logged, and notes that it is: of kinds that the report does not keep
// there need be no logs.
func (s *simulator) wantsLog(scenario *lab.Scenario, seed uint64, f cluster.Failure) bool {
	if s.allLogs {
		return true
	}
	kinds := s.logged[scenario.Name]
	if kinds == nil {
		kinds = make(map[string]uint64)
		s.logged[scenario.Name] = kinds
	}
	alike := report.Alike(f)
	lowest, known := kinds[alike]
	if known && seed >= lowest || !known && len(kinds) >= report.MostGroups {
		return false
	}
	kinds[alike] = seed
	return true
}

// firstOfKind reports whether no failure like this one was looked at closely, in whatever scenario: that takes a third
// play, and the report shows the first of each kind.
func (s *simulator) firstOfKind(f cluster.Failure) bool {
	alike := report.Alike(f)
	if s.closely[alike] || len(s.closely) >= report.MostGroups {
		return false
	}
	s.closely[alike] = true
	return true
}

// usedUp reports whether a run was ended because it took too much time or memory. How much it computes in some time
// differs from machine to machine, and how much memory it has left to take, by whether it logs.
func usedUp(r sim.Result) bool {
	return timedOut(r) || r.Failure != nil && r.Failure.Kind == cluster.Resource
}

func timedOut(r sim.Result) bool { return r.Failure != nil && r.Failure.Kind == cluster.Timeout }

// differs is what comes of a run whose seed gave two. What the first of them was failed for it is failed for: who fails
// only where the log is read, or only where it is not, fails.
func differs(first, second sim.Result) *cluster.Failure {
	traces := fmt.Sprintf("the same run has the traces %016x and %016x", first.Trace, second.Trace)
	if f := first.Failure; f != nil {
		return &cluster.Failure{
			Kind: f.Kind,
			Message: f.Message + "\nThe repetition of this run went another way, so the log may not show this " +
				"failure (grader explain nondeterminism): " + traces,
			At: f.At,
		}
	}
	if f := second.Failure; f != nil {
		traces += fmt.Sprintf("; the second of them failed:\n%v", f)
	}
	return &cluster.Failure{Kind: cluster.Nondeterminism, Message: traces, At: first.Virtual}
}
