package logview

import (
	"strings"

	"github.com/fatih/color"

	"raftlab/src/logline"
)

// An ink is a colour as the bytes that switch it on and off; both are empty
// where there is no colour.
type ink struct{ on, off string }

// A palette is what to write in which colour. The colours of the topics are in
// logline's table of topics.
type palette struct {
	topics [logline.NumTopics]ink
	faint  ink // times, rules, marks
	runner ink // what go test says
	report ink // panics, races, deadlocks
}

func newPalette(colored bool) palette {
	var p palette
	if !colored {
		return p
	}
	for t := range p.topics {
		c := logline.Topic(t).Info().Color
		p.topics[t] = newInk(color.RGB(int(c.R), int(c.G), int(c.B)))
	}
	p.faint = newInk(color.New(color.Faint))
	p.runner = newInk(color.New(color.Bold))
	e := logline.Error.Info().Color
	p.report = newInk(color.RGB(int(e.R), int(e.G), int(e.B)))
	return p
}

// newInk takes the bytes from c once, so that no line pays for making them.
func newInk(c *color.Color) ink {
	c.EnableColor() // whether to colour has been decided by our caller
	var on, off strings.Builder
	c.SetWriter(&on)
	c.UnsetWriter(&off)
	return ink{on.String(), off.String()}
}
