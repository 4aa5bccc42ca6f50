package pool

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/jobs"
)

var (
	shared = flag.String("shared", "", "the folder that this worker and its like share")
	ends   = flag.Int("ends", 0, "how many plays of seed 2 come to the end")
)

// victim is the seed whose first plays come to some end; the other runs take
// some time and pass.
const victim = 2

// workAmong notes in the shared folder who plays at the moment, how often the
// victim was played, and whether any other run went on when it was played again.
func workAmong(end, dir string, ends int) {
	me := filepath.Join(dir, fmt.Sprintf("playing-%d", os.Getpid()))
	others := func() []string {
		list, err := filepath.Glob(filepath.Join(dir, "playing-*"))
		if err != nil || len(list) > 1 || len(list) == 1 && list[0] != me {
			return append(list, fmt.Sprint(err))
		}
		return nil
	}
	write := func(name string, text string) {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			panic(err)
		}
	}
	w := jobs.Worker{Lab: rafttest.Lab(), Play: func(s *lab.Scenario, job jobs.Job) jobs.Done {
		write(me, "")
		defer os.Remove(me)
		passed := jobs.Done{Result: cluster.Result{Scenario: s.Name, Seed: job.Seed}}
		if job.Seed != victim {
			time.Sleep(20 * time.Millisecond)
			return passed
		}
		plays, err := filepath.Glob(filepath.Join(dir, "play-*"))
		if err != nil {
			panic(err)
		}
		write(filepath.Join(dir, fmt.Sprintf("play-%d", len(plays))), "")
		if len(plays) > 0 {
			for range 10 {
				if list := others(); list != nil {
					write(filepath.Join(dir, "company"), strings.Join(list, " "))
				}
				time.Sleep(5 * time.Millisecond)
			}
		}
		if len(plays) >= ends {
			return passed
		}
		os.Remove(me)
		switch end {
		case "killed":
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		case "stopped":
			syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		case "hangs":
			time.Sleep(time.Hour)
		case "spins":
			for time.Now().Unix() > 0 {
			}
		case "memory":
			fmt.Print("fatal error: runtime: out of memory\n\nruntime stack:\nruntime.throw({0x1, 0x2})\n\t/go/src/runtime/panic.go:1094 +0x48\n")
			os.Exit(2)
		case "panics":
			panic("a bug of the worker")
		case "times out":
			d := failed(s, job.Seed, cluster.Timeout)
			d.Spoilt = true
			return d
		case "deaf":
			syscall.Close(4)
			time.Sleep(time.Hour)
		}
		panic("no such end: " + end)
	}}
	if err := w.Serve(); err != nil {
		panic(err)
	}
}

