package main

import (
	"context"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/urfave/cli/v3"

	"raftlab/src/raft/rafttest"
)

func listCommand() *cli.Command {
	return &cli.Command{
		Name:   "list",
		Usage:  "list the scenarios and what each checks",
		Flags:  []cli.Flag{runFlag(), tierFlag()},
		Action: list,
	}
}

func list(_ context.Context, cmd *cli.Command) error {
	scenarios, err := selected(cmd)
	if err != nil {
		return err
	}
	t := table.NewWriter()
	t.SetOutputMirror(cmd.Root().Writer)
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.SetColumnConfigs([]table.ColumnConfig{{Name: "checks", WidthMax: 80, WidthMaxEnforcer: text.WrapSoft}})
	t.AppendHeader(table.Row{"part", "tier", "scenario", "servers", "needs", "checks"})
	for _, s := range scenarios {
		needs := ""
		if len(s.Needs) > 0 {
			needs = fmt.Sprint(s.Needs)
		}
		t.AppendRow(table.Row{s.Part, s.Tier, s.Name, s.Servers, needs, s.Checks})
	}
	t.Render()
	return nil
}

func runFlag() cli.Flag {
	return &cli.StringFlag{Name: "run", Usage: "only scenarios of these `parts` or names: 2A (or 3A, …) or a regular expression for a name, several with | or commas between them"}
}

func tierFlag() cli.Flag {
	return &cli.StringFlag{Name: "tier", Usage: "only scenarios of this `tier`: classic (what the lab demands) or strict (what the paper demands)"}
}

// selected returns the scenarios that -run and -tier mean.
func selected(cmd *cli.Command) ([]rafttest.Scenario, error) {
	var tiers []rafttest.Tier
	switch tier := rafttest.Tier(cmd.String("tier")); tier {
	case "":
	case rafttest.Classic, rafttest.Strict:
		tiers = append(tiers, tier)
	default:
		return nil, fmt.Errorf("-tier %s: there are classic and strict", tier)
	}
	return rafttest.Select(cmd.String("run"), tiers...)
}
