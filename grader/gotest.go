package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/checkout"
	"raftlab/grader/internal/gotest"
	"raftlab/grader/internal/report"
	"raftlab/grader/internal/testrun"
)

func gotestCommand() *cli.Command {
	return &cli.Command{
		Name:      "gotest",
		Usage:     "run a checkout's own tests, unmodified, in virtual time",
		ArgsUsage: "PATH",
		Description: "PATH is a package's directory, the directory src, or the repository's root. Nothing is\n" +
			"written into it. Each run of a test has its own sandbox (box), in which time is virtual.\n" +
			"The run's seed determines what the test prints, and at what virtual times.",
		Flags: []cli.Flag{
			labFlag(),
			&cli.StringFlag{Name: "run", Usage: "only the tests that match this regular `expression`, as with go test"},
			&cli.IntFlag{Name: "count", Value: 1, Usage: "runs of each test, each with a seed of its own"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "the seed `S` of the first run; run n, from 0, has S+n"},
			&cli.BoolFlag{
				Name:        "schedule",
				Value:       true,
				DefaultText: "true",
				Usage:       "let the seed also vary the scheduling of goroutines",
			},
			&cli.IntFlag{Name: "parallel", Usage: "boxes at a time", DefaultText: "one per processor"},
			&cli.DurationFlag{
				Name:  "timeout",
				Value: 10 * time.Minute,
				Usage: "for one test, in virtual time and in processor time",
			},
			&cli.DurationFlag{
				Name:  "turn",
				Value: gotest.DefaultTurn,
				Usage: "processor time after which a test counts as hung, if not all its goroutines have waited meanwhile",
			},
			&cli.Int64Flag{Name: "memory", Value: 512, Usage: "memory of a box in `MiB`"},
			&cli.StringSliceFlag{
				Name:  "env",
				Usage: "an environment variable of the tests, as `NAME=VALUE`; the tests see none of yours",
			},
			&cli.StringFlag{Name: "tags", Usage: "build tags"},
			&cli.BoolFlag{Name: "short", Usage: "run the tests with -test.short"},
			&cli.BoolFlag{Name: "failfast", Usage: "stop after the first failure"},
			&cli.BoolFlag{Name: "v", Usage: "print all that the tests print, each line with its virtual time"},
			&cli.StringFlag{Name: "json", Usage: "write the results to this `file`"},
		},
		Action: runGotest,
	}
}

// gotestWorker is the command by which the grader starts itself as a worker of grader gotest.
const gotestWorker = "gotest-worker"

func gotestWorkerCommand() *cli.Command {
	return &cli.Command{
		Name:   gotestWorker,
		Hidden: true,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "module", Required: true, Usage: "the `file` of the test binary"},
			&cli.StringFlag{Name: "cache", Usage: "the `directory` of compiled programs"},
			&cli.StringFlag{Name: "options", Required: true, Usage: "in JSON"},
		},
		Action: func(_ context.Context, cmd *cli.Command) error {
			var o gotest.Options
			if err := json.Unmarshal([]byte(cmd.String("options")), &o); err != nil {
				return fmt.Errorf("-options: %w", err)
			}
			m, unload, err := loadModule(cmd.String("module"), cmd.String("cache"))
			if err != nil {
				return err
			}
			defer unload()
			return gotest.Work(m, o)
		},
	}
}

func runGotest(ctx context.Context, cmd *cli.Command) error {
	suite, err := parseGotest(cmd)
	if err != nil {
		return err
	}
	began := now()
	stdout, stderr := cmd.Root().Writer, cmd.Root().ErrWriter
	path := cmd.Args().First()
	l, err := labOf(cmd, path)
	if err != nil {
		return err
	}
	if l.Checkouts == nil {
		return fmt.Errorf("%s: gotest runs a course's tests, and the lab %s is no course's", path, l.Name)
	}
	c, err := checkout.FindTests(path, l.Checkouts)
	if err != nil {
		return err
	}
	var jsonFile *os.File
	if name := cmd.String("json"); name != "" {
		if jsonFile, err = os.Create(name); err != nil {
			return fmt.Errorf("-json: %w", err)
		}
		defer jsonFile.Close()
	}
	work, remove, err := workDir(gotestWork)
	if err != nil {
		return err
	}
	defer remove()
	kit, err := newKit(ctx, work, stderr)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "building %s\n", c.Dir)
	wasm, err := gotest.Build(ctx, kit.Go, c, cmd.String("tags"), work, cached(testCache, []byte(c.Dir)))
	switch {
	case ctx.Err() != nil:
		return exitStatus(statusInterrupted)
	case err != nil && !isSubmissionError(err):
		return graderError{err}
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	}
	suite.Options.Module = gotest.ModulePath(c)
	if err := workers(&suite, wasm, work); err != nil {
		return err
	}
	tests, err := suite.Tests(ctx)
	switch {
	case ctx.Err() != nil:
		return exitStatus(statusInterrupted)
	case errors.Is(err, gotest.ErrWorker):
		return graderError{err}
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case len(tests) == 0:
		return fmt.Errorf("%s: no test matches -run %s", path, suite.Run)
	}
	all := &report.GoTests{Tests: tests, Count: suite.Count, Replay: func(test string, seed uint64) string {
		return replayGotest(cmd, path, test, seed)
	}}
	failed := playGotest(ctx, cmd, suite, tests, all, stdout)
	all.Table(stdout, terminal(stdout))
	if jsonFile != nil {
		origin := selfOf(cmd).origin(kit.Go.Version, suite.Seed, began)
		if err := errors.Join(writeGotestJSON(jsonFile, all, origin), jsonFile.Close()); err != nil {
			return fmt.Errorf("-json: %w", err)
		}
	}
	switch {
	case failed != nil:
		return graderError{failed}
	case all.Failures() > 0:
		return exitStatus(statusFailed)
	case ctx.Err() != nil:
		return exitStatus(statusInterrupted)
	}
	return nil
}

