package script

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/recipe"
)

// first is the first line of every script. The number rises when a reader of an earlier one would be wrong about it.
const first = "raftlab script 1"

// Text writes the script as a file has it, which Parse reads: a line for each setting, an empty line, and a line for
// each action, with its time first. The comments, of one or more lines, come below the first line.
func (s *Script) Text(comments ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, first)
	for _, c := range comments {
		for line := range strings.Lines(c) {
			fmt.Fprintf(&b, "# %s\n", strings.TrimRight(line, "\r\n"))
		}
	}
	for _, f := range settings {
		if text := f.write(s); text != "" {
			fmt.Fprintf(&b, "%s: %s\n", f.name, text)
		}
	}
	fmt.Fprintln(&b)
	for _, a := range s.Actions {
		fmt.Fprintln(&b, a)
	}
	return b.Bytes()
}

// A setting is a line above the actions.
type setting struct {
	name  string
	write func(s *Script) string // "" if the line is left out
	read  func(s *Script, text string) error
}

var settings = []setting{
	{"lab", func(s *Script) string { return s.Lab }, func(s *Script, text string) error {
		s.Lab = text
		return nil
	}},
	{"scenario", func(s *Script) string { return s.Scenario }, func(s *Script, text string) error {
		s.Scenario = text
		return nil
	}},
	{"seed", func(s *Script) string { return s.Drawn.String() }, func(s *Script, text string) (err error) {
		s.Drawn, err = recipe.Parse(text)
		return err
	}},
	{"nodes", func(s *Script) string {
		if s.Nodes == 0 {
			return ""
		}
		return strconv.Itoa(s.Nodes)
	}, func(s *Script, text string) (err error) {
		if s.Nodes, err = strconv.Atoi(text); err != nil || s.Nodes < 1 {
			return fmt.Errorf("%q must be a number of at least 1", text)
		}
		return nil
	}},
	{"finding", func(s *Script) string { return s.Finding }, func(s *Script, text string) error {
		s.Finding = text
		return nil
	}},
	{"actions instead of", func(s *Script) string { return string(s.Instead) }, func(s *Script, text string) error {
		switch s.Instead = Instead(text); s.Instead {
		case Nothing, Harm, All:
			return nil
		}
		return fmt.Errorf("%q must be %s, %s or %s", text, Nothing, Harm, All)
	}},
	{"until", func(s *Script) string {
		if s.Instead == Nothing {
			return ""
		}
		return s.Until.String()
	}, func(s *Script, text string) (err error) {
		s.Until, err = span(text)
		return err
	}},
	{"left out", (*Script).leftOut, (*Script).leaveOut},
}

// leftOut are the kinds of randomness that the script goes without.
func (s *Script) leftOut() string {
	var list []string
	for _, k := range s.randomness() {
		if *k.field {
			list = append(list, k.name)
		}
	}
	return strings.Join(list, ", ")
}

func (s *Script) leaveOut(text string) error {
next:
	for name := range strings.SplitSeq(text, ", ") {
		for _, k := range s.randomness() {
			if k.name == name {
				*k.field = true
				continue next
			}
		}
		return fmt.Errorf("%q must be schedules, ties or weather, with commas between them", name)
	}
	return nil
}

type randomness struct {
	name  string
	field *bool
}

func (s *Script) randomness() []randomness {
	return []randomness{{"schedules", &s.Plain}, {"ties", &s.Orderly}, {"weather", &s.Listed}}
}

// String writes an action as a script has it.
func (a Action) String() string {
	text := fmt.Sprintf("%v %s", a.At, a.Do)
	switch a.Do {
	case Heal:
	case Cut, Uncut:
		text += fmt.Sprintf(" S%d->S%d", a.Node, a.Peer)
	case Partition:
		text += fmt.Sprintf(" %d", a.First)
		for _, g := range a.Groups {
			text += " " + members(g)
		}
	case Skew:
		text += fmt.Sprintf(" S%d %s %v", a.Node, strconv.FormatFloat(a.Rate, 'g', -1, 64), a.Jump)
	case Linger:
		text += fmt.Sprintf(" S%d %v", a.Node, a.Longest)
	case Weather:
		text += weatherText(a.Weather)
	case Tell:
		text += fmt.Sprintf(" S%d %s", a.Node, bytesText(a.Data))
	case Ask:
		text += fmt.Sprintf(" S%d %s %s", a.Node, cmp.Or(a.Method, nameless), bytesText(a.Data))
	case Message:
		text += fmt.Sprintf(" S%d->S%d %d%s", a.Node, a.Peer, a.Number, a.Fate)
	default:
		text += fmt.Sprintf(" S%d", a.Node)
	}
	if a.Means != "" {
		text += " # " + a.Means
	}
	return text
}

// nameless stands for a question whose method has no name.
const nameless = "-"

func members(group []int) string {
	if len(group) == 0 {
		return "-"
	}
	var b strings.Builder
	for i, n := range group {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "S%d", n)
	}
	return b.String()
}

// bytesText writes what the lab alone understands.
func bytesText(data []byte) string { return "x" + hex.EncodeToString(data) }

// String writes a fate as a script has it, with a blank before each word.
func (f Fate) String() string {
	text := ""
	for _, p := range f.parts() {
		if p.yes != nil && !*p.yes || p.yes == nil && *p.after == 0 {
			continue
		}
		if text += " " + p.name; p.after != nil {
			text += fmt.Sprintf("=%v", *p.after)
		}
	}
	return text
}

// A part is something bad in a fate: that it is so, or by how much, or both.
type part struct {
	name  string
	yes   *bool
	after *time.Duration
}

func (f *Fate) parts() []part {
	return []part{
		{"lose-request", &f.LoseRequest, nil}, {"lose-reply", &f.LoseReply, nil},
		{"delay-request", nil, &f.DelayRequest}, {"delay-reply", nil, &f.DelayReply},
		{"double", &f.Double, &f.DoubleAfter},
	}
}

// A measure is a field of a weather.
type measure struct {
	name  string
	delay *labrpc.Delay
	rate  *float64
}

func measures(w *labrpc.Weather) []measure {
	return []measure{
		{"delay-request", &w.RequestDelay, nil}, {"hold-request", nil, &w.HoldRequest},
		{"hold-request-by", &w.HoldRequestBy, nil}, {"lose-request", nil, &w.LoseRequest},
		{"double", nil, &w.DoubleRequest}, {"double-after", &w.DoubleDelay, nil}, {"lose-reply", nil, &w.LoseReply},
		{"hold-reply", nil, &w.HoldReply}, {"hold-reply-by", &w.HoldFor, nil}, {"timeout", &w.Timeout, nil},
	}
}

func weatherText(w labrpc.Weather) string {
	text := ""
	for _, m := range measures(&w) {
		switch {
		case m.rate != nil && *m.rate != 0:
			text += fmt.Sprintf(" %s=%s", m.name, strconv.FormatFloat(*m.rate, 'g', -1, 64))
		case m.delay != nil && *m.delay != labrpc.Delay{}:
			text += fmt.Sprintf(" %s=%v..%v", m.name, m.delay.Min, m.delay.Max)
			if m.delay.Low {
				text += "/low"
			}
		}
	}
	return text
}