// What says nothing of the code under test is played again, alone, before
// anybody is blamed; and if that says nothing either, nobody is.
func TestPlayedAgain(t *testing.T) {
	for _, tt := range []struct {
		end   string
		boxed bool
		ends  int // plays that come to it
		plays int
		kind  cluster.Kind // of the failure, if it is one
		ours  string       // the GraderError, if it is one
	}{
		{"killed", true, 1, 2, "", ""},
		{"killed", true, 2, 2, "", "twice, the second time while no other run went on: its worker was killed from outside (signal: killed)"},
		{"killed", false, 1, 2, "", ""},
		{"killed", false, 2, 2, "", "its worker was killed from outside"},
		{"stopped", true, 1, 2, "", ""},
		{"stopped", true, 2, 2, "", "without progress in which it used no processor time"},
		{"memory", true, 1, 2, "", ""},
		{"memory", true, 2, 2, "", "its worker got no more memory from the system: fatal error: runtime: out of memory"},
		{"memory", false, 1, 2, "", ""},
		{"memory", false, 2, 2, cluster.Resource, ""},
		{"panics", true, 1, 2, "", ""},
		{"panics", true, 2, 2, "", "which no code in a box can bring about: panic: a bug of the worker"},
		{"panics", false, 2, 1, cluster.Panic, ""},
		{"spins", true, 2, 1, cluster.Timeout, ""}, // by its processor time
		{"spins", false, 2, 2, cluster.Timeout, ""},
		{"hangs", false, 1, 2, "", ""},
		{"hangs", false, 2, 2, "", "of real time: it no longer reacted"},
		{"times out", true, 2, 1, cluster.Timeout, ""},
		{"times out", false, 1, 2, "", ""},
		{"times out", false, 2, 2, cluster.Timeout, ""},
		{"deaf", true, 2, 2, "", "it closed the pipe for its answers"},
	} {
		t.Run(fmt.Sprintf("%s boxed %v %d", tt.end, tt.boxed, tt.ends), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			opt := Options{Parallel: 3, Boxed: tt.boxed, Timeout: 3 * time.Second, Compute: 2 * time.Second, standstill: 2 * time.Second, overtime: time.Second}
			out, others := playAmong(t, opt, []string{os.Args[0], "-worker", tt.end, "-shared", dir, "-ends", fmt.Sprint(tt.ends)})
			if plays, _ := filepath.Glob(filepath.Join(dir, "play-*")); len(plays) != tt.plays {
				t.Errorf("played %d times, want %d", len(plays), tt.plays)
			}
			if company, err := os.ReadFile(filepath.Join(dir, "company")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("played again in company of %s (%v)", company, err)
			}
			kind := cluster.Kind("")
			if out.Result.Failure != nil {
				kind = out.Result.Failure.Kind
			}
			if kind != tt.kind || !strings.Contains(out.Result.GraderError, tt.ours) || tt.ours == "" && out.Result.GraderError != "" {
				t.Errorf("%v, grader error %q; want %q, %q", out.Result.Failure, out.Result.GraderError, tt.kind, tt.ours)
			}
			if again := out.Again != ""; again != (tt.plays == 2) {
				t.Errorf("played again for %q", out.Again)
			}
			if diff := cmp.Diff(20, others); diff != "" {
				t.Errorf("others that passed, -want +got:\n%s", diff)
			}
		})
	}
}

// playAmong plays the victim among others and returns what came of it, and how
// many of the others passed.
func playAmong(t *testing.T, opt Options, command []string) (of Outcome, others int) {
	var todo []Job
	for i := range uint64(21) {
		seed := victim + 1 + i
		if i == 4 {
			seed = victim
		}
		todo = append(todo, Job{Command: command, Scenario: rafttest.Lab().Scenarios[0], Seed: seed})
	}
	var mu sync.Mutex
	Run(context.Background(), opt, []Batch{batch(todo)}, func(out Outcome) {
		mu.Lock()
		defer mu.Unlock()
		switch r := out.Result; {
		case out.Seed == victim:
			of = out
		case r.Failure != nil || r.Skipped != "" || r.GraderError != "":
			t.Errorf("seed %d: %+v", out.Seed, r)
		default:
			others++
		}
		if r := out.Result; r.Scenario != out.Scenario.Name || r.Seed != out.Seed {
			t.Errorf("the result of %s, seed %d, is of %s, seed %d", out.Scenario.Name, out.Seed, r.Scenario, r.Seed)
		}
	})
	return of, others
}

// A worker that does not start is no fault of the code, and is not tried for
// ever.
func TestRunWithoutAWorker(t *testing.T) {
	var todo []Job
	for seed := range uint64(5) {
		todo = append(todo, Job{Command: []string{"/nowhere/worker"}, Scenario: rafttest.Lab().Scenarios[0], Seed: seed})
	}
	n := 0
	Run(context.Background(), Options{Parallel: 1, Timeout: time.Minute}, []Batch{batch(todo)}, func(out Outcome) {
		want := "no worker could be started: fork/exec /nowhere/worker: no such file or directory"
		if n++; n > patience {
			want = "not tried, for 3 runs before could not be played"
		}
		if r := out.Result; r.Failure != nil || r.Seed != out.Seed || r.Scenario != todo[0].Scenario.Name || !strings.Contains(r.GraderError, want) {
			t.Errorf("outcome %+v, want %q", out, want)
		}
	})
	if n != len(todo) {
		t.Errorf("%d outcomes of %d jobs", n, len(todo))
	}
}
