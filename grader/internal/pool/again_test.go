package pool

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/worker"
)

var (
	shared = flag.String("shared", "", "the directory that this worker and its like share")
	ends   = flag.Int("ends", 0, "how many plays of seed 2 come to the end")
)

// victim is the seed whose first plays come to some end; the other runs take some time and pass.
const victim = 2

// workAmong notes in the shared directory who plays at the moment, how often the victim was played, and whether any
// other run went on when it was played again.
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
	err := worker.Serve(func(job job) (worker.Done[answer], error) {
		write(me, "")
		defer os.Remove(me)
		passed := worker.Done[answer]{Answer: answer{Seed: job.Seed}}
		if job.Seed != victim {
			time.Sleep(20 * time.Millisecond)
			return passed, nil
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
			return passed, nil
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
			fmt.Print("fatal error: runtime: out of memory\n\nruntime stack:\nruntime.throw({0x1, " +
				"0x2})\n\t/go/src/runtime/panic.go:1094 +0x48\n")
			os.Exit(2)
		case "panics":
			panic("a bug of the worker")
		case "times out":
			return worker.Done[answer]{Answer: answer{job.Seed, "timeout"}, KeepLog: true, TimedOut: true,
				Spoilt: true}, nil
		case "deaf":
			syscall.Close(4)
			time.Sleep(time.Hour)
		}
		panic("no such end: " + end)
	}, nil)
	if err != nil {
		panic(err)
	}
}

// What says nothing of the code under test is played again, alone, before anybody is blamed; and if that says nothing
// either, nobody is.
func TestPlayedAgain(t *testing.T) {
	for _, tt := range []struct {
		end   string
		boxed bool
		ends  int // plays that come to it
		plays int
		want  string // what has failed, if something did
		lost  string // why it is lost, if it is
	}{
		{"killed", true, 1, 2, "", ""},
		{"killed", true, 2, 2, "", "twice, the second time with no other run going on: its worker was killed from outside (signal: killed)"},
		{"killed", false, 1, 2, "", ""},
		{"killed", false, 2, 2, "", "its worker was killed from outside"},
		{"stopped", true, 1, 2, "", ""},
		{"stopped", true, 2, 2, "", "without progress in which it used no processor time"},
		{"memory", true, 1, 2, "", ""},
		{"memory", true, 2, 2, "", "its worker got no more memory from the system: fatal error: runtime: out of memory"},
		{"memory", false, 1, 2, "", ""},
		{"memory", false, 2, 2, "memory", ""},
		{"panics", true, 1, 2, "", ""},
		{"panics", true, 2, 2, "", "which no code in a box can cause: panic: a bug of the worker"},
		{"panics", false, 2, 1, "panic", ""},
		{"spins", true, 2, 1, "killed", ""}, // by its processor time
		{"spins", false, 2, 2, "killed", ""},
		{"hangs", false, 1, 2, "", ""},
		{"hangs", false, 2, 2, "", "of real time: it did not respond"},
		{"times out", true, 2, 1, "timeout", ""},
		{"times out", false, 1, 2, "", ""},
		{"times out", false, 2, 2, "timeout", ""},
		{"deaf", true, 2, 2, "", "it closed the pipe for its answers"},
	} {
		t.Run(fmt.Sprintf("%s boxed %v %d", tt.end, tt.boxed, tt.ends), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			opt := Options{Parallel: 3, Boxed: tt.boxed, Timeout: 3 * time.Second, Compute: 2 * time.Second,
				standstill: 2 * time.Second, overtime: time.Second}
			out, others := playAmong(t, opt, []string{os.Args[0], "-worker", tt.end, "-shared", dir,
				"-ends", fmt.Sprint(tt.ends)})
			if plays, _ := filepath.Glob(filepath.Join(dir, "play-*")); len(plays) != tt.plays {
				t.Errorf("played %d times, want %d", len(plays), tt.plays)
			}
			if company, err := os.ReadFile(filepath.Join(dir, "company")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("played again in company of %s (%v)", company, err)
			}
			if got := out.Answer.Failed; got != tt.want || !strings.Contains(out.Lost, tt.lost) ||
				tt.lost == "" && out.Lost != "" {
				t.Errorf("failed %q, lost %q; want %q, %q", got, out.Lost, tt.want, tt.lost)
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

// playAmong plays the victim among others and returns what came of it, and how many of the others passed.
func playAmong(t *testing.T, opt Options, command []string) (of outcome, others int) {
	var todo []uint64
	for i := range uint64(21) {
		seed := victim + 1 + i
		if i == 4 {
			seed = victim
		}
		todo = append(todo, seed)
	}
	Run(context.Background(), opt, batch(command, todo, func(out outcome) {
		switch {
		case out.Job.Seed == victim:
			of = out
		case out.Answer != answer{Seed: out.Job.Seed} || out.Skipped || out.Lost != "":
			t.Errorf("%+v", out)
		default:
			others++
		}
	}))
	return of, others
}

// A worker that does not start is no fault of the code, and is not tried for ever.
func TestRunWithoutAWorker(t *testing.T) {
	n := 0
	Run(context.Background(), Options{Parallel: 1, Timeout: time.Minute},
		batch([]string{"/nowhere/worker"}, make([]uint64, 5), func(out outcome) {
			want := "no worker could be started: fork/exec /nowhere/worker: no such file or directory"
			if n++; n > maxLost {
				want = "not tried, because 3 earlier runs could not be played"
			}
			if !strings.Contains(out.Lost, want) || out.Skipped != (n > maxLost) {
				t.Errorf("outcome %+v, want %q", out, want)
			}
		}))
	if n != 5 {
		t.Errorf("%d outcomes of 5 jobs", n)
	}
}
