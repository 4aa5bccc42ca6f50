package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
	"raftlab/src/recipe"
)

// line says what came of a hunt.
func (h *hunt) line() string {
	what := fmt.Sprintf("survived %d seeds", h.Seeds)
	switch {
	case h.lost != "":
		what = "not played: " + h.lost
	case h.Kill == nil && h.harmless():
		what = fmt.Sprintf("does no harm, and passed %d seeds", h.Seeds)
	case h.Kill != nil:
		what = fmt.Sprintf("found by %s, seed %v: %s", h.Kill.Scenario, h.Kill.recipe(), h.Kill.Says)
	}
	return report.Printable(fmt.Sprintf("%s: %s (%.1f s)", h.Mutant, what, h.CPU.Seconds()))
}

// widestSays is how wide the column with what a run says is at most.
const widestSays = 60

// writeHunts writes what came of all hunts.
func writeHunts(w io.Writer, hunts []*hunt, markdown bool) {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(table.Row{"mutant", "part", "kind", "found by", "as", "seed", "runs", "CPU s"})
	for _, h := range hunts {
		row := table.Row{h.Mutant, h.mutant.Part, h.mutant.Kind, "not found", "", h.Seeds, h.Runs,
			fmt.Sprintf("%.1f", h.CPU.Seconds())}
		switch {
		case h.lost != "":
			row[3], row[4] = "not played", text.Trim(h.lost, widestSays)
		case h.Kill == nil && h.harmless():
			row[3], row[4] = "none", "does no harm"
		case h.Kill != nil:
			row[3], row[4], row[5] = h.Kill.Scenario, h.Kill.as(), h.Kill.recipe()
		}
		for i, v := range row {
			if s, ok := v.(string); ok {
				row[i] = report.Printable(s)
			}
		}
		t.AppendRow(row)
	}
	list := t.Render
	if markdown {
		list = t.RenderMarkdown
	}
	fmt.Fprintf(w, "%s\n\n%s\n", list(), huntSummary(hunts))
}

// recipe is what the run was drawn from.
func (k *kill) recipe() recipe.Recipe { return recipe.Recipe{Seed: k.Seed, Branches: k.Branches} }

// as is what a mutant was found as: the promise that it breaks, or the kind of the failure and how its message begins.
func (k *kill) as() string {
	says := k.Says
	if promise, ok := strings.CutPrefix(says, string(cluster.Safety)+": "); ok {
		says, _, _ = strings.Cut(promise, ": ")
	}
	if k.Named != nil && !*k.Named {
		says = "otherwise than expected: " + says
	}
	return text.Trim(says, widestSays)
}

// huntSummary says how many were found, and what that took.
func huntSummary(hunts []*hunt) string {
	var took []time.Duration
	var all time.Duration
	harmless, accused := 0, 0
	for _, h := range hunts {
		all += h.CPU
		switch {
		case h.harmless():
			harmless++
			if h.Kill != nil {
				accused++
			}
		case h.Kill != nil:
			took = append(took, h.CPU)
		}
	}
	s := fmt.Sprintf("%d of %d found, in %.0f s of processor time", len(took), len(hunts)-harmless, all.Seconds())
	if len(took) > 0 {
		slices.Sort(took)
		s += fmt.Sprintf("; of those found, half within %.1f s each, nine of ten within %.1f s",
			took[(len(took)-1)/2].Seconds(), took[(9*len(took)-1)/10].Seconds())
	}
	if harmless > 0 {
		s += fmt.Sprintf("\n%d that do no harm, of which %d are accused", harmless, accused)
	}
	return s
}
