package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/page"
	"raftlab/src/recipe"
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
		&cli.StringFlag{Name: "against", Usage: "show the run of this `recipe` beside it, in the same page"},
		&cli.StringFlag{Name: "against-dir", Usage: "show the run of the implementation in this `directory` beside it; " +
			"the recipe is the same without -against"},
		statesFlag(replayStates),
	}
	for _, e := range exports {
		flags = append(flags, &cli.StringFlag{Name: e.flag, Usage: e.usage})
	}
	return flags
}

// A replayFiles is what a replay writes of its run besides the log.
type replayFiles struct {
	html    string   // the file of the page; "" if none is asked for
	open    opener   // nil if it is not to be opened
	exports []string // the files of exports, in their order
	stdout  io.Writer
	states  int // see statesFlag

	other  bool   // another run is to be shown beside it
	beside target // that run
}

// newReplayFiles checks the flags that say what is written down of a run. All that can be known before it is played is
// known then: a file that cannot be written must not cost a run.
func newReplayFiles(cmd *cli.Command, t target) (s *replayFiles, err error) {
	s = &replayFiles{html: cmd.String("html"), stdout: cmd.Root().Writer, beside: t}
	for _, e := range exports {
		s.exports = append(s.exports, cmd.String(e.flag))
	}
	if s.states, err = checkStates(cmd); err != nil {
		return nil, err
	}
	if err := s.parseAgainst(cmd); err != nil {
		return nil, err
	}
	if err := s.checkFiles(cmd); err != nil {
		return nil, err
	}
	switch {
	case s.onStdout() && (cmd.Bool("c") || cmd.IsSet("around") || cmd.IsSet("servers")):
		return nil, errors.New("-c, -around and -servers show the log on standard output, where another flag writes, too")
	case cmd.Bool("open") && s.html == toStdout:
		return nil, errors.New("-open needs a file, and -html - writes to standard output")
	case cmd.Bool("open"):
		s.open, err = newOpener()
	}
	return s, err
}

// parseAgainst reads which run is to be shown beside that of the target, which beside is before. With a script that is
// the script's, of another implementation, or a run without it.
func (s *replayFiles) parseAgainst(cmd *cli.Command) (err error) {
	same := s.beside
	s.other = cmd.IsSet("against") || cmd.IsSet("against-dir")
	if cmd.IsSet("against-dir") {
		s.beside.dir, s.beside.mutant = cmd.String("against-dir"), nil
	}
	if text := cmd.String("against"); cmd.IsSet("against") {
		if s.beside.drawn, err = recipe.Parse(text); err != nil {
			return fmt.Errorf("-against: %w", err)
		}
		s.beside.script = nil
	}
	switch paged := s.html != "" || cmd.Bool("open"); {
	case cmd.IsSet("states") && !paged:
		return errors.New("-states is about the page that -html and -open make; use one of these")
	case s.other && !paged:
		return errors.New("-against and -against-dir are about the page that -html and -open make; use one of these")
	case s.other && s.beside.is(same):
		return errors.New("-against: that is the same run; name another seed, or -against-dir")
	}
	return nil
}

// checkFiles returns an error if two flags name the same file, or one that cannot be written.
func (s *replayFiles) checkFiles(cmd *cli.Command) error {
	flags := []string{"log", "html"}
	for _, e := range exports {
		flags = append(flags, e.flag)
	}
	of := make(map[string]string) // the flag, by file
	for _, flag := range flags {
		file := cmd.String(flag)
		if file == "" {
			continue
		}
		if before := of[file]; before != "" {
			return fmt.Errorf("-%s %s: that is the file of -%s, too; name one for each", flag, file, before)
		}
		of[file] = flag
		if file == toStdout || flag == "log" { // the log's is made at once
			continue
		}
		if err := canWrite(file); err != nil {
			return fmt.Errorf("-%s %s: %w", flag, file, err)
		}
	}
	return nil
}

// paged reports whether there is to be a page.
func (s *replayFiles) paged() bool { return s.html != "" || s.open != nil }

// wanted reports whether anything is to be written down.
func (s *replayFiles) wanted() bool {
	return s.paged() || slices.ContainsFunc(s.exports, func(file string) bool { return file != "" })
}

// onStdout reports whether standard output gets what is for other programs.
func (s *replayFiles) onStdout() bool {
	return s.html == toStdout || slices.Contains(s.exports, toStdout)
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
		p.Runs = append(p.Runs, page.Run{Title: r.target.title(r.rec), Command: r.command, Recording: page.Pack(r.rec)})
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
	target  target
	rec     *record.Recording
	command string
}

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
