package elect

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"raftlab/src/raft"
	"raftlab/src/raft/elections"
)

// A metric is what is shown of trials, one row for each implementation.
type metric struct {
	title string
	of    func(Row) []elections.Trial
	value func(elections.Trial) float64
}

func crashed(r Row) []elections.Trial { return r.Crashed.Trials }
func started(r Row) []elections.Trial { return r.Started.Trials }

var metrics = []metric{
	{"ms from start to leader", started, leaderless},
	{"ms from crash to leader", crashed, leaderless},
	{"terms until then", crashed, terms},
	{"split votes until then", crashed, split},
	{"RPCs until then", crashed, requests},
}

// Table writes what came of one experiment, implementations side by side.
func Table(w io.Writer, rows []Row) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(w, "%s\n\n", rows[0].Experiment.words())
	t := newTable("", "", "trials", "mean (95 %)", "p50 (95 %)", "p90 (95 %)", "p99 (95 %)", "max")
	for _, m := range metrics {
		title := m.title
		for _, r := range rows {
			if trials := m.of(r); len(trials) > 0 {
				s, limit := sampleOf(trials, m.value), r.Conditions.Limit
				cells := table.Row{title, r.name(), len(s), s.Mean().text(limit)}
				for _, q := range []float64{0.5, 0.9, 0.99} {
					cells = append(cells, s.Quantile(q).text(limit))
				}
				if m.title == "split votes until then" && !r.Crashed.Votes {
					cells = table.Row{title, r.name(), len(s), "requests for votes not understood"}
				} else {
					cells = append(cells, number(s.Max(), limit))
				}
				t.AppendRow(cells)
				title = ""
			}
		}
		t.AppendSeparator()
	}
	for _, m := range rates {
		title := m.title
		for _, r := range rows {
			if n := m.trials(r); n > 0 {
				t.AppendRow(table.Row{title, r.name(), n, m.of(r).text(0)})
				title = ""
			}
		}
	}
	fmt.Fprintf(w, "%s\n", t.Render())
	notes(w, rows)
}

// rates are what is shown of all trials together, or of the time in which all servers were up.
var rates = []struct {
	title  string
	trials func(Row) int // 0 if nothing is known
	of     func(Row) Estimate
}{
	{"% of crashes with a split vote", func(r Row) int {
		if !r.Crashed.Votes {
			return 0
		}
		return len(r.Crashed.Trials)
	}, func(r Row) Estimate {
		n := 0
		for _, t := range r.Crashed.Trials {
			n += min(t.Split, 1)
		}
		e := share(n, len(r.Crashed.Trials))
		return Estimate{100 * e.Value, 100 * e.Low, 100 * e.High}
	}},
	{"spurious elections an hour", watched, func(r Row) Estimate {
		deposed := 0
		for _, t := range r.Started.Trials {
			deposed += t.Deposed
		}
		return rate(deposed, (time.Duration(r.Started.Watched) * elections.Watched).Hours())
	}},
	{"RPCs a second", watched, func(r Row) Estimate {
		return exactly(float64(r.Started.Calm) / (time.Duration(r.Started.Watched) * elections.Watched).Seconds())
	}},
	{"a server is woken a second", watched, func(r Row) Estimate {
		return exactly(float64(r.Turns) / r.Calm.Seconds() / float64(r.Conditions.Servers))
	}},
}

func watched(r Row) int { return r.Started.Watched }

func exactly(v float64) Estimate { return Estimate{v, v, v} }

// notes says what a reader of rows must know.
func notes(w io.Writer, rows []Row) {
	own := false
	for _, r := range rows {
		own = own || r.Own()
	}
	if own {
		fmt.Fprintf(w, "* takes no timing from the contract (Make does not ask persister.Timing): measured with its own\n")
	}
	for _, r := range rows {
		if n := r.Crashed.Unsteady; n > 0 {
			fmt.Fprintf(w, "%s, %s: %d trials were given up: no leader was left in peace for two heartbeats within %v\n",
				r.Impl, r.Label, n, r.Conditions.Limit)
		}
		for _, why := range r.Failures {
			summary, _, _ := strings.Cut(why, "\n")
			fmt.Fprintf(w, "%s, %s: runs ended early: %s\n", r.Impl, r.Label, summary)
		}
		if r.Lost != "" {
			fmt.Fprintf(w, "%s, %s: runs could not be played: grader error: %s\n", r.Impl, r.Label, r.Lost)
		}
	}
}

// CPU writes what processor time servers took that had a leader, which differs from machine to machine.
func CPU(w io.Writer, rows []Row) {
	for _, r := range rows {
		if r.Calm > 0 {
			fmt.Fprintf(w, "%s: %.2f ms of CPU a virtual second, for %d servers\n", r.Impl,
				float64(r.CPU.Microseconds())/1000/r.Calm.Seconds(), r.Conditions.Servers)
		}
	}
}

// name is that of the implementation, with a star if it has its own timing though it was told another.
func (r Row) name() string {
	if r.Own() {
		return r.Impl + " *"
	}
	return r.Impl
}

// words says what the conditions are.
func (e Experiment) words() string {
	c := e.Conditions
	timing := "their own timing"
	if t := c.Timing; t != (raft.Timing{}) {
		timing = fmt.Sprintf("election timeouts of %s ms, heartbeats every %s ms",
			Range(t.MinElection, t.MaxElection), ms(t.Heartbeat))
		if t.Poll > 0 {
			timing += fmt.Sprintf(", polls every %s ms", ms(t.Poll))
		}
	}
	return fmt.Sprintf("%d servers, %s; a request takes %s ms and its reply %s ms; %s %% of each are lost", c.Servers,
		timing, ms(c.There), ms(c.Back), strconv.FormatFloat(100*c.Loss, 'g', 4, 64))
}

// Range writes two times in ms: 150-300.
func Range(low, high time.Duration) string { return ms(low) + "-" + ms(high) }

func ms(d time.Duration) string { return strconv.FormatFloat(float64(d)/1e6, 'f', -1, 64) }

// text writes an estimate with its interval: 287 (280-293). Beyond is what an infinite value is more than.
func (e Estimate) text(beyond time.Duration) string {
	value := number(e.Value, beyond)
	switch {
	case math.IsNaN(e.Value) || e.Low == e.Value && e.High == e.Value:
		return value
	case math.IsInf(e.Value, 1): // so is the end of the interval
		return fmt.Sprintf("%s (from %s)", value, e.low(beyond))
	case math.IsInf(e.High, 1):
		return fmt.Sprintf("%s (%s-?)", value, e.low(beyond))
	}
	return fmt.Sprintf("%s (%s-%s)", value, e.low(beyond), number(e.High, beyond))
}

// low writes where the interval begins.
func (e Estimate) low(beyond time.Duration) string {
	if math.IsInf(e.Low, -1) {
		return "?"
	}
	return number(max(0, e.Low), beyond)
}

// number writes a value with three digits, or more if it has them before the point.
func number(v float64, beyond time.Duration) string {
	switch {
	case math.IsInf(v, 1):
		return ">" + ms(beyond)
	case math.IsNaN(v):
		return "-"
	case v == math.Trunc(v) || v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func newTable(header ...string) table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true, SeparateRows: false}
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	row := make(table.Row, len(header))
	for i, h := range header {
		row[i] = h
	}
	t.AppendHeader(row)
	return t
}
