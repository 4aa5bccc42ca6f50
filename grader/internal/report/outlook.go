package report

import (
	"strconv"

	"github.com/jedib0t/go-pretty/v6/text"

	"raftlab/grader/internal/rate"
)

// unseen is the rate of the failures that are to be ruled out where none was seen.
const unseen = 0.01

// sureName is the head of the column, which must be narrow: the table is to fit into 80 columns.
const sureName = "99 %"

// rates are what is known of the rate at which a scenario fails.
type rates struct {
	Low    float64 `json:"low"` // of the 95 % confidence interval, by Wilson
	High   float64 `json:"high"`
	AtMost float64 `json:"at_most"` // with a confidence of 95 %, by Clopper and Pearson
}

// rates returns those of some runs, nil if none had a verdict.
func (t tally) rates() *rates {
	if t.judged() == 0 {
		return nil
	}
	low, high := rate.Interval(t.failed, t.judged())
	return &rates{digits(low), digits(high), digits(rate.AtMost(t.failed, t.judged(), 0.95))}
}

// digits leaves those of a rate that say something: not all machines agree in the last ones.
func digits(rate float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(rate, 'g', 4, 64), 64)
	return rounded
}

// An outlook is how many more runs without a failure it takes to know that a failure is gone, or is not there.
type outlook struct {
	Rate  float64 `json:"rate"`   // of the failure
	For95 int     `json:"for_95"` // runs, to know it with a confidence of 95 %
	For99 int     `json:"for_99"`
}

// outlook returns that of some runs. Where runs failed, none counts that is from before the fix that is to come, and the
// failure may be as rare as the lower end of the interval says.
func (r *Report) outlook(t tally) outlook {
	clean := t.passed
	var o outlook
	switch {
	case t.failed > 0:
		o.Rate, _ = rate.Interval(t.failed, t.judged())
		clean = 0
	case r.plan.Rate > 0:
		o.Rate = r.plan.Rate
	case t.failedBefore > 0:
		o.Rate, _ = rate.Interval(t.failedBefore, t.judgedBefore)
	default:
		o.Rate = unseen
	}
	o.For95 = max(0, rate.RunsFor(o.Rate, 0.95)-clean)
	o.For99 = max(0, rate.RunsFor(o.Rate, 0.99)-clean)
	return o
}

// Before notes that of so many runs of a scenario some failed before the implementation was changed.
func (r *Report) Before(impl int, scenario string, failed, runs int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := &r.cells[impl][r.scenario[scenario]]
	c.failedBefore += failed
	c.judgedBefore += runs
}

// sureColumn tells by how many runs without a failure one is sure that a failure which was seen is gone.
func (v *view) sureColumn() column {
	return column{name: sureName, align: text.AlignRight, single: true, cell: func(t tally) string {
		if t.failed == 0 && t.failedBefore == 0 {
			return ""
		}
		return strconv.Itoa(v.r.outlook(t).For99)
	}}
}
