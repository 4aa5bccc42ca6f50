package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/report"
	"raftlab/src/lab"
)

func explainCommand() *cli.Command {
	return &cli.Command{
		Name: "explain",
		Usage: "explain a promise of a protocol, or a kind of failure: the rule, where the paper has it, the " +
			"usual mistakes",
		ArgsUsage: "[NAME]",
		Description: "NAME is what a failure begins with, such as \"One Vote per Term\" or deadlock; the beginning\n" +
			"of a name is enough. Without NAME, all are listed.",
		Action: explain,
	}
}

// explain is the command line that explains a name.
func (s self) explain(name string) string { return s.command + " explain " + shellWord(name) }

func explain(_ context.Context, cmd *cli.Command) error {
	w := cmd.Root().Writer
	name := strings.Join(strings.Fields(strings.Join(cmd.Args().Slice(), " ")), " ")
	if name == "" {
		for _, e := range explanations() {
			rule, _, _ := strings.Cut(e.Rule, ". ")
			fmt.Fprintf(w, "%s\n%s\n", e.Name, wrapped(strings.TrimSuffix(rule, "."), "    ", "    "))
		}
		return nil
	}
	e, err := explanation(name)
	if err != nil {
		return err
	}
	writeExplanation(w, e)
	return nil
}

// explanations are those of all labs, and of the kinds of failures.
func explanations() (all []lab.Explanation) {
	for _, l := range lab.All() {
		all = append(all, l.Explanations...)
	}
	return append(all, lab.Failures()...)
}

// explanation finds the one whose name begins so, however its letters are written.
func explanation(name string) (lab.Explanation, error) {
	var found []lab.Explanation
	var names []string
	for _, e := range explanations() {
		if strings.EqualFold(e.Name, name) {
			return e, nil
		}
		if strings.HasPrefix(strings.ToLower(e.Name), strings.ToLower(name)) {
			found = append(found, e)
			names = append(names, e.Name)
		}
	}
	switch len(found) {
	case 0:
		return lab.Explanation{}, fmt.Errorf("there is no explanation of %q; grader explain lists all", name)
	case 1:
		return found[0], nil
	default:
		return lab.Explanation{}, fmt.Errorf("%q may be %s", name, strings.Join(names, " or "))
	}
}

func writeExplanation(w io.Writer, e lab.Explanation) {
	fmt.Fprintf(w, "%s\n\n%s\n", e.Name, wrapped(e.Rule, "    ", "    "))
	if e.Paper != "" {
		fmt.Fprintf(w, "\n%s\n", wrapped(e.Paper, "    In the paper (extended version): ", "    "))
	}
	if len(e.Mistakes) > 0 {
		fmt.Fprintf(w, "\n    Usual mistakes:\n")
	}
	for _, m := range e.Mistakes {
		fmt.Fprintf(w, "%s\n", wrapped(m, "    - ", "      "))
	}
}

// readable is how many columns a line of text has.
const readable = 96

func wrapped(s, first, rest string) string { return report.Paragraph(s, first, rest, readable) }
