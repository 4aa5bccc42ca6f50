package elect

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"

	"raftlab/src/raft/elections"
)

// CSV writes a line for each trial.
func CSV(w io.Writer, rows []Row) error {
	out := csv.NewWriter(w)
	out.Write([]string{"implementation", "servers", "timeout_min_ms", "timeout_max_ms", "heartbeat_ms", "poll_ms",
		"own_timing", "request_ms", "reply_ms", "loss", "after", "trial", "leaderless_ms", "no_leader", "terms",
		"split_votes", "rpcs", "spurious_elections"})
	for _, r := range rows {
		c := r.Conditions
		head := []string{r.Impl, strconv.Itoa(c.Servers), ms(c.Timing.MinElection), ms(c.Timing.MaxElection),
			ms(c.Timing.Heartbeat), ms(c.Timing.Poll), strconv.FormatBool(r.Own() || c.Timing.MinElection == 0),
			ms(c.There), ms(c.Back), strconv.FormatFloat(c.Loss, 'g', -1, 64)}
		for _, kind := range []struct {
			name elections.Kind
			m    elections.Measured
		}{{elections.Crashes, r.Crashed}, {elections.Starts, r.Started}} {
			for i, t := range kind.m.Trials {
				splits := ""
				if kind.m.Votes {
					splits = strconv.Itoa(t.Split)
				}
				out.Write(append(head[:len(head):len(head)], string(kind.name), strconv.Itoa(i+1), ms(t.Leaderless),
					strconv.FormatBool(t.None), strconv.Itoa(t.Terms), splits, strconv.Itoa(t.RPCs),
					strconv.Itoa(t.Deposed)))
			}
		}
	}
	out.Flush()
	return out.Error()
}

// JSON writes what the table says, as one object. An estimate that is infinite or unknown is null.
func JSON(w io.Writer, rows []Row, seed uint64) error {
	type estimate struct {
		Value *float64 `json:"value"`
		Low   *float64 `json:"low"`
		High  *float64 `json:"high"`
	}
	finite := func(v float64) *float64 {
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return nil
		}
		return &v
	}
	of := func(e Estimate) estimate { return estimate{finite(e.Value), finite(e.Low), finite(e.High)} }
	type distribution struct {
		Metric string              `json:"metric"`
		Trials int                 `json:"trials"`
		Open   int                 `json:"without_end"`
		Values map[string]estimate `json:"estimates"`
		Max    *float64            `json:"max"`
	}
	type result struct {
		Implementation string               `json:"implementation"`
		Conditions     elections.Conditions `json:"conditions"`
		OwnTiming      bool                 `json:"own_timing"`
		Unsteady       int                  `json:"given_up"`
		VotesKnown     bool                 `json:"votes_understood"`
		Distributions  []distribution       `json:"distributions"`
		Rates          map[string]estimate  `json:"rates"`
		Failures       []string             `json:"failures,omitempty"`
		Lost           string               `json:"grader_error,omitempty"`
	}
	list := []result{}
	for _, r := range rows {
		res := result{
			Implementation: r.Impl, Conditions: r.Conditions, OwnTiming: r.Own() || r.Conditions.Timing.MinElection == 0,
			Unsteady: r.Crashed.Unsteady, VotesKnown: r.Crashed.Votes || r.Started.Votes,
			Rates: make(map[string]estimate), Failures: r.Failures, Lost: r.Lost,
		}
		for _, m := range metrics {
			trials := m.of(r)
			if len(trials) == 0 {
				continue
			}
			s := sampleOf(trials, m.value)
			d := distribution{Metric: m.title, Trials: len(s), Max: finite(s.Max()), Values: map[string]estimate{
				"mean": of(s.Mean()), "p50": of(s.Quantile(0.5)), "p90": of(s.Quantile(0.9)), "p99": of(s.Quantile(0.99)),
			}}
			for _, t := range trials {
				if t.None {
					d.Open++
				}
			}
			res.Distributions = append(res.Distributions, d)
		}
		for _, m := range rates {
			if m.trials(r) > 0 {
				res.Rates[m.title] = of(m.of(r))
			}
		}
		list = append(list, res)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Seed    uint64   `json:"seed"`
		Results []result `json:"results"`
	}{seed, list})
}
