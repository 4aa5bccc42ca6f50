package elect

import (
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The size of a plot, and of the legend to its right.
const (
	plotWidth   = 14 * vg.Centimeter
	plotHeight  = 9 * vg.Centimeter
	legendWidth = 4 * vg.Centimeter
)

// A panel is a plot with its legend.
type panel struct {
	*plot.Plot
	legend plot.Legend
}

// Curves are told apart by dashes and by marks, so that a printer needs no colours.
var (
	dashes = [][]vg.Length{{}, {6, 2}, {2, 2}, {6, 2, 2, 2}, {10, 3}, {1, 3}, {10, 2, 2, 2, 2, 2}}
	shapes = []draw.GlyphDrawer{
		draw.RingGlyph{}, draw.BoxGlyph{}, draw.TriangleGlyph{}, draw.CrossGlyph{}, draw.SquareGlyph{}, draw.PlusGlyph{},
		draw.PyramidGlyph{},
	}
)

// SVG draws the cumulative distributions of one experiment.
func SVG(w io.Writer, rows []Row) error {
	var column [][]panel
	for _, m := range metrics[:2] {
		list := curves(rows, m)
		if len(list) == 0 {
			continue
		}
		p, err := plotOf(m.title, list)
		if err != nil {
			return err
		}
		column = append(column, []panel{p})
	}
	return tiles(w, column)
}

// Figure16SVG draws both graphs of the figure, a column for each implementation.
func Figure16SVG(w io.Writer, rows []Row) error {
	var grid [][]panel
	for _, g := range figure16 {
		var line []panel
		for _, impl := range implsOf(rows) {
			p, err := plotOf(impl+": "+g.title, curves(g.of(rows, impl), metrics[1]))
			if err != nil {
				return err
			}
			line = append(line, p)
		}
		grid = append(grid, line)
	}
	return tiles(w, grid)
}

// plotOf draws curves on a logarithmic scale of time.
func plotOf(title string, list []Curve) (panel, error) {
	p := panel{plot.New(), plot.NewLegend()}
	p.Title.Text = title
	p.X.Label.Text = "ms without a leader"
	p.Y.Label.Text = "% of trials"
	p.Y.Min, p.Y.Max = 0, 100
	low, high, ok := span(list)
	if !ok {
		return p, nil
	}
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.TickerFunc(ticks)
	p.Add(plotter.NewGrid())
	p.legend.Top, p.legend.Left, p.legend.ThumbnailWidth = true, true, 1.2*vg.Centimeter
	p.legend.Padding = vg.Millimeter
	for i, c := range list {
		line, marks, err := c.draw()
		if err != nil {
			return p, fmt.Errorf("drawing %s: %w", c.Label, err)
		}
		line.Dashes = dashes[i%len(dashes)]
		line.Width = 1.2
		marks.Shape, marks.Radius, marks.Color = shapes[i%len(shapes)], 3, color.Black
		p.Add(line, marks)
		p.legend.Add(c.Label, line, marks)
	}
	p.X.Min, p.X.Max = low/1.05, high*1.05
	return p, nil
}

// draw returns a curve as a line, with marks at some parts of the trials. What has no end is beyond the plot.
func (c Curve) draw() (*plotter.Line, *plotter.Scatter, error) {
	var line, marks plotter.XYs
	n := float64(len(c.Values))
	next := 10.0
	for i, v := range c.Values {
		if math.IsInf(v, 1) {
			break
		}
		v = max(v, 1e-3) // a logarithmic scale has no zero
		y := 100 * float64(i+1) / n
		if i+1 < len(c.Values) && i > 0 && int(y*4) == int(100*float64(i)/n*4) && v < line[len(line)-1].X*1.02 {
			continue // nobody sees it
		}
		line = append(line, plotter.XY{X: v, Y: 100 * float64(i) / n}, plotter.XY{X: v, Y: y})
		if y >= next {
			marks = append(marks, plotter.XY{X: v, Y: y})
			next = y + 20
		}
	}
	if len(line) == 0 {
		line = plotter.XYs{{X: 1, Y: 0}}
	}
	if len(marks) == 0 {
		marks = line[len(line)-1:]
	}
	l, err := plotter.NewLine(line)
	if err != nil {
		return nil, nil, err
	}
	s, err := plotter.NewScatter(marks)
	return l, s, err
}

// ticks are at the multiples of each power of ten. All have labels where there are few, else those of 1, 2 and 5.
func ticks(low, high float64) (list []plot.Tick) {
	const few = 8
	for power := math.Pow(10, math.Floor(math.Log10(low))); power <= high; power *= 10 {
		for k := 1.0; k < 10; k++ {
			v := k * power
			if v < low || v > high {
				continue
			}
			t := plot.Tick{Value: v}
			if k == 1 || k == 2 || k == 5 || high < few*low {
				t.Label = fmt.Sprintf("%g", v)
			}
			list = append(list, t)
		}
	}
	return list
}

// tiles writes panels that share a page.
func tiles(w io.Writer, grid [][]panel) error {
	if len(grid) == 0 {
		return nil
	}
	rows, columns := len(grid), len(grid[0])
	c := vgsvg.New(vg.Length(columns)*(plotWidth+legendWidth), vg.Length(rows)*plotHeight)
	t := draw.Tiles{
		Rows: rows, Cols: columns, PadX: legendWidth, PadY: vg.Centimeter / 2,
		PadLeft: vg.Centimeter / 4, PadRight: legendWidth, PadTop: vg.Centimeter / 4, PadBottom: vg.Centimeter / 4,
	}
	plots := make([][]*plot.Plot, rows)
	for i, line := range grid {
		for _, p := range line {
			plots[i] = append(plots[i], p.Plot)
		}
	}
	for i, line := range plot.Align(plots, t, draw.New(c)) {
		for k, canvas := range line {
			grid[i][k].Draw(canvas)
			beside := canvas
			beside.Min.X, beside.Max.X = canvas.Max.X+vg.Centimeter/4, canvas.Max.X+legendWidth
			grid[i][k].legend.Draw(beside)
		}
	}
	_, err := c.WriteTo(w)
	return err
}
