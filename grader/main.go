// Command grader runs a lab's scenarios against implementations, Raft's by default, and says who passes what.
//
//	grader run [flags] [DIR...]   grade the implementations in these directories, or all of impls/
//	grader list [flags]           list the scenarios and what each checks
//	grader replay DIR SCENARIO RECIPE   repeat one simulated run and show all that happened
//	grader shrink DIR SCENARIO RECIPE   make a run that fails as short as it can be
//	grader explain [NAME]         explain a promise of a protocol, or a kind of failure
//	grader gotest [flags] PATH    run a checkout's own tests in virtual time
//	grader elect [flags] [DIR...] measure how implementations of Raft elect leaders
//	grader search [flags] DIR     look for a failure with all seeds and branches of runs, for a time
//	grader soak [flags] [DIR...]  play new seeds for a given time, and say how rare a failure must be
//	grader mutants [flags]        see which of the known bugs the suite finds
//	grader grading                print the file that says what runs are worth
//	grader corpus [flags] DIR     compare the grader with what is true of a directory of checkouts
//	grader clean                  empty the cache of compiled programs
//	grader doctor                 look at what the grader needs: Go, cache, memory, disk
//	grader version                say what version this is
//
// Flags are written with one dash or two, before or after the directories. Exit status: 0 everything passed, 1
// something failed, 2 it could not grade something (a bad flag, a directory without a package, code that does not
// compile) or nothing failed and a file of results could not be written, 3 a submission or a run is not graded for a
// reason that is the grader's or its machine's, whatever came of the others, 130 it was interrupted before anything
// failed.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/report"
)

// The exit statuses.
const (
	statusFailed      = 1
	statusUsage       = 2
	statusGrader      = 3
	statusInterrupted = 130
)

func main() {
	os.Exit(grader(interruptible(), os.Args, os.Stdout, os.Stderr))
}

// interruptible returns a context that the first Ctrl-C ends. The second ends the process, whatever it is doing.
func interruptible() context.Context {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx
}

// grader runs the command line and returns the exit status.
func grader(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if os.Getenv("GITHUB_ACTIONS") == "true" {
		stdout, stderr = &workflowFilter{w: stdout}, &workflowFilter{w: stderr}
	}
	cmd := &cli.Command{
		Name:                  "grader",
		Usage:                 "grade Raft implementations, and those of other labs",
		Writer:                stdout,
		ErrWriter:             stderr,
		EnableShellCompletion: true,
		HideVersion:           true,
		ExitErrHandler:        func(context.Context, *cli.Command, error) {},
		Action:                unknownCommand,
		Commands: []*cli.Command{
			runCommand(), listCommand(), replayCommand(), explainCommand(), gotestCommand(), gradingCommand(),
			corpusCommand(), cleanCommand(), doctorCommand(), versionCommand(),
			electCommand(), mutantsCommand(), searchCommand(), shrinkCommand(), soakCommand(),
			simWorkerCommand(), gotestWorkerCommand(), electWorkerCommand(),
		},
	}
	configure(cmd)
	exe, _ := os.Executable() // "" is no program of go run's
	dir, _ := os.Getwd()
	cmd.Metadata = map[string]any{selfKey: newSelf(args, exe, dir)}
	err := cmd.Run(ctx, versionIsACommand(args))
	if err == nil {
		return 0
	}
	var status exitStatus
	if errors.As(err, &status) {
		return int(status)
	}
	fmt.Fprintf(stderr, "grader: %s\n", report.Printable(err.Error()))
	var ours graderError
	if errors.As(err, &ours) {
		return statusGrader
	}
	return statusUsage
}

// unknownCommand is what happens without a command, or with one that is none.
func unknownCommand(_ context.Context, cmd *cli.Command) error {
	if name := cmd.Args().First(); name != "" {
		var names []string
		for _, c := range cmd.VisibleCommands() {
			names = append(names, c.Name)
		}
		return fmt.Errorf("there is no command %q; the commands are %s", name, strings.Join(names, ", "))
	}
	return cli.ShowRootCommandHelp(cmd)
}

// An exitStatus ends the command without a further word.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }
