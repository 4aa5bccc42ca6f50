package main

import (
	"fmt"

	"github.com/urfave/cli/v3"

	"raftlab/src/record"
	"raftlab/src/sim"
)

// With how many events of a run, the last ones, it is written down what servers hold in memory, unless -states says
// otherwise: when one run is looked at, and when many are graded.
const (
	replayStates = 2000
	gradeStates  = 500
)

func statesFlag(usual int) cli.Flag {
	return &cli.IntFlag{
		Name:  "states",
		Value: usual,
		Usage: "show in pages what servers held in memory, with the last `N` events of a run; 0 is none",
	}
}

// checkStates returns the value of the flag.
func checkStates(cmd *cli.Command) (int, error) {
	n := cmd.Int("states")
	if n < 0 {
		return 0, fmt.Errorf("-states %d: must be at least 0", n)
	}
	return n, nil
}

// withStates returns the recording of a run with what servers hold in memory from its nth last event on, or as it is if
// that cannot be had. For that the run is played again: how many events there are is known only in the end. The events
// count that come before the finding, if there is one; if it was found long after what it is about, as it is of
// histories, those that come before that.
func withStates(first sim.Result, n int, opt sim.Options, play func(sim.Options) sim.Result) *record.Recording {
	rec := first.Recording
	if rec == nil || n == 0 || usedUp(first) {
		return rec
	}
	last := rec.Dropped + len(rec.Events)
	if f := rec.Finding; f != nil {
		last = f.Event
		if about := contradiction(f); about > 0 && about <= last-n {
			last, opt.InspectTo = about, about
		}
	}
	opt.Record, opt.InspectFrom = true, max(1, last-n+1)
	if second := play(opt); second.Trace == first.Trace {
		return second.Recording
	}
	return rec
}

// contradiction is the last event of a story that contradicts others; 0 if there is none.
func contradiction(f *record.Finding) (event int) {
	for _, c := range f.Story {
		if c.Part == record.Contradicts {
			event = max(event, c.Event)
		}
	}
	return event
}
