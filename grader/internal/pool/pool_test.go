package pool

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/raft/rafttest"
	"raftlab/src/raft/rafttest/jobs"
)

// asWorker makes of this test binary a worker that comes to some end.
var asWorker = flag.String("worker", "", "how this process ends")

func TestMain(m *testing.M) {
	flag.Parse()
	switch {
	case *shared != "":
		workAmong(*asWorker, *shared, *ends)
		return
	case *asWorker != "":
		work(*asWorker)
		return
	}
	os.Exit(m.Run())
}

// chatter is how much a worker says that chatters.
const chatter = 1 << 20

// failed is a run that failed.
func failed(s *lab.Scenario, seed uint64, kind cluster.Kind) jobs.Done {
	return jobs.Done{Result: cluster.Result{
		Scenario: s.Name, Seed: seed, Virtual: time.Second,
		Failure: &cluster.Failure{Kind: kind, Message: "expected more", At: time.Second},
	}}
}

// work passes every run but those whose seed is even: there it meets its end.
func work(end string) {
	w := jobs.Worker{Lab: rafttest.Lab(), Play: func(s *lab.Scenario, job jobs.Job) jobs.Done {
		fmt.Printf("%06d TEST seed %d\n", 10*job.Seed, job.Seed)
		if job.Seed%2 == 0 {
			switch end {
			case "panic":
				var log []int
				fmt.Println(log[job.Seed])
			case "exit":
				os.Exit(3)
			case "chatters":
				fmt.Print(strings.Repeat("and more\n", chatter/9+1))
				return failed(s, job.Seed, cluster.Assertion)
			case "fail":
				return failed(s, job.Seed, cluster.Assertion)
			case "endless":
				return failed(s, job.Seed, cluster.Timeout)
			case "greedy":
				return failed(s, job.Seed, cluster.Resource)
			case "spoilt":
				return jobs.Done{Result: cluster.Result{Scenario: s.Name, Seed: job.Seed}, Spoilt: true}
			}
		}
		return jobs.Done{Result: cluster.Result{Scenario: s.Name, Seed: job.Seed}}
	}}
	if err := w.Serve(); err != nil {
		panic(err)
	}
}

func batch(jobs []Job) Batch {
	return Batch{Len: len(jobs), Next: func() Job {
		next := jobs[0]
		jobs = jobs[1:]
		return next
	}}
}

