package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/urfave/cli/v3"
)

// Limits are the flags that grader run and grader gotest have in common.
type limits struct {
	count    int
	parallel int
	memory   int64         // of a box, in bytes
	turn     time.Duration // what a box may compute without waiting
	timeout  time.Duration
}

const (
	// maxCount is what -count may be: the runs of a class can then be counted.
	maxCount = 1_000_000_000

	// minTurn is the shortest that -turn may be: guards look ten times in a turn.
	minTurn = 10 * time.Millisecond
)

// parseLimits checks the flags. perProcessor is for [parseParallel].
func parseLimits(cmd *cli.Command, perProcessor int) (l limits, err error) {
	l = limits{
		count:   cmd.Int("count"),
		memory:  cmd.Int64("memory") << 20,
		turn:    cmd.Duration("turn"),
		timeout: cmd.Duration("timeout"),
	}
	switch {
	case l.count < 1:
		return l, fmt.Errorf("-count %d: must be at least 1", l.count)
	case l.count > maxCount:
		return l, fmt.Errorf("-count %d: must be at most %d", l.count, maxCount)
	case l.memory < 16<<20 || l.memory > 4<<30:
		return l, fmt.Errorf("-memory %d: must be from 16 to 4096 MiB", l.memory>>20)
	case l.turn < minTurn:
		return l, fmt.Errorf("-turn %v: must be at least %v", l.turn, minTurn)
	case l.timeout <= 0:
		return l, fmt.Errorf("-timeout %v: must be more than 0", l.timeout)
	}
	l.parallel, err = parseParallel(cmd, perProcessor)
	return l, err
}

// parseParallel is how many runs -parallel allows at a time: perProcessor for each processor if it was not given.
func parseParallel(cmd *cli.Command, perProcessor int) (int, error) {
	switch n := cmd.Int("parallel"); {
	case n < 0:
		return 0, fmt.Errorf("-parallel %d: must be at least 1", n)
	case n == 0:
		return perProcessor * runtime.GOMAXPROCS(0), nil
	default:
		return n, nil
	}
}
