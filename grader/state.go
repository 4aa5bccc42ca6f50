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
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"raftlab/grader/internal/play"
	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
)

// A state notes finished runs in a file, a line of JSON each, so that a grader that was stopped or killed can be
// started again and plays only the rest. The nil state notes nothing.
type state struct {
	file     string
	grader   string   // fingerprint of this program
	settings string   // flags that change what a run is
	dirs     []string // by implementation, absolute
	programs []string // by implementation: fingerprint of what is played
	whole    int64    // bytes of the runs that were noted when the file was opened

	mu  sync.Mutex
	f   *os.File
	err error // of writing; nothing is written after it
}

// A finished run, with all that tells whether it would be the same again.
type finished struct {
	Version  int            `json:"raftlab_state"`
	Dir      string         `json:"dir"`
	Program  string         `json:"program"`
	Grader   string         `json:"grader"`
	Settings string         `json:"settings"`
	Result   cluster.Result `json:"result"`
	Trace    uint64         `json:"trace,omitempty"`
	CPU      time.Duration  `json:"cpu"`
	Log      string         `json:"log,omitempty"` // the file that has it
}

const stateVersion = 1

// openState opens the file of -state, or none if it has no name. A file that cannot be used is told of before anything
// is built.
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

// resume adds to the report what was noted of the plans' runs, which are done then. It says on w what it found.
func (o options) resume(s *state, plans []*plan, rep *report.Report, w io.Writer) error {
	if s == nil {
		return nil
	}
	if err := s.identify(o, plans); err != nil {
		return fmt.Errorf("-state: %w", err)
	}
	byDir := make(map[string][]*plan) // somebody may name a directory twice
	for _, p := range plans {
		byDir[s.dirs[p.impl]] = append(byDir[s.dirs[p.impl]], p)
	}
	stale := make(map[*plan]map[string]runSet) // what must be played again, by what has changed
	var before pastRates
	err := s.read(func(f finished) error {
		for _, p := range byDir[f.Dir] {
			number, ok := p.find(f.Result.Scenario, f.Result.Seed)
			if !ok || p.done.has(number) {
				continue
			}
			for _, set := range stale[p] {
				set.remove(number)
			}
			if why := s.changed(p.impl, f); why != "" {
				before.add(p.impl, f)
				if stale[p] == nil {
					stale[p] = make(map[string]runSet)
				}
				set := stale[p][why]
				set.add(number)
				stale[p][why] = set
				continue
			}
			p.done.add(number)
			p.used += f.CPU
			out := report.Outcome{Impl: p.impl, Scenario: p.job(number).Scenario, Result: f.Result, Trace: f.Trace,
				CPU: f.CPU, LogFile: f.Log}
			if err := rep.Add(out); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("-state: %w", err)
	}
	before.tell(rep)
	done, all := 0, 0
	for _, p := range plans {
		done += p.done.len()
		all += p.len()
	}
	if done > 0 {
		fmt.Fprintf(w, "%d of %d runs are in %s\n", done, all, s.file)
	}
	for _, p := range plans {
		for _, why := range slices.Sorted(maps.Keys(stale[p])) {
			if n := stale[p][why].len(); n > 0 {
				fmt.Fprintf(w, "%s: %s since %d of its runs were recorded in %s; those runs are played again\n",
					o.dirs[p.impl], why, n, s.file)
			}
		}
	}
	return nil
}

// pastRates are how often scenarios failed before the source of an implementation was changed.
type pastRates map[pastScenario]*pastRate

type pastScenario struct {
	impl     int
	scenario string
}

// A pastRate is that of one source: of the last that failed, for a rate over several says nothing of any.
type pastRate struct {
	program      string
	failed, runs int
	next         *pastRate // of a later source, none of whose runs has failed yet
}

// add takes in a run, which was recorded after those before it.
func (all *pastRates) add(impl int, f finished) {
	if f.Result.Skipped != "" {
		return
	}
	if *all == nil {
		*all = make(pastRates)
	}
	key := pastScenario{impl, f.Result.Scenario}
	r := (*all)[key]
	if r == nil {
		r = &pastRate{program: f.Program}
		(*all)[key] = r
	}
	if f.Program != r.program {
		if r.next == nil || r.next.program != f.Program {
			r.next = &pastRate{program: f.Program}
		}
		r = r.next
	}
	r.runs++
	if f.Result.Failure != nil {
		r.failed++
		(*all)[key] = r
	}
}

func (all pastRates) tell(rep *report.Report) {
	for of, r := range all {
		if r.failed > 0 {
			rep.Before(of.impl, of.scenario, r.failed, r.runs)
		}
	}
}

// identify finds out what would be played now.
func (s *state) identify(o options, plans []*plan) error {
	b := o.builder
	s.settings = fmt.Sprintf("clock %s, race %v, schedule %v, memory %d, turn %v, timeout %v", b.clock, b.race,
		b.schedule, b.memory, b.turn, o.pool.Timeout)
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
	for _, p := range plans {
		if s.programs[p.impl], err = fingerprint(program(p.command)); err != nil {
			return err
		}
	}
	return nil
}

// program is the file that decides what a worker plays: the module of a box or, with goroutines for servers, the worker
// itself.
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

// open looks through the file and makes it ready for more. What a killed grader left of its last line is cut off. It is
// an error if another grader uses the file.
func (s *state) open() error {
	f, err := os.OpenFile(s.file, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	switch holder := lock(f); holder {
	case 0:
	case unknownHolder:
		f.Close()
		return fmt.Errorf("%s is in use by another grader; name another file, or wait", s.file)
	default:
		f.Close()
		return fmt.Errorf("%s is in use by another grader (pid %d); name another file, or wait", s.file, holder)
	}
	s.f, s.whole = f, math.MaxInt64
	err = s.read(func(finished) error { return nil })
	if err == nil {
		err = f.Truncate(s.whole)
	}
	if err != nil {
		f.Close()
		return err
	}
	return nil
}

// read tells of the runs that the file had when it was opened, of which there may be more than memory has room for.
func (s *state) read(tell func(finished) error) error {
	r := bufio.NewReader(io.NewSectionReader(s.f, 0, s.whole))
	whole := int64(0)
	for line := 1; ; line++ {
		text, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			s.whole = whole
			return nil
		} else if err != nil {
			return err
		}
		var one finished
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if d.Decode(&one) != nil || one.Version != stateVersion {
			return fmt.Errorf("%s:%d is not a run that this grader recorded; delete the file or name another", s.file,
				line)
		}
		if err := tell(one); err != nil {
			return err
		}
		whole += int64(len(text))
	}
}

// add notes a run, unless the grader could not play it: the next one tries again. It returns an error once; then
// nothing more is noted.
func (s *state) add(out play.Outcome, log string) error {
	if s == nil || out.Result.GraderError != "" {
		return nil
	}
	result := out.Result
	result.Files = nil // they are beside the log
	line, err := json.Marshal(finished{
		Version: stateVersion,
		Dir:     s.dirs[out.Impl], Program: s.programs[out.Impl], Grader: s.grader, Settings: s.settings,
		Result: result, Trace: out.Trace, CPU: out.CPU, Log: log,
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
		s.err = fmt.Errorf("-state: %w; further runs are not recorded", err)
	}
	return s.err
}

func (s *state) close() {
	if s != nil {
		s.f.Close()
	}
}