// Whatever becomes of a worker, every job has its outcome, and a death costs
// one run.
func TestRun(t *testing.T) {
	scenario := rafttest.Lab().Scenarios[0]
	line := regexp.MustCompile(`\.go:\d+`)
	at := 2 * time.Millisecond // of the last line that seed 2 logs
	tests := []struct {
		end  string
		want *cluster.Failure // of even seeds; of the message the first line
	}{
		{"pass", nil},
		{"spoilt", nil},
		{"fail", &cluster.Failure{Kind: cluster.Assertion, Message: "expected more", At: time.Second}},
		{"panic", &cluster.Failure{Kind: cluster.Panic, Message: "panic: runtime error: index out of range [2] with length 0, in pool.work.func1 at pool_test.go", At: at}},
		{"exit", &cluster.Failure{Kind: cluster.Exit, Message: "the process ended with status 3 in the midst of the run", At: at}},
	}
	for _, test := range tests {
		t.Run(test.end, func(t *testing.T) {
			command := []string{os.Args[0], "-worker", test.end}
			var todo []Job
			for _, seed := range []uint64{1, 2, 3, 2, 5} {
				todo = append(todo, Job{Command: command, Scenario: scenario, Seed: seed})
			}
			var mu sync.Mutex
			var seeds []uint64
			Run(context.Background(), Options{Parallel: 2, Timeout: time.Minute}, []Batch{batch(todo)}, func(out Outcome) {
				mu.Lock()
				defer mu.Unlock()
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
				if out.Result.Scenario != scenario.Name || out.Result.Seed != out.Seed {
					t.Errorf("seed %d: the result is of %s, seed %d", out.Seed, out.Result.Scenario, out.Result.Seed)
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

// A worker stays with an implementation while it has jobs; then it goes where nobody is, or else
// where there is most to do.
func TestQueue(t *testing.T) {
	var todo []Batch
	for impl, n := range []int{3, 2, 6} {
		todo = append(todo, Batch{Len: n, Next: func() Job { return Job{Impl: impl} }})
	}
	q := newQueue(todo)
	at := make([]*lot, 3)
	var got string
	for _, w := range []int{0, 1, 0, 1, 0, 1, 0, 2, 2, 1, 0, 0, 1, 2} {
		j, l, _ := q.next(at[w])
		at[w] = l
		if l == nil {
			got += fmt.Sprintf(" %d:-", w)
			continue
		}
		got += fmt.Sprintf(" %d:%d", w, j.Impl)
	}
	if want := " 0:0 1:1 0:0 1:1 0:0 1:2 0:2 2:2 2:2 1:2 0:2 0:- 1:- 2:-"; got != want {
		t.Errorf("workers are at\n%s, want\n%s", got, want)
	}
}

// Whose budget is used up has no more runs; the others go on.
func TestBudget(t *testing.T) {
	left := make([]int, 3)
	var todo []Batch
	for impl, b := range []Batch{{Budget: 3 * time.Second}, {Budget: 3 * time.Second, Used: 2 * time.Second}, {}} {
		b.Len, b.Next = 5, func() Job { return Job{Impl: impl} }
		b.Spent = func(n int) { left[impl] += n }
		todo = append(todo, b)
	}
	q := newQueue(todo)
	played := make([]int, 3)
	var l *lot
	for {
		j, now, _ := q.next(l)
		if l = now; l == nil {
			break
		}
		played[j.Impl]++
		q.ended(l, Outcome{Job: j, CPU: time.Second})
	}
	if diff := cmp.Diff([][]int{{3, 1, 5}, {2, 4, 0}}, [][]int{played, left}); diff != "" {
		t.Errorf("runs played and left undone, -want +got:\n%s", diff)
	}
}

// An implementation whose runs must be ended is given up after a few of them,
// unless most of its runs end by themselves; others are played all the same.
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
			var todo []Batch
			for i, command := range [][]string{{os.Args[0], "-worker", test.end}, {os.Args[0], "-worker", "pass"}} {
				var jobs []Job
				for _, seed := range test.seeds {
					jobs = append(jobs, Job{Impl: i, Command: command, Scenario: rafttest.Lab().Scenarios[0], Seed: seed})
				}
				todo = append(todo, batch(jobs))
			}
			var skipped []bool
			Run(context.Background(), Options{Parallel: 1, Boxed: true, Compute: time.Minute}, todo, func(out Outcome) {
				skipped = append(skipped, out.Result.Skipped != "")
				if out.Result.Skipped != "" && (out.Result.Failure != nil || out.Result.Scenario == "" || out.Result.Seed != out.Seed) {
					t.Errorf("skipped as %+v", out.Result)
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

// Who interrupts waits for no run, and hears of none that was under way.
func TestRunIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var todo []Job
	for seed := range uint64(1000) {
		todo = append(todo, Job{Command: []string{os.Args[0], "-worker", "pass"}, Scenario: rafttest.Lab().Scenarios[0], Seed: seed})
	}
	n := 0
	Run(ctx, Options{Parallel: 1, Timeout: time.Minute}, []Batch{batch(todo)}, func(Outcome) {
		if n++; n == 3 {
			cancel()
		}
	})
	if n != 3 {
		t.Errorf("%d outcomes", n)
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
		{"000123 VOTE S1 votes\n 000999 VOTE not at the start\n000777 vote S1\n99999 VOTE S1\n", 12300 * time.Microsecond},
		{"1234567 TEST after two minutes\n", 123456700 * time.Microsecond},
		{"99999999999999999999 VOTE no time at all\n", 0},
	}
	for _, test := range tests {
		if got := lastTime([]byte(test.log)); got != test.want {
			t.Errorf("lastTime(%q) = %v, want %v", test.log, got, test.want)
		}
	}
}
