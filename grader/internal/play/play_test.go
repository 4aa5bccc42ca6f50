package play

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/pool"
	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/lab/jobs"
	"raftlab/src/raft/rafttest"
)

// asWorker makes of this test binary a worker that comes to some end.
var asWorker = flag.String("worker", "", "how this process ends")

func TestMain(m *testing.M) {
	flag.Parse()
	if *asWorker != "" {
		work(*asWorker)
		return
	}
	os.Exit(m.Run())
}

// work passes every run but those whose seed is even: there it meets its end.
func work(end string) {
	err := jobs.Serve(rafttest.Lab(), func(s *lab.Scenario, job jobs.Job) (p jobs.Played, spoilt bool) {
		p.Result = cluster.Result{Scenario: s.Name, Seed: job.Seed}
		fmt.Printf("%06d TEST seed %d\n", 10*job.Seed, job.Seed)
		if job.Seed%2 != 0 {
			return p, false
		}
		switch end {
		case "panic":
			var log []int
			fmt.Println(log[job.Seed])
		case "exit":
			os.Exit(3)
		case "fail":
			p.Failure = &cluster.Failure{Kind: cluster.Assertion}
		case "endless":
			p.Failure = &cluster.Failure{Kind: cluster.Timeout}
		case "greedy":
			p.Failure = &cluster.Failure{Kind: cluster.Resource}
		case "spoilt":
			spoilt = true
		}
		if p.Failure != nil {
			p.Failure.Message, p.Failure.At, p.Virtual = "expected more", time.Second, time.Second
		}
		return p, spoilt
	}, nil)
	if err != nil {
		panic(err)
	}
}

var scenario = rafttest.Lab().Scenarios[0]

// batch is runs of an implementation whose workers run this test binary.
func batch(impl int, end string, seeds ...uint64) Batch {
	next := 0
	return Batch{Command: []string{os.Args[0], "-worker", end}, Len: len(seeds), Next: func() Job {
		next++
		return Job{Impl: impl, Scenario: scenario, Seed: seeds[next-1]}
	}}
}

// Whatever becomes of a worker, every job has its outcome, and a death costs one run.
func TestRun(t *testing.T) {
	line := regexp.MustCompile(`\.go:\d+`)
	at := 2 * time.Millisecond // of the last line that seed 2 logs
	tests := []struct {
		end  string
		want *cluster.Failure // of even seeds; of the message the first line
	}{
		{"pass", nil},
		{"spoilt", nil},
		{"fail", &cluster.Failure{Kind: cluster.Assertion, Message: "expected more", At: time.Second}},
		{"panic", &cluster.Failure{Kind: cluster.Panic, Message: "panic: runtime error: index out of range [2] with length 0, in play.work.func1 at play_test.go", At: at}},
		{"exit", &cluster.Failure{Kind: cluster.Exit,
			Message: "the process ended with status 3 in the midst of the run", At: at}},
	}
	for _, test := range tests {
		t.Run(test.end, func(t *testing.T) {
			var seeds []uint64
			Run(context.Background(), pool.Options{Parallel: 2, Timeout: time.Minute},
				[]Batch{batch(0, test.end, 1, 2, 3, 2, 5)}, func(out Outcome) {
					seeds = append(seeds, out.Seed)
					got, want := out.Result.Failure, test.want
					if out.Seed%2 != 0 {
						want = nil
					}
					if got != nil {
						first, _, _ := strings.Cut(got.Message, "\n")
						got = &cluster.Failure{Kind: got.Kind, Message: line.ReplaceAllString(first, ".go"), At: got.At}
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("seed %d, -want +got:\n%s", out.Seed, diff)
					}
					if want != nil && out.Result.Virtual != want.At {
						t.Errorf("seed %d ended at %v, want %v", out.Seed, out.Result.Virtual, want.At)
					}
					if out.Result.Scenario != scenario.Name || out.Scenario.Name != scenario.Name ||
						out.Result.Seed != out.Seed {
						t.Errorf("seed %d: the result is of %s, seed %d", out.Seed, out.Result.Scenario,
							out.Result.Seed)
					}
					logged := fmt.Sprintf("%06d TEST seed %d\n", 10*out.Seed, out.Seed)
					if want != nil != bytes.HasPrefix(out.Log, []byte(logged)) {
						t.Errorf("seed %d: its log is %q", out.Seed, out.Log)
					}
				})
			slices.Sort(seeds)
			if diff := cmp.Diff([]uint64{1, 2, 2, 3, 5}, seeds); diff != "" {
				t.Errorf("seeds, -want +got:\n%s", diff)
			}
		})
	}
}

