package elect

import (
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"raftlab/src/raft"
	"raftlab/src/raft/elections"
)

// A graph is one of the two of the Raft paper's Figure 16: a line for each range of election timeouts.
type graph struct {
	title  string
	ranges [][2]int // in ms
}

var figure16 = []graph{
	{"more and more randomness", [][2]int{{150, 150}, {150, 151}, {150, 155}, {150, 175}, {150, 200}, {150, 300}}},
	{"shorter and shorter timeouts", [][2]int{{12, 24}, {25, 50}, {50, 100}, {100, 200}, {150, 300}}},
}

// withoutRandomness is by how much fewer trials there are of timeouts that are all the same, as in the paper: each
// takes as long as is waited.
const withoutRandomness = 10

// Figure16 returns the experiments of the figure, of so many trials each, under conditions that have no timing yet.
// Heartbeats are twice as frequent as the shortest election timeout, as in the paper.
func Figure16(c elections.Conditions, count int) (all []Experiment) {
	for _, g := range figure16 {
		for _, r := range g.ranges {
			c.Timing.MinElection = time.Duration(r[0]) * time.Millisecond
			c.Timing.MaxElection = time.Duration(r[1]) * time.Millisecond
			c.Timing.Heartbeat = c.Timing.MinElection / 2
			e := Experiment{Label: labelOf(c.Timing), Conditions: c, Crashes: count}
			if r[0] == r[1] {
				e.Crashes = (count + withoutRandomness - 1) / withoutRandomness
			}
			if !slices.ContainsFunc(all, func(o Experiment) bool { return o.Label == e.Label }) {
				all = append(all, e)
			}
		}
	}
	return all
}

func labelOf(t raft.Timing) string { return Range(t.MinElection, t.MaxElection) + " ms" }

// of returns the rows of a graph, with one implementation.
func (g graph) of(rows []Row, impl string) (list []Row) {
	for _, r := range g.ranges {
		label := Range(time.Duration(r[0])*time.Millisecond, time.Duration(r[1])*time.Millisecond) + " ms"
		for _, row := range rows {
			if row.Label == label && row.Impl == impl {
				list = append(list, row)
			}
		}
	}
	return list
}

// A claim is what the paper says of the figure in section 9.3.
type claim struct {
	words string
	label string  // of the range that it is about
	ms    float64 // infinite: longer than is waited
	of    func(Sample) Estimate
}

func longest(s Sample) Estimate { return exactly(s.Max()) }
func median(s Sample) Estimate  { return s.Quantile(0.5) }

var claims = []claim{
	{"150-150 ms, median (the paper: consistently longer than 10 s)", "150-150 ms", math.Inf(1), median},
	{"150-155 ms, median", "150-155 ms", 287, median},
	{"150-200 ms, longest", "150-200 ms", 513, longest},
	{"12-24 ms, mean", "12-24 ms", 35, Sample.Mean},
	{"12-24 ms, longest", "12-24 ms", 152, longest},
}

// Figure16Table writes what came of the figure's experiments, and beside it what the paper says.
func Figure16Table(w io.Writer, rows []Row) {
	if len(rows) == 0 {
		return
	}
	c := rows[0].Conditions
	fmt.Fprintf(w, "%d servers; a request takes %s ms and its reply %s ms; heartbeats twice in the shortest election "+
		"timeout\nms from crash to leader:\n\n", c.Servers, ms(c.There), ms(c.Back))
	t := newTable("election timeout", "", "trials", "mean (95 %)", "p50 (95 %)", "p90 (95 %)", "p99 (95 %)", "max",
		"split votes")
	for i, r := range rows {
		s, limit := sampleOf(crashed(r), leaderless), r.Conditions.Limit
		label := r.Label
		if i > 0 && rows[i-1].Label == label {
			label = ""
		}
		splits := "-"
		if r.Crashed.Votes {
			splits = number(sampleOf(crashed(r), split).Mean().Value, 0)
		}
		t.AppendRow(table.Row{label, r.name(), len(s), s.Mean().text(limit), s.Quantile(0.5).text(limit),
			s.Quantile(0.9).text(limit), s.Quantile(0.99).text(limit), number(s.Max(), limit), splits})
	}
	fmt.Fprintf(w, "%s\nsplit votes: mean of a trial\n\n", t.Render())
	impls := implsOf(rows)
	t = newTable(append([]string{"the paper, section 9.3", ""}, impls...)...)
	for _, c := range claims {
		row := table.Row{c.words, number(c.ms, 10*time.Second)}
		for _, impl := range impls {
			row = append(row, c.beside(rows, impl))
		}
		t.AppendRow(row)
	}
	fmt.Fprintf(w, "%s\n", t.Render())
	notes(w, rows)
}

// beside is what was measured of a claim, and by how much it differs.
func (c claim) beside(rows []Row, impl string) string {
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Label == c.label && r.Impl == impl })
	if i < 0 || len(rows[i].Crashed.Trials) == 0 {
		return "-"
	}
	e := c.of(sampleOf(crashed(rows[i]), leaderless))
	text := e.text(rows[i].Conditions.Limit)
	if !math.IsInf(c.ms, 0) && !math.IsInf(e.Value, 0) {
		text += fmt.Sprintf(", %+.0f %%", 100*(e.Value/c.ms-1))
	}
	return text
}

// implsOf are the implementations of rows, in their order.
func implsOf(rows []Row) (names []string) {
	for _, r := range rows {
		if !slices.Contains(names, r.Impl) {
			names = append(names, r.Impl)
		}
	}
	return names
}
