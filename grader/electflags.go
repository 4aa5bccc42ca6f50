package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/elect"
	"raftlab/src/lab"
	"raftlab/src/raft/elections"
)

// defaultLatency is a broadcast time of 15 ms, as in the paper's section 9.3. That requests have the smaller part of it
// was found by measuring: see docs/elections.md.
const defaultLatency = "2.7ms+12.3ms"

// electOptions are the checked flags of grader elect.
type electOptions struct {
	lab         *lab.Lab
	dirs        []string
	experiments []elect.Experiment
	figure16    bool
	seed        uint64
	parallel    int
	schedule    bool
	files       []electFile
}

// An electFile is one to write.
type electFile struct {
	flag, name string
	write      func(w io.Writer, rows []elect.Row) error
}

func parseElect(cmd *cli.Command) (o electOptions, err error) {
	o.dirs, o.seed, o.figure16 = cmd.Args().Slice(), cmd.Uint64("seed"), cmd.Bool("figure16")
	o.schedule = cmd.Bool("schedule")
	c := elections.Conditions{Servers: cmd.Int("servers"), Loss: cmd.Float("loss"), Limit: cmd.Duration("limit")}
	count, starts := cmd.Int("count"), cmd.Int("count")
	if cmd.IsSet("starts") {
		starts = cmd.Int("starts")
	}
	switch {
	case slices.Contains(o.dirs, ""):
		return o, errNoName
	case count < 1 || count > maxElections:
		return o, fmt.Errorf("-count %d: must be 1 to %d", count, maxElections)
	case starts < 0 || starts > maxElections:
		return o, fmt.Errorf("-starts %d: must be 0 to %d", starts, maxElections)
	case o.figure16 && cmd.IsSet("starts"):
		return o, errors.New("-figure16 has no starts; leave out -starts")
	case o.figure16 && (cmd.IsSet("timeout") || cmd.IsSet("heartbeat")):
		return o, errors.New("-figure16 has timeouts and heartbeats of its own; leave out -timeout and -heartbeat")
	case !o.figure16 && !cmd.IsSet("timeout") && (cmd.IsSet("heartbeat") || cmd.IsSet("poll")):
		return o, errors.New("-heartbeat and -poll go with -timeout; without it each implementation has its own timing")
	case cmd.IsSet("heartbeat") && cmd.Duration("heartbeat") <= 0:
		return o, fmt.Errorf("-heartbeat %v: must be more than 0", cmd.Duration("heartbeat"))
	case cmd.IsSet("poll") && cmd.Duration("poll") <= 0:
		return o, fmt.Errorf("-poll %v: must be more than 0", cmd.Duration("poll"))
	}
	if o.parallel, err = parseParallel(cmd, 1); err != nil {
		return o, err
	}
	if c.There, c.Back, err = parseLatency(cmd.String("latency")); err != nil {
		return o, err
	}
	c.Timing.Poll = cmd.Duration("poll")
	if cmd.IsSet("timeout") {
		if c.Timing.MinElection, c.Timing.MaxElection, err = parseTimeout(cmd.String("timeout")); err != nil {
			return o, err
		}
		if c.Timing.Heartbeat = cmd.Duration("heartbeat"); c.Timing.Heartbeat == 0 {
			c.Timing.Heartbeat = c.Timing.MinElection / 2
		}
	}
	if o.figure16 {
		o.experiments = elect.Figure16(c, count)
	} else {
		o.experiments = []elect.Experiment{{Label: "own timing", Conditions: c, Crashes: count, Starts: starts}}
		if cmd.IsSet("timeout") {
			o.experiments[0].Label = elect.Range(c.Timing.MinElection, c.Timing.MaxElection) + " ms"
		}
	}
	for _, e := range o.experiments {
		if err := e.Conditions.Validate(); err != nil {
			return o, fmt.Errorf("%s: %w", electFlags(cmd), err)
		}
	}
	o.lab, _ = lab.Find(defaultLab)
	if len(o.dirs) == 0 {
		if o.dirs, err = implementations("impls", o.lab); err != nil {
			return o, err
		}
	}
	o.files = electFiles(cmd, o)
	return o, nil
}

// maxElections is what -count may be: all trials are kept.
const maxElections = 1_000_000

// electFlags are the flags that say under which conditions, as they were given, for a message.
func electFlags(cmd *cli.Command) string {
	var given []string
	for _, name := range []string{"timeout", "heartbeat", "poll", "latency", "loss", "servers", "limit"} {
		if cmd.IsSet(name) {
			given = append(given, fmt.Sprintf("-%s %v", name, cmd.Value(name)))
		}
	}
	return strings.Join(given, " ")
}

// parseTimeout reads MIN-MAX.
func parseTimeout(text string) (low, high time.Duration, err error) {
	first, second, ok := strings.Cut(text, "-")
	if ok {
		var err1, err2 error
		low, err1 = milliseconds(first)
		high, err2 = milliseconds(second)
		ok = err1 == nil && err2 == nil
	}
	switch {
	case !ok:
		return 0, 0, fmt.Errorf("-timeout %s: must be two times in ms, the shortest and the longest, as 150-300", text)
	case low > high:
		return 0, 0, fmt.Errorf("-timeout %s: the shortest must come first, as in -timeout %s", text,
			elect.Range(high, low))
	}
	return low, high, nil
}

// parseLatency reads REQUEST+REPLY, or what both take together.
func parseLatency(text string) (there, back time.Duration, err error) {
	first, second, two := strings.Cut(text, "+")
	if there, err = milliseconds(first); err == nil && two {
		back, err = milliseconds(second)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("-latency %s: must be one time, as 15ms, or that of a request and that of a reply, as "+
			"3ms+12ms", text)
	}
	if !two {
		there /= 2
		back = there
	}
	return there, back, nil
}

// milliseconds reads a time, in ms if it has no unit.
func milliseconds(text string) (time.Duration, error) {
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		text += "ms"
	}
	d, err := time.ParseDuration(text)
	if err == nil && d < 0 {
		err = errors.New("less than 0")
	}
	return d, err
}

func electFiles(cmd *cli.Command, o electOptions) (files []electFile) {
	svg := elect.SVG
	if o.figure16 {
		svg = elect.Figure16SVG
	}
	for _, f := range []electFile{
		{"csv", cmd.String("csv"), elect.CSV},
		{"json", cmd.String("json"), func(w io.Writer, rows []elect.Row) error { return elect.JSON(w, rows, o.seed) }},
		{"svg", cmd.String("svg"), svg},
		{"html", cmd.String("html"), func(w io.Writer, rows []elect.Row) error {
			return elect.HTML(w, func(w io.Writer) error { return svg(w, rows) }, o.text(rows), o.seed)
		}},
	} {
		if f.name != "" {
			files = append(files, f)
		}
	}
	return files
}