// An implementation whose runs must be ended is given up after a few of them, unless most of its runs end by
// themselves; others are played all the same.
func TestPatience(t *testing.T) {
	seeds := func(list ...uint64) []uint64 { return list }
	tests := []struct {
		name, end string
		seeds     []uint64
		skipped   int // the last of them
	}{
		{"all would never end", "endless", seeds(2, 2, 2, 2, 2, 2, 2), 4},
		{"all take too much", "greedy", seeds(2, 2, 2, 2, 2, 2, 2), 4},
		{"half of them", "endless", seeds(1, 2, 1, 2, 1, 2, 1, 2), 2},
		{"few of them", "endless", seeds(1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2), 0},
		{"all fail, and end", "fail", seeds(2, 2, 2, 2, 2, 2, 2), 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			todo := []Batch{batch(0, test.end, test.seeds...), batch(1, "pass", test.seeds...)}
			var skipped []bool
			Run(context.Background(), pool.Options{Parallel: 1, Boxed: true, Compute: time.Minute}, todo,
				func(out Outcome) {
					skipped = append(skipped, out.Result.Skipped != "")
					if out.Result.Skipped != "" && (out.Impl != 0 || out.Result.Failure != nil ||
						out.Result.Scenario == "" || out.Result.Seed != out.Seed) {
						t.Errorf("skipped as %+v", out)
					}
				})
			want := make([]bool, 2*len(test.seeds))
			for i := range test.skipped {
				want[len(test.seeds)-1-i] = true
			}
			if diff := cmp.Diff(want, skipped); diff != "" {
				t.Errorf("which are skipped, -want +got:\n%s", diff)
			}
		})
	}
}

// A run that could not be played is the grader's error, whether it was tried or not, and nobody's failure.
func TestLost(t *testing.T) {
	b := batch(0, "", 1, 2, 3, 4, 5)
	b.Command = []string{"/nowhere/worker"}
	var errors []string
	Run(context.Background(), pool.Options{Parallel: 1, Timeout: time.Minute}, []Batch{b}, func(out Outcome) {
		why := out.Result.GraderError
		want := cluster.Result{Scenario: scenario.Name, Seed: out.Seed, GraderError: why}
		if diff := cmp.Diff(want, out.Result); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		errors = append(errors, why[:20])
	})
	want := []string{"twice, the second ti", "twice, the second ti", "twice, the second ti", "not tried, because 3",
		"not tried, because 3"}
	if diff := cmp.Diff(want, errors); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The worker of an unboxed run that the pool had to kill has timed out, when its log says.
func TestKilled(t *testing.T) {
	log := []byte("000123 VOTE S1 votes\nSIGQUIT\n")
	p, _ := diagnose(Job{Scenario: lab.Scenario{Name: "Story"}, Seed: 7},
		pool.Crash{Log: log, Status: -1, Killed: "killed after 3s"})
	at := 12300 * time.Microsecond
	want := cluster.Result{Scenario: "Story", Seed: 7, Virtual: at,
		Failure: &cluster.Failure{Kind: cluster.Timeout, Message: "killed after 3s", At: at}}
	if diff := cmp.Diff(want, p.Result); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLastTime(t *testing.T) {
	tests := []struct {
		log  string
		want time.Duration
	}{
		{"", 0},
		{"no line of a log\n", 0},
		{"000123 VOTE S1 votes\n", 12300 * time.Microsecond},
		{"000123 VOTE S1 votes\n000124 LOG1 S1 appends\npanic: oops\n", 12400 * time.Microsecond},
		{"000123 VOTE S1 votes\n 000999 VOTE not at the start\n000777 vote S1\n99999 VOTE S1\n",
			12300 * time.Microsecond},
		{"1234567 TEST after two minutes\n", 123456700 * time.Microsecond},
		{"99999999999999999999 VOTE no time at all\n", 0},
	}
	for _, test := range tests {
		if got := lastTime([]byte(test.log)); got != test.want {
			t.Errorf("lastTime(%q) = %v, want %v", test.log, got, test.want)
		}
	}
}
