package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"raftlab/src/logline"
	"raftlab/src/logview"
	"raftlab/src/record/export"
)

// show prints the logs called names as s asks for. It opens all of them before
// it prints anything.
func show(ctx context.Context, s *settings, names []string, e env) error {
	if s.follow && len(names) > 1 {
		return usagef("--follow takes one file, not %d", len(names))
	}
	logs, err := open(names, e)
	defer func() {
		for _, l := range logs {
			l.Close()
		}
	}()
	if err != nil {
		return err
	}
	p := logview.NewPrinter(painted(e.stdout), s.options(e))
	switch {
	case s.follow && logs[0].file != nil:
		err = followLog(ctx, p, logs[0], e)
	case s.merge:
		var sources []logline.Source
		for _, l := range logs {
			sources = append(sources, reader(p, l))
		}
		err = p.PrintAll(logline.Merge(sources...))
	default:
		err = inTurn(p, logs)
	}
	return errors.Join(err, p.Close())
}

// reader reads a log, or the events of a recording as one. What it has read is printed before it waits for more.
func reader(p *logview.Printer, r io.Reader) logline.Source {
	return logline.NewReader(export.Log(p.FlushBefore(r)))
}

// inTurn prints one log after the other, each under its name if there are more.
func inTurn(p *logview.Printer, logs []input) error {
	for _, l := range logs {
		heading := ""
		if len(logs) > 1 {
			heading = l.name
		}
		if err := p.Begin(heading); err != nil {
			return err
		}
		if err := p.PrintAll(reader(p, l)); err != nil {
			return err
		}
	}
	return nil
}

// followLog prints a file as it grows until ctx ends or the user interrupts.
func followLog(ctx context.Context, p *logview.Printer, l input, e env) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	f := &follower{ctx: ctx, name: l.name, file: l.file, poll: tick.C}
	f.restarted = func(why string) { fmt.Fprintf(e.stderr, "dslogs: %s: %s\n", l.name, why) }
	defer f.Close()
	return p.PrintAll(reader(p, f))
}

// An input is a log that is read.
type input struct {
	io.Reader
	name string
	file *os.File // nil for standard input
}

func (i input) Close() {
	if i.file != nil {
		i.file.Close()
	}
}

func open(names []string, e env) ([]input, error) {
	if len(names) == 0 {
		names = []string{"-"}
		if _, ok := terminal(e.stdin); ok {
			fmt.Fprintln(e.stderr, "dslogs: reading a log from the terminal; name a file or use a pipe (see --help)")
		}
	}
	var logs []input
	stdin := false
	for _, name := range names {
		if name == "-" {
			if stdin {
				return logs, usagef("- is named twice, but standard input can be read only once")
			}
			stdin = true
			logs = append(logs, input{e.stdin, "standard input", nil})
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return logs, usageError{err}
		}
		logs = append(logs, input{f, name, f})
		if info, err := f.Stat(); err != nil {
			return logs, usageError{err}
		} else if info.IsDir() {
			return logs, usagef("%s is a folder; name the log files in it", name)
		}
	}
	return logs, nil
}
