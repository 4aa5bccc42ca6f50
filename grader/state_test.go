package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/play"
	"raftlab/src/cluster"
)

// Whatever a file has, it is either refused and left alone, or what it has is kept and more can be noted.
func FuzzState(f *testing.F) {
	line := `{"raftlab_state":1,"dir":"/x","program":"p","grader":"g","settings":"s","result":{"scenario":"ReElection","seed":3,"virtual":5},"trace":18446744073709551615,"cpu":7}` + "\n"
	for _, s := range []string{"", "\n", line, line + line, line + line[:20], line[:20], "{}\n", line + "\x00\x00\x00",
		"null\n" + line} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := filepath.Join(t.TempDir(), "state")
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		open := func() (*state, error) {
			s := &state{file: file, grader: "g", settings: "s", dirs: []string{"/y"}, programs: []string{"q"}}
			return s, s.open()
		}
		s, err := open()
		if err != nil {
			if now, err := os.ReadFile(file); err != nil || string(now) != string(data) {
				t.Errorf("refused, but changed from %q to %q (%v)", data, now, err)
			}
			return
		}
		noted := func(s *state) (all []finished) {
			if err := s.read(func(f finished) error { all = append(all, f); return nil }); err != nil {
				t.Fatal(err)
			}
			return all
		}
		before := noted(s)
		out := play.Outcome{Result: cluster.Result{
			Scenario: "ReElection", Seed: 1<<64 - 1,
			Failure: &cluster.Failure{Kind: cluster.Panic, Message: string(data)},
		}, Trace: 1<<64 - 1}
		if err := s.add(out, "log"); err != nil {
			t.Fatal(err)
		}
		s.close()
		if s, err = open(); err != nil {
			t.Fatal(err)
		}
		after := noted(s)
		s.close()
		if len(after) != len(before)+1 {
			t.Fatalf("%d runs are noted, want %d and one more", len(after), len(before))
		}
		if diff := cmp.Diff(append([]finished{}, before...), after[:len(before)]); diff != "" {
			t.Error(diff)
		}
		if last := after[len(before)]; last.Trace != out.Trace || last.Result.Seed != out.Result.Seed ||
			last.Result.Failure == nil || s.changed(0, last) != "" {
			t.Errorf("noted as %+v", last)
		}
	})
}

// What failed before the source changed is known by the last source that failed.
func TestPastRates(t *testing.T) {
	var all pastRates
	runs := func(program string, failed, passed int) {
		for i := range failed + passed {
			f := finished{Program: program, Result: cluster.Result{Scenario: "Backup"}}
			if i < failed {
				f.Result.Failure = new(cluster.Failure)
			}
			all.add(0, f)
		}
		all.add(0, finished{Program: program, Result: cluster.Result{Scenario: "Backup", Skipped: "no verdict"}})
	}
	for _, test := range []struct {
		program              string
		failed, passed       int
		wantFailed, wantRuns int
	}{
		{"first", 0, 9, 0, 9},
		{"second", 3, 7, 3, 10},
		{"third", 0, 50, 3, 10},
		{"fourth", 1, 3, 1, 4},
	} {
		runs(test.program, test.failed, test.passed)
		if r := all[pastScenario{0, "Backup"}]; r.failed != test.wantFailed || r.runs != test.wantRuns {
			t.Errorf("after the %s source %d of %d, want %d of %d", test.program, r.failed, r.runs, test.wantFailed,
				test.wantRuns)
		}
	}
	if r := all[pastScenario{1, "Backup"}]; r != nil {
		t.Errorf("of another implementation %+v", r)
	}
}
