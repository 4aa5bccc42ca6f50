package main

import (
	"context"
	"sync/atomic"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/elect"
	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/sim"
	"raftlab/src/worker"
)

// electWorker is the command by which the grader starts itself as a worker that holds elections.
const electWorker = "elect-worker"

func electWorkerCommand() *cli.Command {
	return &cli.Command{
		Name:   electWorker,
		Hidden: true,
		Flags:  simWorkerCommand().Flags,
		Action: func(_ context.Context, cmd *cli.Command) error {
			m, unload, err := loadModule(cmd.String("module"), cmd.String("cache"))
			if err != nil {
				return err
			}
			defer unload()
			options := sim.Options{
				Schedule: cmd.Bool("schedule"),
				Brisk:    true,
				Memory:   cmd.Int64("memory"),
				Turn:     cmd.Duration("turn"),
				Progress: new(atomic.Int64),
			}
			box.CollectBetweenTurns()
			return worker.Serve(func(j elect.Job) (d worker.Done[elect.Answer], err error) {
				d.Answer, err = elect.Run(func(r *cluster.Run) sim.Result {
					res := sim.Play(m, r, options)
					d.Spoilt = usedUp(res)
					return res
				}, j)
				return d, err
			}, options.Progress.Load)
		},
	}
}
