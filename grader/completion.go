package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/build"
	"raftlab/src/lab"
)

// describeCompletion makes the command that prints a shell's script visible: who does not know of it cannot ask for it.
func describeCompletion(c *cli.Command) {
	c.Hidden = false
	c.Usage = "print the script by which a shell completes commands, flags, scenarios and implementations; see " +
		"grader help completion"
}

// complete writes for a shell what may come next on the command line, with what it is behind a colon.
func complete(_ context.Context, cmd *cli.Command) {
	args := cmd.Args().Slice()
	last := ""
	if len(args) > 0 {
		last = args[len(args)-1]
	}
	w := cmd.Root().Writer
	if flag, ok := strings.CutPrefix(last, "-"); ok {
		flag = strings.TrimPrefix(flag, "-")
		if !takesValue(cmd, flag) {
			completeFlags(cmd, last)
		} else if cmd.Name != "gotest" {
			completeValue(w, flag)
		}
		return // otherwise it is a file: the shell knows those
	}
	switch {
	case cmd == cmd.Root():
		for _, c := range cmd.VisibleCommands() {
			fmt.Fprintf(w, "%s:%s\n", c.Name, c.Usage)
		}
	case cmd.Name == "run" || cmd.Name == "elect" || cmd.Name == "soak" || cmd.Name == "replay" && len(args) == 0:
		if dirs, err := build.All("impls"); err == nil {
			fmt.Fprintln(w, strings.Join(dirs, "\n"))
		}
	case cmd.Name == "replay" && len(args) == 1:
		completeScenarios(w)
	case cmd.Name == "explain":
		for _, e := range explanations() {
			if !strings.Contains(e.Name, " ") { // shells take a space for the end of a name
				fmt.Fprintf(w, "%s:%s\n", e.Name, e.Rule)
			}
		}
	}
}

// completeFlags writes the flags that begin with what is there, with as many dashes.
func completeFlags(cmd *cli.Command, begun string) {
	dashes := "-"
	if strings.HasPrefix(begun, "--") {
		dashes = "--"
	}
	for _, f := range cmd.VisibleFlags() {
		if name := dashes + f.Names()[0]; strings.HasPrefix(name, begun) {
			usage := ""
			if d, ok := f.(cli.DocGenerationFlag); ok {
				usage = strings.ReplaceAll(d.GetUsage(), "`", "")
			}
			fmt.Fprintf(cmd.Root().Writer, "%s:%s\n", name, usage)
		}
	}
}

// takesValue reports whether a command's flag is followed by a value.
func takesValue(cmd *cli.Command, flag string) bool {
	return slices.ContainsFunc(cmd.Flags, func(f cli.Flag) bool {
		d, ok := f.(cli.DocGenerationFlag)
		return ok && d.TakesValue() && slices.Contains(f.Names(), flag)
	})
}

func completeValue(w io.Writer, flag string) {
	switch flag {
	case "lab":
		for _, l := range lab.All() {
			fmt.Fprintf(w, "%s:%s\n", l.Name, l.Title)
		}
	case "run":
		for _, l := range lab.All() {
			for _, p := range l.Parts {
				fmt.Fprintf(w, "%s:%s\n", p.Name, p.Title)
			}
		}
		completeScenarios(w)
	case "tier":
		fmt.Fprintf(w, "%s:what the lab demands\n%s:what the paper demands\n%s:what nobody demands\n",
			lab.Classic, lab.Strict, lab.Advice)
	case "clock":
		fmt.Fprint(w, "sim:virtual, in boxes\nbubble:virtual, as goroutines\nwall:real\n")
	}
}

func completeScenarios(w io.Writer) {
	for _, l := range lab.All() {
		for _, s := range l.Scenarios {
			fmt.Fprintf(w, "%s:%s\n", s.Name, s.Checks)
		}
	}
}