// parseGotest makes a Suite of the flags, and checks them and the argument.
func parseGotest(cmd *cli.Command) (gotest.Suite, error) {
	l, wrong := parseLimits(cmd, 1)
	s := gotest.Suite{
		Parallel: l.parallel,
		Run:      cmd.String("run"),
		Seed:     cmd.Uint64("seed"),
		Count:    l.count,
		Repeat:   repeated,
		Output:   cmd.Bool("v"),
		Options: gotest.Options{
			Schedule: cmd.Bool("schedule"),
			Memory:   l.memory,
			Turn:     l.turn,
			Timeout:  l.timeout,
			Env:      cmd.StringSlice("env"),
		},
	}
	if cmd.Bool("short") {
		s.Options.Flags = append(s.Options.Flags, "-test.short")
	}
	_, err := regexp.Compile(s.Run)
	switch {
	case cmd.Args().Len() != 1:
		return s, errors.New("gotest takes the directory of one checkout, as in go run ./grader gotest " +
			"~/6.5840/src/raft1 -run 3A")
	case cmd.Args().First() == "":
		return s, errNoName
	case err != nil:
		return s, fmt.Errorf("-run %s: %w", s.Run, err)
	}
	return s, wrong
}

// workers writes the test binary into dir and sets the command line of the suite's workers.
func workers(s *gotest.Suite, wasm []byte, dir string) error {
	file := filepath.Join(dir, "test.wasm")
	if err := os.WriteFile(file, wasm, 0o644); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	options, err := json.Marshal(s.Options)
	if err != nil {
		return err
	}
	s.Worker = []string{self, gotestWorker, "-module", file, "-cache", cached(codeCache, wasm),
		"-options", string(options)}
	return nil
}

// playGotest runs the tests and fills in the report. An error is a failure of the grader, not of a test.
func playGotest(
	ctx context.Context, cmd *cli.Command, s gotest.Suite, tests []string, all *report.GoTests, stdout io.Writer,
) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	progress := report.NewProgress(cmd.Root().ErrWriter, terminal(cmd.Root().ErrWriter) && !s.Output, all)
	defer progress.Close()
	s.Slow = func(test string, seed uint64, elapsed time.Duration) {
		progress.Say(fmt.Sprintf("%s, seed %d, is still running after %v; it may use %v of processor time",
			test, seed, elapsed, s.Options.Timeout))
	}
	return s.Play(ctx, tests, func(r testrun.Result) {
		if ctx.Err() != nil {
			return
		}
		if s.Output {
			report.GoTest(stdout, r, terminal(stdout))
		}
		r.Output, r.Stacks = nil, "" // they can be large
		all.Add(r)
		if r.Verdict == testrun.Failed && cmd.Bool("failfast") {
			stop()
		}
		progress.Update()
	})
}

// replayGotest returns the shell command that repeats one run and shows all its output.
func replayGotest(cmd *cli.Command, path, test string, seed uint64) string {
	me := selfOf(cmd)
	s := me.command + " gotest " + me.path(path)
	if !cmd.Bool("schedule") {
		s += " -schedule=false"
	}
	for _, name := range []string{"lab", "turn", "timeout", "memory", "tags", "short"} {
		if cmd.IsSet(name) {
			s += " -" + name + "=" + shellWord(fmt.Sprint(cmd.Value(name)))
		}
	}
	for _, e := range cmd.StringSlice("env") {
		s += " -env " + shellWord(e)
	}
	return s + " -run '^" + test + "$' -seed " + strconv.FormatUint(seed, 10) + " -count 1 -v"
}

// writeGotestJSON writes all results as one JSON object.
func writeGotestJSON(w io.Writer, all *report.GoTests, origin report.Origin) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Origin  report.Origin    `json:"grader"`
		Tests   []string         `json:"tests"`
		Count   int              `json:"count"`
		Results []testrun.Result `json:"results"`
	}{origin, all.Tests, all.Count, all.Results()})
}
