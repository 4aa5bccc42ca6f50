package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
	"raftlab/src/lab"
)

func listCommand() *cli.Command {
	return &cli.Command{
		Name:  "list",
		Usage: "list the scenarios and what each checks",
		Flags: []cli.Flag{
			labFlag(), runFlag(), tierFlag(),
			&cli.BoolFlag{Name: "v", Usage: "also the sentence that asks for it, of the paper or of the lab"},
		},
		Action: list,
	}
}

func list(_ context.Context, cmd *cli.Command) error {
	l, err := labOf(cmd)
	if err != nil {
		return err
	}
	scenarios, err := selected(cmd, l)
	if err != nil {
		return err
	}
	w := cmd.Root().Writer
	text := listing(scenarios, columns(w))
	if cmd.Bool("v") {
		text = paragraphs(scenarios, columns(w), true)
	}
	_, err = io.WriteString(w, text+"\n")
	return err
}

// How wide the last column of the list is at most, and at least: where there is less room, what a scenario checks
// stands below its name.
const wideChecks, narrowChecks = 80, 36

// widest is how wide paragraphs are where any width would do.
const widest = 120

// listing lists scenarios, in a table if that is no wider than width. 0 means any width.
func listing(scenarios []lab.Scenario, width int) string {
	list := listingTable(scenarios, wideChecks)
	excess := text.LongestLineLen(list) - width
	switch {
	case width == 0 || excess <= 0:
		return list
	case wideChecks-excess >= narrowChecks:
		return listingTable(scenarios, wideChecks-excess)
	}
	return paragraphs(scenarios, width, false)
}

// paragraphs lists scenarios, each with what it checks below its name, and below that who asks for it. Width is as for
// listing.
func paragraphs(scenarios []lab.Scenario, width int, sources bool) string {
	if width == 0 {
		width = widest
	}
	var b strings.Builder
	for _, s := range scenarios {
		needs := ""
		if len(s.Needs) > 0 {
			needs = fmt.Sprint(", needs ", s.Needs)
		}
		head := fmt.Sprintf("%s %s %s, %s%s", s.Part, s.Tier, s.Name, cluster.Count(s.Nodes), needs)
		b.WriteString(report.Paragraph(head, "", "    ", width) + "\n")
		b.WriteString(report.Paragraph(s.Checks, "    ", "    ", width) + "\n")
		if sources {
			b.WriteString(report.Paragraph(asks(s), "    ", "      ", width) + "\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// asks says who asks for what a scenario checks.
func asks(s lab.Scenario) string {
	switch s.Tier {
	case lab.Classic:
		return "asked for by the lab, whose test of this name it follows"
	case lab.Strict:
		return "asked for by " + s.Source
	default:
		return "asked for by nobody: it gives advice and fails nobody"
	}
}

func listingTable(scenarios []lab.Scenario, checks int) string {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.SetColumnConfigs([]table.ColumnConfig{{Name: "checks", WidthMax: checks, WidthMaxEnforcer: text.WrapSoft}})
	t.AppendHeader(table.Row{"part", "tier", "scenario", "nodes", "needs", "checks"})
	for _, s := range scenarios {
		needs := ""
		if len(s.Needs) > 0 {
			needs = fmt.Sprint(s.Needs)
		}
		t.AppendRow(table.Row{s.Part, s.Tier, s.Name, cluster.Count(s.Nodes), needs, s.Checks})
	}
	return t.Render()
}

func runFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "run",
		Usage: "only scenarios of these `parts` or names: 2A (or 3A, …) or a regular expression for a name, " +
			"several with | or commas between them",
	}
}

func tierFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "tier",
		Usage: "only scenarios of this `tier`: classic (what the lab demands), strict (what the paper " +
			"demands) or advice (what nobody demands; it fails nobody)",
	}
}

// selected returns the scenarios of a lab that -run and -tier mean.
func selected(cmd *cli.Command, l *lab.Lab) ([]lab.Scenario, error) {
	var tiers []lab.Tier
	if tier := lab.Tier(cmd.String("tier")); slices.Contains(lab.Tiers(), tier) {
		tiers = append(tiers, tier)
	} else if tier != "" {
		return nil, fmt.Errorf("-tier %s: must be classic, strict or advice", tier)
	}
	return l.Select(cmd.String("run"), tiers...)
}
