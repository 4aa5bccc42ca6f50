package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/logline"
	"raftlab/src/logview"
)

// A display is where the log of a replay goes: the file of -log, or through dslogs to standard output.
type display struct {
	stdout  io.Writer
	file    string // of -log
	around  time.Duration
	options logview.Options
	silent  bool // it shows nothing

	log   *os.File       // what all goes to, of a display that shows it in the end
	pipe  *io.PipeWriter // of one that shows it at once
	shown chan error
}

// newDisplay checks the flags that say what is shown of a scenario's log. If none is given, it is shown if usual says
// so.
func newDisplay(cmd *cli.Command, s *lab.Scenario, usual bool) (*display, error) {
	d := &display{stdout: cmd.Root().Writer, file: cmd.String("log"), around: cmd.Duration("around")}
	d.options.Color, d.options.Width = terminal(d.stdout), columns(d.stdout)
	asked := d.file != "" || cmd.IsSet("around") || cmd.IsSet("servers") || cmd.Bool("c")
	d.silent = !usual && !asked
	if cmd.IsSet("around") && d.around <= 0 {
		return nil, fmt.Errorf("-around %v: must be more than 0", d.around)
	}
	if d.file != "" && (cmd.IsSet("around") || cmd.IsSet("servers") || cmd.IsSet("c")) {
		return nil, errors.New("-log writes the whole log, and -around, -servers and -c show parts of it; use -log " +
			"alone, and dslogs to show parts of the file")
	}
	if list := cmd.String("servers"); cmd.IsSet("servers") {
		var err error
		numbers := strings.NewReplacer("S", "", "s", "").Replace(list)
		if d.options.Filter.Servers, err = logview.ParseRanges(numbers); err != nil {
			return nil, fmt.Errorf("-servers: %w", err)
		}
		for _, i := range d.options.Filter.Servers.First(len(s.Nodes) + 1) {
			if i >= len(s.Nodes) {
				return nil, fmt.Errorf("-servers %s: %s has the servers 0 to %d", list, s.Name, len(s.Nodes)-1)
			}
		}
	}
	if cmd.Bool("c") {
		for i := range len(s.Nodes) {
			if d.options.Filter.Servers.Has(i) {
				d.options.Columns = append(d.options.Columns, i)
			}
		}
	}
	return d, nil
}

// begin returns what the log is to be written to, nil if it is not shown. work is for files.
func (d *display) begin(work string) (w io.Writer, err error) {
	switch {
	case d.silent:
		return nil, nil
	case d.file != "":
		if d.log, err = os.Create(d.file); err != nil {
			return nil, fmt.Errorf("-log: %w", err)
		}
		return d.log, nil
	case d.around > 0:
		// When the failure comes is known in the end. A log may be large.
		if d.log, err = os.Create(filepath.Join(work, "log")); err != nil {
			return nil, err
		}
		return d.log, nil
	}
	var r *io.PipeReader
	r, d.pipe = io.Pipe()
	d.shown = make(chan error, 1)
	go func() {
		err := logview.Copy(d.stdout, r, d.options)
		r.CloseWithError(err)
		d.shown <- err
	}()
	return d.pipe, nil
}

// end is to be called when all is written. It returns when all is shown.
func (d *display) end(f *cluster.Failure) error {
	if d.silent {
		return nil
	}
	if d.pipe != nil {
		d.pipe.Close()
		return <-d.shown
	}
	defer d.log.Close()
	if d.file != "" {
		return d.log.Close()
	}
	if f == nil {
		_, err := fmt.Fprintln(d.stdout, "The run did not fail, so -around has nothing to show.")
		return err
	}
	if _, err := d.log.Seek(0, io.SeekStart); err != nil {
		return err
	}
	d.options.Filter.Since = int64(max(0, f.At-d.around) / logline.Tick)
	d.options.Filter.Until = int64((f.At + d.around) / logline.Tick)
	d.options.Filter.Bounded = true
	return logview.Copy(d.stdout, d.log, d.options)
}
