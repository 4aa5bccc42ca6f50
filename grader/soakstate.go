package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
)

// A soakState is what soaks have found so far. Its file has counts rather than runs, and of failures that are alike
// only some seeds: it is as large after a million runs as after a thousand. The state without a file is not kept.
type soakState struct {
	Version  int       `json:"raftlab_soak"`
	Next     uint64    `json:"next"` // the first seed that no run has had
	Programs []*soaked `json:"programs"`

	file  string
	held  *os.File // the file, locked
	saved time.Time
	told  bool // that it could not be saved
}

// Soaked is what was played of an implementation.
type soaked struct {
	Dir      string         `json:"dir"` // absolute
	Base     string         `json:"base"`
	Program  string         `json:"program"`            // a fingerprint of it and the suite
	Runs     map[string]int `json:"runs,omitempty"`     // that passed or failed, by scenario
	Failures []*soakFailure `json:"failures,omitempty"` // in the order in which they were seen first
	// Earlier is what was played before the program changed, which says nothing of this one.
	Earlier struct {
		Runs     int            `json:"runs"`
		Failures []*soakFailure `json:"failures,omitempty"`
	} `json:"earlier,omitzero"`
}

// A soakFailure is failures of a scenario that are alike.
type soakFailure struct {
	Scenario string       `json:"scenario"`
	Kind     cluster.Kind `json:"kind"`
	Says     string       `json:"says"` // the first line
	Times    int          `json:"times"`
	Seeds    []uint64     `json:"seeds"` // some of them
}

// How much is kept of what fails again and again, and how often the file is written while a round goes on.
const (
	mostSoakFailures = 100
	mostSoakSeeds    = 5
	saveEvery        = time.Minute
)

const soakVersion = 1

// openSoakState reads the file of -state, "" for none, and locks it.
func openSoakState(file string) (*soakState, error) {
	s := &soakState{Version: soakVersion, file: file}
	if file == "" {
		return s, nil
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("-state: %w", err)
	}
	s.held = f
	if err := s.read(); err != nil {
		f.Close()
		return nil, fmt.Errorf("-state %s: %w", file, err)
	}
	return s, nil
}

func (s *soakState) read() error {
	if lock(s.held) != 0 || s.replaced() {
		return errors.New("it is in use by another grader; name another file, or wait")
	}
	text, err := io.ReadAll(s.held)
	if err != nil || len(text) == 0 {
		return err
	}
	s.Version = 0
	if err := json.Unmarshal(text, s); err != nil || s.Version != soakVersion || slices.Contains(s.Programs, nil) {
		return errors.New("it is no file of grader soak -state; name another")
	}
	return nil
}

// replaced reports whether another process has put a new file in place of the one that was opened.
func (s *soakState) replaced() bool {
	now, err := os.Stat(s.file)
	opened, err2 := s.held.Stat()
	return err != nil || err2 != nil || !os.SameFile(now, opened)
}

// of returns what there is of a program, and whether it was another when it was played last.
func (s *soakState) of(dir, base, program string) (_ *soaked, changed bool) {
	for _, p := range s.Programs {
		if p.Dir != dir || p.Base != base {
			continue
		}
		if p.Program == program {
			return p, false
		}
		p.Earlier.Runs += p.total()
		p.Earlier.Failures = append(p.Earlier.Failures, p.Failures...)
		p.Earlier.Failures = p.Earlier.Failures[max(0, len(p.Earlier.Failures)-mostSoakFailures):]
		p.Program, p.Runs, p.Failures = program, nil, nil
		return p, true
	}
	p := &soaked{Dir: dir, Base: base, Program: program}
	s.Programs = append(s.Programs, p)
	return p, false
}

// total is the number of runs.
func (p *soaked) total() (n int) {
	for _, runs := range p.Runs {
		n += runs
	}
	return n
}

func (p *soaked) failed() (n int) {
	for _, f := range p.Failures {
		n += f.Times
	}
	return n
}

// add takes in a run with a verdict and reports whether it failed unlike all before. Of many kinds of failures in a
// scenario the last ones count as the one before.
func (p *soaked) add(r cluster.Result) (isNew bool) {
	if p.Runs == nil {
		p.Runs = make(map[string]int)
	}
	p.Runs[r.Scenario]++
	if r.Failure == nil {
		return false
	}
	alike := func(f *soakFailure) bool {
		return f.Scenario == r.Scenario && report.Alike(cluster.Failure{Kind: f.Kind, Message: f.Says}) == report.Alike(*r.Failure)
	}
	at := slices.IndexFunc(p.Failures, alike)
	if at < 0 && len(p.Failures) >= mostSoakFailures {
		at = len(p.Failures) - 1
	}
	if at < 0 {
		says, _, _ := strings.Cut(r.Failure.Message, "\n")
		at, isNew = len(p.Failures), true
		p.Failures = append(p.Failures, &soakFailure{Scenario: r.Scenario, Kind: r.Failure.Kind, Says: says})
	}
	f := p.Failures[at]
	f.Times++
	if len(f.Seeds) < mostSoakSeeds {
		f.Seeds = append(f.Seeds, r.Seed)
	}
	return isNew
}

// saveNowAndThen saves if that was long ago, so that who is killed loses little.
func (s *soakState) saveNowAndThen(stderr io.Writer) {
	if time.Since(s.saved) >= saveEvery {
		s.save(stderr)
	}
}

// save writes the file, whole or not at all. An error is told once.
func (s *soakState) save(stderr io.Writer) {
	s.saved = time.Now()
	if s.file == "" {
		return
	}
	if err := s.write(); err != nil && !s.told {
		s.told = true
		fmt.Fprintf(stderr, "grader: -state: %s\n", report.Printable(err.Error()))
	}
}

// write puts a new file in place of the one that is held, and holds that.
func (s *soakState) write() error {
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	target, err := filepath.EvalSymlinks(s.file)
	if errors.Is(err, fs.ErrNotExist) {
		target, err = s.file, nil
	}
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+"-*")
	if err != nil {
		return err
	}
	lock(f)
	_, err = f.Write(append(text, '\n'))
	if err = cmp.Or(err, f.Chmod(mode(target)), f.Sync()); err == nil {
		err = os.Rename(f.Name(), target)
	}
	if err != nil {
		f.Close()
		os.Remove(f.Name())
		return err
	}
	s.held.Close()
	s.held = f
	return nil
}

func (s *soakState) close() {
	if s.held != nil {
		s.held.Close()
	}
}
