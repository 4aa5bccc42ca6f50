// Command dslogs makes the logs of Raft servers readable: coloured by topic,
// filtered, and with a column for each server.
//
//	VERBOSE=1 go test -run 2A | dslogs -c 3
//	dslogs failed.log -c 5 -i TIMR,DROP -since 1.5s -until 3s
//	dslogs -f server.log --term 3-5 -s 0,2
//
// It reads files, or standard input. The format of the log is described in the
// package logline: lines such as
//
//	000123 VOTE S2 grants its vote to S0 in T4
//
// with times in units of 0.1 ms, plain DPrintf lines, and whatever go test
// prints between them. A file of events, as grader replay -events writes it, is
// read as a log of them, with lines for what they mean. Without options the lines come out in the same format,
// so the output of dslogs is a log for dslogs.
//
// Lines marked with ? are not understood and printed as they are. Panics, data
// races, deadlocks and stacks stand in a frame of their own.
//
// The exit status is 0 if all was printed, 1 if reading or writing failed, and
// 2 if an option or a file is wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v3"
)

func main() {
	os.Exit(run(context.Background(), os.Args, env{
		stdin:  os.Stdin,
		stdout: os.Stdout,
		stderr: os.Stderr,
		getenv: os.Getenv,
	}))
}

// env is what run sees of the machine.
type env struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	getenv func(string) string
}

// A usageError is the user's to fix: exit status 2.
type usageError struct{ error }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// run is main with its surroundings as arguments; it returns the exit status.
func run(ctx context.Context, args []string, e env) int {
	err := command(e).Run(ctx, detach(args))
	if err == nil {
		return 0
	}
	fmt.Fprintf(e.stderr, "dslogs: %v\n", err)
	var usage usageError
	if errors.As(err, &usage) {
		return 2
	}
	return 1
}

// command describes the command line. The library takes flags with one dash or
// two, before and after the files.
func command(e env) *cli.Command {
	var s settings
	return &cli.Command{
		Name:            "dslogs",
		Usage:           "make the logs of Raft servers readable",
		UsageText:       "dslogs [options] [FILE...]        without a FILE, or for -, read standard input",
		Description:     description(),
		Flags:           flags(&s),
		HideHelpCommand: true,
		Writer:          e.stdout,
		ErrWriter:       e.stderr,
		// Errors come back from Run; the default ends the process.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
		OnUsageError: func(_ context.Context, _ *cli.Command, err error, _ bool) error {
			return sentence(err)
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			if err := s.check(); err != nil {
				return err
			}
			return show(ctx, &s, c.Args().Slice(), e)
		},
	}
}
