package main

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/src/logline"
	"raftlab/src/logview"
)

// settings are what the command line asks for.
type settings struct {
	filter  logview.Filter
	columns int // 0: none
	time    logview.TimeFormat
	width   int // 0: the terminal's
	color   colorMode
	noColor bool
	follow  bool
	merge   bool
}

type colorMode string

const (
	colorAuto   colorMode = ""
	colorAlways colorMode = "always"
	colorNever  colorMode = "never"
)

const (
	maxColumns = 128
	minWidth   = 20
	maxWidth   = 10000
)

// flags returns the options, which parse themselves into s.
func flags(s *settings) []cli.Flag {
	return []cli.Flag{
		option("columns", "c", "a column for each of `N` servers", func(v string) (err error) {
			s.columns, err = within(v, 1, maxColumns)
			return err
		}),
		option("just", "j", "only these `TOPICS`, such as CMIT,PERS", addTopics(&s.filter.Just)),
		option("ignore", "i", "not these `TOPICS`", addTopics(&s.filter.Ignore)),
		option("server", "s", "only these `SERVERS`, such as 0,2 or 5-7; with -c, their columns",
			addRanges(&s.filter.Servers)),
		option("term", "", "only lines that mention these `TERMS`, such as 3 or 3-5", addRanges(&s.filter.Terms)),
		option("since", "", "only lines from this `TIME` on: 1.5s, 300ms, or 15000 as in the log (0.1 ms)",
			func(v string) (err error) {
				s.filter.Since, err = parseTime(v)
				return err
			}),
		option("until", "", "only lines up to this `TIME`", func(v string) (err error) {
			s.filter.Until, err = parseTime(v)
			s.filter.Bounded = true
			return err
		}),
		&cli.BoolFlag{
			Name: "follow", Aliases: []string{"f"}, Destination: &s.follow,
			Usage: "go on as the file grows, until interrupted",
		},
		&cli.BoolFlag{
			Name: "merge", Aliases: []string{"m"}, Destination: &s.merge,
			Usage: "one log of all files, ordered by time",
		},
		option("time", "", "write times in `UNIT` ticks (0.1 ms, as in the log) or seconds; default seconds with -c,"+
			" else ticks", func(v string) error {
			switch v {
			case "ticks":
				s.time = logview.Ticks
			case "seconds":
				s.time = logview.Seconds
			default:
				return errors.New("must be ticks or seconds")
			}
			return nil
		}),
		option("color", "", "`WHEN` to colour: always, never or auto, which is on a terminal unless NO_COLOR is"+
			" set", func(v string) error {
			switch v {
			case "auto":
				s.color = colorAuto
			case "always", "never":
				s.color = colorMode(v)
			default:
				return errors.New("must be auto, always or never")
			}
			return nil
		}),
		&cli.BoolFlag{Name: "no-color", Usage: "same as --color=never", Destination: &s.noColor},
		option("width", "", "`CELLS` in a row; default the terminal's, else "+strconv.Itoa(logview.DefaultWidth),
			func(v string) (err error) {
				s.width, err = within(v, minWidth, maxWidth)
				return err
			}),
	}
}

// check says what is wrong with the options taken together.
func (s *settings) check() error {
	f := &s.filter
	switch {
	case s.noColor && s.color == colorAlways:
		return usagef("--no-color and --color=always contradict each other")
	case f.Bounded && f.Until < f.Since:
		return usagef("--until is %v, before --since, which is %v", ticks(f.Until), ticks(f.Since))
	}
	return nil
}

func ticks(n int64) time.Duration { return time.Duration(n) * logline.Tick }

// option is a flag whose value parse takes.
func option(name, alias, usage string, parse func(string) error) cli.Flag {
	f := &cli.GenericFlag{Name: name, Usage: usage, Value: value(parse)}
	if alias != "" {
		f.Aliases = []string{alias}
	}
	return f
}

// A value is a flag.Value that knows only how to be set.
type value func(string) error

func (v value) Set(s string) error { return v(s) }
func (v value) String() string     { return "" }
func (v value) Get() any           { return nil }

func within(v string, low, high int) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("must be a number from %d to %d", low, high)
	}
	return n, nil
}

func addTopics(set *logview.TopicSet) func(string) error {
	return func(v string) error {
		for name := range strings.SplitSeq(v, ",") {
			name = strings.TrimSpace(name)
			if t, ok := logline.ParseTopic(name); ok {
				set.Add(t)
			} else if logline.IsTopic(name) {
				set.AddOther(strings.ToUpper(name))
			} else {
				return fmt.Errorf("%q is no topic: one has two to six letters, or four letters and digits, such as %s",
					name, topicNames())
			}
		}
		return nil
	}
}

func topicNames() string {
	var names []string
	for _, t := range logline.Topics() {
		names = append(names, t.String())
	}
	return strings.Join(names, " ")
}

func addRanges(set *logview.Ranges) func(string) error {
	return func(v string) error {
		r, err := logview.ParseRanges(v)
		*set = append(*set, r...)
		return err
	}
}

// parseTime reads a duration, or a bare number as times are printed: a whole
// one in ticks, one with a point in seconds.
func parseTime(v string) (int64, error) {
	const maxSeconds = 1e9
	if d, err := time.ParseDuration(v); err == nil && d >= 0 && v != "0" {
		return int64(d / logline.Tick), nil
	}
	if n, err := strconv.ParseUint(v, 10, 62); err == nil {
		return int64(n), nil
	}
	if x, err := strconv.ParseFloat(v, 64); err == nil && x >= 0 && x < maxSeconds && strings.Contains(v, ".") {
		return int64(math.Round(x * float64(logline.TicksPerSecond))), nil
	}
	return 0, errors.New("must be a time such as 1.5s, 300ms or 15000 (in 0.1 ms)")
}

// attached matches an option of one letter with its value, as in -c5 or
// -iTIMR,DROP. The values begin with a digit or a capital, other options'
// names do not.
var attached = regexp.MustCompile(`^-([cijs])([0-9A-Z].*)$`)

// detach parts options of one letter from values that are attached to them.
func detach(args []string) []string {
	var out []string
	for i, a := range args {
		if a == "--" {
			return append(out, args[i:]...)
		}
		if m := attached.FindStringSubmatch(a); m != nil {
			a = "-" + m[1] + "=" + m[2]
		}
		out = append(out, a)
	}
	return out
}

// sentence turns an error of the flag library into one that a user understands.
func sentence(err error) error {
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: "); ok {
		return usagef("there is no option %s; see dslogs --help", name)
	}
	return usagef("%w; see dslogs --help", err)
}

// description is the part of the help that the flags do not say.
func description() string {
	var b strings.Builder
	b.WriteString("Topics:\n")
	for _, t := range logline.Topics() {
		fmt.Fprintf(&b, "  %s  %s\n", t, t.Info().About)
	}
	b.WriteString("Others, of two to six capitals, can be filtered as well.\n")
	b.WriteString(`
Examples:
  VERBOSE=1 go test -run 2A | dslogs -c 3
  dslogs failed.log -c 5 -i TIMR,DROP -since 1.5s -until 3s
  dslogs -f server.log --term 3-5 -s 0,2
  grader replay -events - impls/mine ReElection 7 | dslogs -c 3 -j VOTE,LEAD`)
	return b.String()
}
