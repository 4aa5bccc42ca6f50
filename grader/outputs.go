package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/grading"
	"raftlab/grader/internal/report"
	"raftlab/src/lab"
)

// outputFlags are the flags of grader run that say where results go.
func outputFlags() []cli.Flag {
	var flags []cli.Flag
	for _, f := range report.Forms() {
		flags = append(flags, &cli.StringFlag{Name: f.Flag, Usage: f.Usage, Category: resultsCategory})
	}
	return append(flags, logsFlag(), statesFlag(gradeStates),
		&cli.BoolFlag{Name: "open", Usage: "open the page of -html in the browser, when all is done"},
		&cli.StringFlag{
			Name:  "grading",
			Usage: "the `file` that says what runs are worth; grader grading prints one to start from",
		},
		stateFlag(),
	)
}

func logsFlag() cli.Flag {
	return &cli.StringFlag{
		Name:        "logs",
		Usage:       "keep the logs of failures in this `directory`",
		DefaultText: "a new one among the temporary files",
	}
}

func stateFlag() cli.Flag {
	return &cli.StringFlag{
		Name:  "state",
		Usage: "record every finished run in this `file`, and play only the runs that it does not have yet",
	}
}

// gradingCommand prints the default scheme of points.
func gradingCommand() *cli.Command {
	return &cli.Command{
		Name:  "grading",
		Usage: "print the file that says what runs are worth, to start from",
		Flags: []cli.Flag{labFlag()},
		Action: func(_ context.Context, cmd *cli.Command) error {
			l, err := labOf(cmd)
			if err != nil {
				return err
			}
			if cmd.Args().Present() {
				return fmt.Errorf("grader grading takes no arguments, got %q", cmd.Args().First())
			}
			_, err = io.WriteString(cmd.Root().Writer, grading.DefaultFile(l))
			return err
		},
	}
}

// scheme reads the file of -grading.
func scheme(cmd *cli.Command, l *lab.Lab) (*grading.Scheme, error) {
	name := cmd.String("grading")
	if name == "" {
		return grading.Default(l), nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("-grading: %w", err)
	}
	return grading.Parse(name, data, l)
}

// outputs are the files that results go to. A file that is rewritten while runs go on is whole at every moment: it is
// written under another name and then renamed.
type outputs struct {
	files []output
	open  opener // of the page that -html writes, nil if it is not to be opened

	mu     sync.Mutex
	due    time.Time // when to rewrite them
	failed bool      // whether the last update failed, which is said once
}

// An output is one of the files.
type output struct {
	report.Form
	file  string
	atEnd bool // appended to when all is done; so are a pipe and a terminal, which cannot be rewritten
}

func (o output) errorf(format string, args ...any) error {
	return fmt.Errorf("-"+o.Flag+format, args...)
}

// refresh is how often the files are rewritten at most.
const refresh = time.Second

// newOutputs checks the flags that name files, for the results of n implementations.
func newOutputs(cmd *cli.Command, n int) (*outputs, error) {
	o := new(outputs)
	for _, form := range report.Forms() {
		f := output{Form: form, file: cmd.String(form.Flag), atEnd: form.Append}
		same := func(other output) bool { return !f.Append && !other.Append && other.file == f.file }
		switch {
		case f.file == "":
			continue
		case f.Single && n != 1:
			return nil, f.errorf(" is for the results of one submission, not of %d; name one", n)
		case slices.ContainsFunc(o.files, same):
			return nil, f.errorf(" %s: another form of the results goes to the same file; name a file for each", f.file)
		}
		o.files = append(o.files, f)
	}
	if !cmd.Bool("open") {
		return o, nil
	}
	if cmd.String("html") == "" {
		return nil, errors.New("-open opens the page that -html writes; name a file by -html FILE")
	}
	var err error
	o.open, err = newOpener()
	return o, err
}

// begin writes the files for the first time: a name that cannot be written must not cost a whole run, and a grader that
// is killed while it builds must leave files that say so.
func (o *outputs) begin(r *report.Report) error {
	for i := range o.files {
		f := &o.files[i]
		if f.atEnd {
			if err := appendTo(f.file, func(io.Writer) error { return nil }); err != nil {
				return f.errorf(": %w", err)
			}
			continue
		}
		if target, err := filepath.EvalSymlinks(f.file); err == nil {
			f.file = target
		}
		if info, err := os.Stat(f.file); err == nil && !info.Mode().IsRegular() {
			if info.IsDir() {
				return f.errorf(": %s is a directory; name a file", f.file)
			}
			f.atEnd = true
		}
	}
	return o.write(r, false)
}

// update rewrites the files if that is due. An error that goes on it returns once. It is for concurrent use.
func (o *outputs) update(r *report.Report) error {
	if !o.mu.TryLock() {
		return nil // somebody is at it
	}
	defer o.mu.Unlock()
	began := time.Now()
	if began.Before(o.due) {
		return nil
	}
	err := o.write(r, false)
	// Large files are written less often: they must not take time from the runs.
	o.due = time.Now().Add(max(refresh, 20*time.Since(began)))
	before := o.failed
	if o.failed = err != nil; before {
		return nil
	}
	return err
}

// end writes everything for the last time.
func (o *outputs) end(r *report.Report) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.write(r, true); err != nil || o.open == nil {
		return err
	}
	page := slices.IndexFunc(o.files, func(f output) bool { return f.Flag == "html" })
	return o.open.show(o.files[page].file)
}

func (o *outputs) write(r *report.Report, atEnd bool) error {
	var all error
	for _, f := range o.files {
		if f.atEnd && !atEnd {
			continue
		}
		put := replace
		if f.atEnd {
			put = appendTo
		}
		if err := put(f.file, func(w io.Writer) error { return f.Render(r, w) }); err != nil {
			all = errors.Join(all, f.errorf(": %w", err))
		}
	}
	return all
}

// replace gives a file new contents, at once or not at all.
func replace(file string, render func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return err
	}
	err = errors.Join(render(f), f.Chmod(mode(file)), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// mode is the permissions of a file, or those of a new one.
func mode(file string) os.FileMode {
	if info, err := os.Stat(file); err == nil {
		return info.Mode().Perm()
	}
	return 0o644
}

func appendTo(file string, render func(io.Writer) error) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	return errors.Join(render(f), f.Close())
}

// unbuilt are the implementations before any was looked at.
func unbuilt(dirs []string) []report.Impl {
	var impls []report.Impl
	for _, dir := range dirs {
		name := filepath.Base(dir)
		if abs, err := filepath.Abs(dir); err == nil {
			name = filepath.Base(abs)
		}
		impls = append(impls, report.Impl{Name: name, Dir: dir})
	}
	return impls
}

// ungraded are the implementations of which none could be built, for a reason that is not theirs.
func ungraded(dirs []string, err error) []report.Impl {
	impls := unbuilt(dirs)
	for i := range impls {
		impls[i].GraderError = err.Error()
	}
	return impls
}
