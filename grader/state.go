package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"raftlab/grader/internal/pool"
	"raftlab/grader/internal/report"
	"raftlab/src/raft/rafttest"
)

// A state notes finished runs in a file, a line of JSON each, so that a grader
// that was stopped or killed can be started again and plays only the rest. The
// nil state notes nothing.
type state struct {
	file     string
	grader   string   // fingerprint of this program
	settings string   // flags that change what a run is
	dirs     []string // by implementation, absolute
	programs []string // by implementation: fingerprint of what is played
	old      []finished

	mu  sync.Mutex
	f   *os.File
	err error // of writing; nothing is written after it
}

// A finished run, with all that tells whether it would be the same again.
type finished struct {
	Version  int             `json:"raftlab_state"`
	Dir      string          `json:"dir"`
	Program  string          `json:"program"`
	Grader   string          `json:"grader"`
	Settings string          `json:"settings"`
	Result   rafttest.Result `json:"result"`
	Trace    uint64          `json:"trace,omitempty"`
	CPU      time.Duration   `json:"cpu"`
	Log      string          `json:"log,omitempty"` // the file that has it
}

const stateVersion = 1

// openState opens the file of -state, or none if it has no name. A file that
// cannot be used is told of before anything is built.
func openState(file string) (*state, error) {
	if file == "" {
		return nil, nil
	}
	s := &state{file: file}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("-state: %w", err)
	}
	return s, nil
}

// resume adds to the report what was noted of the jobs and returns those that
// are left. It says on w what it found.
func (o options) resume(s *state, jobs []pool.Job, rep *report.Report, w io.Writer) ([]pool.Job, error) {
	if s == nil {
		return jobs, nil
	}
	if err := s.identify(o, jobs); err != nil {
		return nil, fmt.Errorf("-state: %w", err)
	}
	wanted := make(map[runID]int) // job
	for i, j := range jobs {
		wanted[runID{s.dirs[j.Impl], j.Scenario.Name, j.Seed}] = i
	}
	done := make([]bool, len(jobs))
	stale := make([]string, len(jobs)) // why it must be played again
	for _, f := range s.old {
		i, ok := wanted[runID{f.Dir, f.Result.Scenario, f.Result.Seed}]
		if !ok || done[i] {
			continue
		}
		job := jobs[i]
		if stale[i] = s.changed(job.Impl, f); stale[i] != "" {
			continue
		}
		done[i] = true
		if err := rep.Add(report.Outcome{Impl: job.Impl, Scenario: job.Scenario, Result: f.Result, Trace: f.Trace, CPU: f.CPU, LogFile: f.Log}); err != nil {
			return nil, fmt.Errorf("-state: %w", err)
		}
	}
	s.old = nil
	again := make(map[string]int)
	var order []string
	var left []pool.Job
	for i, job := range jobs {
		if done[i] {
			continue
		}
		left = append(left, job)
		if stale[i] != "" {
			what := o.dirs[job.Impl] + ": " + stale[i]
			if again[what]++; again[what] == 1 {
				order = append(order, what)
			}
		}
	}
	if n := len(jobs) - len(left); n > 0 {
		fmt.Fprintf(w, "%d of %d runs are in %s\n", n, len(jobs), s.file)
	}
	for _, what := range order {
		fmt.Fprintf(w, "%s since %d of its runs were noted in %s; they are played again\n", what, again[what], s.file)
	}
	return left, nil
}

// A runID is what a job asks for.
type runID struct {
	dir, scenario string
	seed          uint64
}

// identify finds out what would be played now.
func (s *state) identify(o options, jobs []pool.Job) error {
	b := o.builder
	s.settings = fmt.Sprintf("clock %s, race %v, schedule %v, memory %d, turn %v, timeout %v", b.clock, b.race, b.schedule, b.memory, b.turn, o.pool.Timeout)
	s.dirs = make([]string, len(o.dirs))
	s.programs = make([]string, len(o.dirs))
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if s.grader, err = fingerprint(self); err != nil {
		return err
	}
	for i, dir := range o.dirs {
		if s.dirs[i], err = filepath.Abs(dir); err != nil {
			return err
		}
	}
	for _, j := range jobs {
		if s.programs[j.Impl] != "" {
			continue
		}
		if s.programs[j.Impl], err = fingerprint(program(j.Command)); err != nil {
			return err
		}
	}
	return nil
}

// program is the file that decides what a worker plays: the module of a box or,
// with goroutines for servers, the worker itself.
func program(command []string) string {
	if i := slices.Index(command, "-module"); i >= 0 {
		return command[i+1]
	}
	return command[0]
}

func fingerprint(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// changed says what is different now from when a run was noted, if anything.
func (s *state) changed(impl int, f finished) string {
	switch {
	case f.Grader != s.grader:
		return "the grader has changed"
	case f.Settings != s.settings:
		return "other flags were given (" + f.Settings + ")"
	case f.Program != s.programs[impl]:
		return "its source has changed"
	default:
		return ""
	}
}

// open reads the file and makes it ready for more. What a killed grader left of
// its last line is cut off.
func (s *state) open() error {
	f, err := os.OpenFile(s.file, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	whole, err := s.read(f)
	if err == nil {
		err = f.Truncate(whole)
	}
	if err != nil {
		f.Close()
		return err
	}
	s.f = f
	return nil
}

// read takes in the whole lines of a file and returns how many bytes they have.
func (s *state) read(f io.Reader) (whole int64, err error) {
	r := bufio.NewReader(f)
	for line := 1; ; line++ {
		text, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return whole, nil
		} else if err != nil {
			return 0, err
		}
		var one finished
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if d.Decode(&one) != nil || one.Version != stateVersion {
			return 0, fmt.Errorf("%s:%d is no run that this grader noted; delete the file or name another", s.file, line)
		}
		s.old = append(s.old, one)
		whole += int64(len(text))
	}
}

// add notes a run, unless the grader could not play it: the next one tries again.
// It returns an error once; then nothing more is noted.
func (s *state) add(out pool.Outcome, log string) error {
	if s == nil || out.Result.GraderError != "" {
		return nil
	}
	line, err := json.Marshal(finished{
		Version: stateVersion,
		Dir:     s.dirs[out.Impl], Program: s.programs[out.Impl], Grader: s.grader, Settings: s.settings,
		Result: out.Result, Trace: out.Trace, CPU: out.CPU, Log: log,
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil
	}
	if err == nil {
		_, err = s.f.Write(append(line, '\n'))
	}
	if err != nil {
		s.err = fmt.Errorf("-state: %w; the runs from here on are not noted", err)
	}
	return s.err
}

func (s *state) close() {
	if s != nil {
		s.f.Close()
	}
}
