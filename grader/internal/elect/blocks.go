package elect

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// A Curve is a cumulative distribution to draw.
type Curve struct {
	Label  string
	Values Sample // in ms
}

// curves are those of rows, called by their implementations, or by their labels if there is one implementation.
func curves(rows []Row, of metric) (list []Curve) {
	byLabel := len(implsOf(rows)) == 1 && len(rows) > 1
	for _, r := range rows {
		c := Curve{r.name(), sampleOf(of.of(r), of.value)}
		if byLabel {
			c.Label = r.Label
		}
		if len(c.Values) > 0 {
			list = append(list, c)
		}
	}
	return list
}

// span is the least and the greatest value of curves, as far as they are finite. ok is false if they are no span.
func span(list []Curve) (low, high float64, ok bool) {
	low, high = math.Inf(1), 0
	for _, c := range list {
		for _, v := range c.Values {
			if v > 0 && !math.IsInf(v, 1) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	return low, high, low < high
}

const (
	blocksWidth = 64 // columns
	levels      = "▁▂▃▄▅▆▇█"
)

// Blocks draws curves with characters, a line each: the higher a block, the larger the part of the trials that were
// over by then. Time runs on a logarithmic scale.
func Blocks(w io.Writer, title string, list []Curve) {
	low, high, ok := span(list)
	if !ok {
		return
	}
	width := 0
	for _, c := range list {
		width = max(width, len(c.Label))
	}
	fmt.Fprintf(w, "%s\n", title)
	level := []rune(levels)
	for _, c := range list {
		var line strings.Builder
		for i := range blocksWidth {
			until := low * math.Pow(high/low, float64(i+1)/blocksWidth)
			n := 0
			for n < len(c.Values) && c.Values[n] <= until*(1+1e-9) {
				n++
			}
			switch part := float64(n) / float64(len(c.Values)); {
			case n == 0:
				line.WriteByte(' ')
			default:
				line.WriteRune(level[max(0, int(math.Ceil(part*float64(len(level))))-1)])
			}
		}
		fmt.Fprintf(w, "  %-*s │%s│\n", width, c.Label, line.String())
	}
	marks := []byte(strings.Repeat(" ", blocksWidth))
	var labels []string
	for i := 0; i <= 4; i++ {
		labels = append(labels, number(low*math.Pow(high/low, float64(i)/4), 0))
		at := i * blocksWidth / 4
		text := labels[i]
		switch at = min(at, blocksWidth-len(text)); {
		case i == 0:
			at = 0
		case i < 4:
			at -= len(text) / 2
		}
		copy(marks[at:], text)
	}
	fmt.Fprintf(w, "  %-*s  %s ms\n\n", width, "", marks)
}

// Distributions draws what came of one experiment.
func Distributions(w io.Writer, rows []Row) {
	for _, m := range metrics[:2] {
		Blocks(w, m.title, curves(rows, m))
	}
}

// Figure16Blocks draws both graphs of the figure for each implementation.
func Figure16Blocks(w io.Writer, rows []Row) {
	for _, g := range figure16 {
		for _, impl := range implsOf(rows) {
			Blocks(w, impl+": "+g.title, curves(g.of(rows, impl), metrics[1]))
		}
	}
}
