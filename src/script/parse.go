package script

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parse reads what Text writes. Empty lines are left out, and those that begin with a #, and what follows
// a # in those of actions. Errors name the line and what it must
// be. Which nodes there are, and which methods, it does not know.
func Parse(text []byte) (*Script, error) {
	s := new(Script)
	seen := make(map[string]bool) // settings
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSpace(line)
		if n == 1 && line != first {
			return nil, fmt.Errorf("line 1: the first line of a script is %q", first)
		}
		if n == 1 || line == "" || line[0] == '#' {
			continue
		}
		if err := s.line(line, seen); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if n == 0 {
		return nil, fmt.Errorf("it is empty; the first line of a script is %q", first)
	}
	for _, name := range []string{"lab", "scenario", "seed", "actions instead of", "until"} {
		if !seen[name] && (name != "until" || s.Instead != Nothing) {
			return nil, fmt.Errorf("there is no line %q", name+": …")
		}
	}
	return s, nil
}

func (s *Script) line(line string, seen map[string]bool) error {
	name, value, isSetting := strings.Cut(line, ": ")
	for _, f := range settings {
		if !isSetting || f.name != name {
			continue
		}
		if seen[name] {
			return fmt.Errorf("%s is said twice", name)
		}
		seen[name] = true
		if err := f.read(s, strings.TrimSpace(value)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	line, _, _ = strings.Cut(line, "#")
	a, err := parseAction(line)
	if err != nil {
		return err
	}
	if n := len(s.Actions); n > 0 && a.At < s.Actions[n-1].At {
		return fmt.Errorf("%v is before the action above it; actions stand in the order of their times", a.At)
	}
	s.Actions = append(s.Actions, a)
	return nil
}

// parseAction reads an action.
func parseAction(line string) (a Action, err error) {
	words := strings.Fields(line)
	if len(words) < 2 {
		return a, fmt.Errorf("%q must be a setting, or a time and what is done then, such as 2.5s crash S3", line)
	}
	if a.At, err = span(words[0]); err != nil {
		return a, err
	}
	a.Do = Kind(words[1])
	form, ok := forms[a.Do]
	if !ok {
		return a, fmt.Errorf("%q is nothing that can be done; such as 2.5s crash S3", words[1])
	}
	words = words[2:]
	if len(words) < form.words || len(words) > form.words && !form.more {
		return a, fmt.Errorf("%s must be followed by %s", a.Do, form.usage)
	}
	if err := form.read(&a, words); err != nil {
		return a, fmt.Errorf("%s: %w; it must be followed by %s", a.Do, err, form.usage)
	}
	return a, nil
}

// A form is what follows the kind of an action: so many words, or more, of which usage says what they are.
type form struct {
	words int
	more  bool
	usage string
	read  func(a *Action, words []string) error
}

var (
	toNode = form{1, false, "a node, such as S3", func(a *Action, words []string) (err error) {
		a.Node, err = node(words[0])
		return err
	}}
	onWay = form{1, false, "a way, such as S1->S2", func(a *Action, words []string) (err error) {
		a.Node, a.Peer, err = way(words[0])
		return err
	}}
	forms = map[Kind]form{
		Crash: toNode, Restart: toNode, Disconnect: toNode, Connect: toNode, Pause: toNode, Resume: toNode,
		CrashOnSave: toNode, Spare: toNode, Cut: onWay, Uncut: onWay,
		Heal:      {0, false, "nothing", func(*Action, []string) error { return nil }},
		Partition: {1, true, "how many nodes it is of and groups, such as 5 S0,S1 S2,S3,S4", (*Action).readPartition},
		Skew:      {3, false, "a node, the speed of its clocks, and a jump, such as S1 0.9 -2h", (*Action).readSkew},
		Linger: {2, false, "a node and a time, such as S1 300ms", func(a *Action, words []string) (err error) {
			if a.Node, err = node(words[0]); err == nil {
				a.Longest, err = span(words[1])
			}
			return err
		}},
		Weather: {0, true, "what the network does, such as lose-request=0.1 delay-request=0s..26ms", (*Action).readWeather},
		Tell: {2, false, "a node and bytes, such as S1 x0400", func(a *Action, words []string) (err error) {
			if a.Node, err = node(words[0]); err == nil {
				a.Data, err = readBytes(words[1])
			}
			return err
		}},
		Ask: {3, false, "a node, a method and bytes, such as S1 Start x0200", func(a *Action, words []string) (err error) {
			if a.Method = words[1]; a.Method == nameless {
				a.Method = ""
			}
			if a.Node, err = node(words[0]); err == nil {
				a.Data, err = readBytes(words[2])
			}
			return err
		}},
		Message: {3, true, "a way, a number and what is bad, such as S1->S2 17 lose-reply", (*Action).readMessage},
	}
)

// maxNodes is more nodes than any cluster has.
const maxNodes = 1000

func node(text string) (int, error) {
	digits, ok := strings.CutPrefix(text, "S")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 0 || n >= maxNodes {
		return 0, fmt.Errorf("%q is no node", text)
	}
	return n, nil
}

func way(text string) (from, to int, err error) {
	left, right, ok := strings.Cut(text, "->")
	if !ok {
		return 0, 0, fmt.Errorf("%q is no way", text)
	}
	if from, err = node(left); err == nil {
		to, err = node(right)
	}
	if err == nil && from == to {
		err = fmt.Errorf("%q is no way", text)
	}
	return from, to, err
}

// span reads a time of at least 0.
func span(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q must be a time of at least 0, such as 2.5s", text)
	}
	return d, nil
}

func readBytes(text string) ([]byte, error) {
	digits, ok := strings.CutPrefix(text, "x")
	data, err := hex.DecodeString(digits)
	if !ok || err != nil {
		return nil, fmt.Errorf("%q are no bytes", text)
	}
	return data, nil
}

func (a *Action) readPartition(words []string) (err error) {
	if a.First, err = strconv.Atoi(words[0]); err != nil || a.First < 0 || a.First > maxNodes {
		return fmt.Errorf("%q is no number of nodes", words[0])
	}
	seen := make(map[int]bool)
	for _, word := range words[1:] {
		var group []int
		for name := range strings.SplitSeq(word, ",") {
			if word == "-" {
				break
			}
			n, err := node(name)
			if err != nil {
				return err
			}
			if n >= a.First || seen[n] {
				return fmt.Errorf("node S%d is in it twice, or not one of the first %d", n, a.First)
			}
			seen[n] = true
			group = append(group, n)
		}
		a.Groups = append(a.Groups, group)
	}
	return nil
}

func (a *Action) readSkew(words []string) (err error) {
	if a.Node, err = node(words[0]); err != nil {
		return err
	}
	a.Rate, err = strconv.ParseFloat(words[1], 64)
	if err != nil || !(a.Rate > 0 && a.Rate <= 1000) {
		return fmt.Errorf("%q must be a speed above 0, of at most 1000", words[1])
	}
	if a.Jump, err = time.ParseDuration(words[2]); err != nil {
		return fmt.Errorf("%q is no jump in time", words[2])
	}
	return nil
}

func (a *Action) readWeather(words []string) error {
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		all := measures(&a.Weather)
		i := slices.IndexFunc(all, func(m measure) bool { return m.name == name })
		if i < 0 {
			return fmt.Errorf("%q is nothing that a network does", name)
		}
		if err := all[i].read(value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (m measure) read(text string) (err error) {
	if m.rate != nil {
		*m.rate, err = strconv.ParseFloat(text, 64)
		if err != nil || !(*m.rate >= 0 && *m.rate <= 1) || math.Signbit(*m.rate) {
			return fmt.Errorf("%q must be a probability from 0 to 1", text)
		}
		return nil
	}
	text, m.delay.Low = strings.CutSuffix(text, "/low")
	least, most, _ := strings.Cut(text, "..")
	m.delay.Min, err = span(least)
	if err == nil {
		m.delay.Max, err = span(most)
	}
	if err != nil || m.delay.Max < m.delay.Min || m.delay.Max > time.Hour {
		return fmt.Errorf("%q must be two times of at most an hour, such as 0s..26ms, with /low behind them or not", text)
	}
	return nil
}

func (a *Action) readMessage(words []string) (err error) {
	if a.Node, a.Peer, err = way(words[0]); err != nil {
		return err
	}
	if a.Number, err = strconv.ParseUint(words[1], 10, 64); err != nil {
		return fmt.Errorf("%q is no number of a request", words[1])
	}
	for _, word := range words[2:] {
		name, value, timed := strings.Cut(word, "=")
		all := a.Fate.parts()
		i := slices.IndexFunc(all, func(p part) bool { return p.name == name && timed == (p.after != nil) })
		if i < 0 {
			return fmt.Errorf("%q is nothing that happens to a message", word)
		}
		if all[i].yes != nil {
			*all[i].yes = true
		}
		if timed {
			if *all[i].after, err = span(value); err != nil {
				return err
			}
			if *all[i].after > time.Hour {
				return fmt.Errorf("%q is more than an hour", value)
			}
		}
	}
	return nil
}
