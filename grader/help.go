package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/urfave/cli/v3"
)

// configure gives all commands what they have in common: what is said of wrong flags, what a shell may complete, and
// how the help looks.
func configure(root *cli.Command) {
	root.OnUsageError, root.ShellComplete = usage, complete
	root.ConfigureShellCompletionCommand = describeCompletion
	root.Flags = append(root.Flags, &cli.BoolFlag{
		Name:  "version",
		Local: true,
		Usage: "say what version this is, as grader version does",
	})
	for _, c := range root.Commands {
		c.OnUsageError, c.ShellComplete = usage, complete
		if c.Name == "run" {
			group(c.Flags)
		}
	}
}

// usage says where a command's flags are listed.
func usage(_ context.Context, cmd *cli.Command, err error, _ bool) error {
	if cmd == cmd.Root() {
		return fmt.Errorf("%w; grader help lists the commands, and grader help COMMAND lists the flags of one", err)
	}
	return fmt.Errorf("%w; grader help %s lists the flags", err, cmd.Name)
}

// versionIsACommand makes of the flag -version the command that it stands for.
func versionIsACommand(args []string) []string {
	if len(args) == 2 && (args[1] == "-version" || args[1] == "--version") {
		return []string{args[0], "version"}
	}
	return args
}

// resultsCategory is the heading of the flags that say where results go.
const resultsCategory = "Results"

// group puts the flags of grader run that have no heading yet under one; the help sorts headings by name. A flag that
// is not listed is under the last one.
func group(flags []cli.Flag) {
	groups := []struct {
		name  string
		flags []string
	}{
		{"Choice of runs", []string{"run", "tier", "count", "seed", "failfast", "rate", "state"}},
		{"How servers run", []string{"clock", "race", "allow-native", "schedule"}},
		{"Limits", []string{"parallel", "timeout", "memory", "turn", "budget"}},
		{resultsCategory, []string{"v", "logs", "states", "open", "grading"}},
		{"Various", nil},
	}
	for _, f := range flags {
		in := slices.IndexFunc(groups, func(g struct {
			name  string
			flags []string
		}) bool {
			return g.flags == nil || slices.Contains(g.flags, f.Names()[0])
		})
		if c, ok := f.(cli.CategorizableFlag); ok && c.GetCategory() == "" {
			c.SetCategory(groups[in].name)
		}
	}
}
