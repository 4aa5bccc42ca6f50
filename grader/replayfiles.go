package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/page"
	"raftlab/src/record"
	"raftlab/src/record/export"
)

// toStdout is the name of a file that stands for standard output.
const toStdout = "-"

// An exported is a form in which a replay writes down its run for other programs.
type exported struct {
	flag, usage string
	write       func(io.Writer, *record.Recording) error
}

var exports = []exported{
	{"events", "write all events to this `file` as lines of JSON, which dslogs reads, too; - is standard output",
		export.Events},
	{"shiviz", "write a log with vector clocks for ShiViz to this `file`", export.ShiViz},
	{"trace", "write a trace for Perfetto (https://ui.perfetto.dev) to this `file`", export.Trace},
}

// replayFileFlags are those of grader replay that write down a run.
func replayFileFlags() []cli.Flag {
	flags := []cli.Flag{
		&cli.StringFlag{Name: "html", Usage: "write a page for a browser to this `file`: why the run failed, and all " +
			"that happened"},
		&cli.BoolFlag{Name: "open", Usage: "open that page in the browser; without -html it is a temporary file"},
		&cli.StringFlag{Name: "against", Usage: "show the run with this `seed` beside it, in the same page"},
		&cli.StringFlag{Name: "against-dir", Usage: "show the run of the implementation in this `directory` beside it; " +
			"the seed is the same without -against"},
		statesFlag(replayStates),
	}
	for _, e := range exports {
		flags = append(flags, &cli.StringFlag{Name: e.flag, Usage: e.usage})
	}
	return flags
}

// ReplayFiles are what a replay writes of its run besides the log.
type replayFiles struct {
	html    string   // the file of the page; "" if none is asked for
	open    opener   // nil if it is not to be opened
	exports []string // the files of exports, in their order
	stdout  io.Writer

	states int // see statesFlag

	other bool   // another run is to be shown beside it
	seed  uint64 // of that
	dir   string // of its implementation
}

// newReplayFiles checks the flags that say what is written down of a run, and that the files can be written: a name that
// cannot must not cost a run.
func newReplayFiles(cmd *cli.Command, dir string, seed uint64) (s *replayFiles, err error) {
	s = &replayFiles{html: cmd.String("html"), stdout: cmd.Root().Writer, seed: seed, dir: dir}
	if s.states, err = checkStates(cmd); err != nil {
		return nil, err
	}
	s.other = cmd.IsSet("against") || cmd.IsSet("against-dir")
	if cmd.IsSet("against-dir") {
		s.dir = cmd.String("against-dir")
	}
	if text := cmd.String("against"); cmd.IsSet("against") {
		if s.seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			return nil, fmt.Errorf("-against %s: must be a seed, a whole number of at least 0", text)
		}
	}
	paged := s.html != "" || cmd.Bool("open")
	if cmd.IsSet("states") && !paged {
		return nil, errors.New("-states is about the page that -html and -open make; use one of these")
	}
	if s.other && !paged {
		return nil, errors.New("-against and -against-dir are about the page that -html and -open make; use one of these")
	}
	if s.other && s.seed == seed && s.dir == dir {
		return nil, errors.New("-against: that is the same run; name another seed, or -against-dir")
	}
	files := map[string]string{} // by name: of which flag
	check := func(flag, file string) error {
		if before := files[file]; before != "" && file != "" {
			return fmt.Errorf("-%s %s: that is the file of -%s, too; name one for each", flag, file, before)
		}
		files[file] = flag
		if file == "" || file == toStdout {
			return nil
		}
		if err := canWrite(file); err != nil {
			return fmt.Errorf("-%s %s: %w", flag, file, err)
		}
		return nil
	}
	if err := check("html", s.html); err != nil {
		return nil, err
	}
	for _, e := range exports {
		file := cmd.String(e.flag)
		if err := check(e.flag, file); err != nil {
			return nil, err
		}
		s.exports = append(s.exports, file)
	}
	if s.onStdout() && (cmd.Bool("c") || cmd.IsSet("around") || cmd.IsSet("servers")) {
		return nil, errors.New("-c, -around and -servers show the log on standard output, where another flag writes, too")
	}
	if cmd.Bool("open") {
		if s.open, err = newOpener(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// wanted reports whether anything is to be written down.
func (s *replayFiles) wanted() bool {
	for _, file := range s.exports {
		if file != "" {
			return true
		}
	}
	return s.paged()
}

// onStdout reports whether standard output gets what is for other programs.
func (s *replayFiles) onStdout() bool {
	for _, file := range s.exports {
		if file == toStdout {
			return true
		}
	}
	return s.html == toStdout
}

// write writes all that is asked for, and opens the page. runs are the one that is replayed and the one beside it, if
// there is one.
func (s *replayFiles) write(runs ...replayed) error {
	rec := runs[0].rec
	for i, file := range s.exports {
		if file == "" {
			continue
		}
		if err := s.put(file, func(w io.Writer) error { return exports[i].write(w, rec) }); err != nil {
			return fmt.Errorf("-%s: %w", exports[i].flag, err)
		}
	}
	if !s.paged() {
		return nil
	}
	if s.html == "" {
		f, err := os.CreateTemp("", "raftlab-*.html")
		if err != nil {
			return fmt.Errorf("-open: %w", err)
		}
		f.Close()
		s.html = f.Name()
	}
	p := page.Page{Against: len(runs) > 1}
	for _, r := range runs {
		title := fmt.Sprintf("%s %s seed %d", r.rec.Implementation, r.rec.Scenario, r.rec.Seed)
		p.Runs = append(p.Runs, page.Run{Title: title, Command: r.command, Recording: page.Pack(r.rec)})
	}
	p.Title = p.Runs[0].Title
	if err := s.put(s.html, func(w io.Writer) error { return page.Write(w, p) }); err != nil {
		return fmt.Errorf("-html: %w", err)
	}
	if s.open == nil {
		return nil
	}
	return s.open.show(s.html)
}

// A replayed is a run that was written down, and the command that repeats it.
type replayed struct {
	rec     *record.Recording
	command string
}

// paged reports whether there is to be a page.
func (s *replayFiles) paged() bool { return s.html != "" || s.open != nil }

// put writes a file, at once or not at all if that can be.
func (s *replayFiles) put(file string, render func(io.Writer) error) error {
	if file == toStdout {
		return render(s.stdout)
	}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return appendTo(file, render)
	}
	return replace(file, render)
}

// canWrite returns an error if a file cannot be written. It leaves no trace.
func canWrite(file string) error {
	info, err := os.Stat(file)
	var f *os.File
	switch {
	case err == nil && info.IsDir():
		return errors.New("that is a directory; name a file")
	case err == nil:
		f, err = os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
	default:
		if f, err = os.CreateTemp(filepath.Dir(file), ".raftlab-*"); err == nil {
			defer os.Remove(f.Name())
		}
	}
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	} else if err != nil {
		return err
	}
	return f.Close()
}
