package pool

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/worker"
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

// What these workers are asked, and what they answer.
type (
	job    struct{ Seed uint64 }
	answer struct {
		Seed   uint64
		Failed string // "" if nothing did
	}
	outcome = Outcome[job, answer]
)

// chatter is how much a worker says that chatters.
const chatter = 1 << 20

// work passes every job but those whose seed is even: there it meets its end.
func work(end string) {
	err := worker.Serve(func(job job) (d worker.Done[answer], err error) {
		d.Answer.Seed = job.Seed
		fmt.Printf("%06d TEST seed %d\n", 10*job.Seed, job.Seed)
		if job.Seed%2 != 0 {
			return d, nil
		}
		switch end {
		case "panic":
			panic("oops")
		case "exit":
			os.Exit(3)
		case "chatters":
			fmt.Print(strings.Repeat("and more\n", chatter/9+1))
			d.Answer.Failed, d.KeepLog = "assertion", true
		case "fail":
			d.Answer.Failed, d.KeepLog = "assertion", true
		case "spoilt":
			d.Spoilt = true
		}
		return d, nil
	}, nil)
	if err != nil {
		panic(err)
	}
}

// batch has workers of a command do jobs with these seeds.
func batch(command []string, seeds []uint64, done func(outcome)) Batch[job, answer] {
	next := 0
	return Batch[job, answer]{
		Command:  command,
		Len:      len(seeds),
		Next:     func() job { next++; return job{seeds[next-1]} },
		Diagnose: diagnose,
		Done:     done,
	}
}

func diagnose(j job, c Crash) (answer, Cause) {
	text := string(c.Log)
	failed := fmt.Sprint("status ", c.Status)
	for begins, kind := range map[string]string{"panic: ": "panic", "fatal error: ": "memory"} {
		if i := strings.Index(text, begins); i >= 0 {
			text, failed = text[i:], kind
		}
	}
	cause := Cause{Text: text, Memory: failed == "memory"}
	if c.Killed != "" {
		failed = "killed"
	}
	return answer{j.Seed, failed}, cause
}

// Whatever becomes of a worker, every job has its outcome, and a death costs one job. Outcomes are told one by one.
func TestRun(t *testing.T) {
	for end, failed := range map[string]string{"pass": "", "spoilt": "", "fail": "assertion", "panic": "panic",
		"exit": "status 3"} {
		t.Run(end, func(t *testing.T) {
			var seeds []uint64
			var telling atomic.Bool
			Run(context.Background(), Options{Parallel: 2, Timeout: time.Minute},
				batch([]string{os.Args[0], "-worker", end}, []uint64{1, 2, 3, 2, 5}, func(out outcome) {
					if telling.Swap(true) {
						t.Error("two outcomes at once")
					}
					defer telling.Store(false)
					seed := out.Job.Seed
					seeds = append(seeds, seed)
					want := outcome{Job: out.Job, Answer: answer{Seed: seed}, CPU: out.CPU, Log: out.Log}
					logged := ""
					if seed%2 == 0 && failed != "" {
						want.Answer.Failed = failed
						logged = fmt.Sprintf("%06d TEST seed %d\n", 10*seed, seed)
					}
					if diff := cmp.Diff(want, out); diff != "" {
						t.Errorf("seed %d, -want +got:\n%s", seed, diff)
					}
					if log := string(out.Log); !strings.HasPrefix(log, logged) || logged == "" && log != "" {
						t.Errorf("seed %d: its log is %q, want %q", seed, log, logged)
					}
				}))
			slices.Sort(seeds)
			if diff := cmp.Diff([]uint64{1, 2, 2, 3, 5}, seeds); diff != "" {
				t.Errorf("seeds, -want +got:\n%s", diff)
			}
		})
	}
}

// Who asks to leave jobs out is asked before each of them, and knows of all outcomes until then. Those that are done
// are watched from beginning to end.
func TestSkip(t *testing.T) {
	var told []string
	b := batch([]string{os.Args[0], "-worker", "fail"}, []uint64{1, 2, 3, 4, 5}, func(out outcome) {
		told = append(told, fmt.Sprint("done ", out.Job.Seed, " ", out.Answer.Failed, out.Skipped))
	})
	b.Skip = func(j job) bool { return j.Seed != 5 && slices.Contains(told, "done 2 assertionfalse") }
	b.Watch = func(j job) func() {
		told = append(told, fmt.Sprint("begins ", j.Seed))
		return func() { told = append(told, fmt.Sprint("ends ", j.Seed)) }
	}
	Run(context.Background(), Options{Parallel: 1, Timeout: time.Minute}, b)
	want := []string{
		"begins 1", "ends 1", "done 1 false",
		"begins 2", "ends 2", "done 2 assertionfalse",
		"done 3 true", "done 4 true",
		"begins 5", "ends 5", "done 5 false",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// batches have this number of jobs each. Their seeds say of which batch they are.
func batches(sizes ...int) []Batch[job, answer] {
	var all []Batch[job, answer]
	for i, n := range sizes {
		all = append(all, batch(nil, slices.Repeat([]uint64{uint64(i)}, n), func(outcome) {}))
	}
	return all
}

// A worker stays with a batch while it has jobs; then it goes where nobody is, or else where there is most to do.
func TestQueue(t *testing.T) {
	q := newQueue(batches(3, 2, 6))
	at := make([]*batchQueue[job, answer], 3)
	var got string
	for _, w := range []int{0, 1, 0, 1, 0, 1, 0, 2, 2, 1, 0, 0, 1, 2} {
		j, l, _ := q.next(at[w])
		at[w] = l
		if l == nil {
			got += fmt.Sprintf(" %d:-", w)
			continue
		}
		got += fmt.Sprintf(" %d:%d", w, j.Seed)
	}
	if want := " 0:0 1:1 0:0 1:1 0:0 1:2 0:2 2:2 2:2 1:2 0:2 0:- 1:- 2:-"; got != want {
		t.Errorf("workers are at\n%s, want\n%s", got, want)
	}
}

// Whose budget is used up has no more jobs; the others go on.
func TestBudget(t *testing.T) {
	left := make([]int, 3)
	todo := batches(5, 5, 5)
	for i, b := range []Budget{{Limit: 3 * time.Second}, {Limit: 3 * time.Second, Used: 2 * time.Second}, {}} {
		b.Spent = func(n int) { left[i] += n }
		todo[i].Budget = b
	}
	q := newQueue(todo)
	done := make([]int, 3)
	var l *batchQueue[job, answer]
	for {
		j, now, _ := q.next(l)
		if l = now; l == nil {
			break
		}
		done[j.Seed]++
		q.ended(l, outcome{Job: j, CPU: time.Second})
	}
	if diff := cmp.Diff([][]int{{3, 1, 5}, {2, 4, 0}}, [][]int{done, left}); diff != "" {
		t.Errorf("jobs done and left undone, -want +got:\n%s", diff)
	}
}

// Who interrupts waits for no job, and hears of none that was under way.
func TestRunIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	Run(ctx, Options{Parallel: 1, Timeout: time.Minute},
		batch([]string{os.Args[0], "-worker", "pass"}, make([]uint64, 1000), func(outcome) {
			if n++; n == 3 {
				cancel()
			}
		}))
	if n != 3 {
		t.Errorf("%d outcomes", n)
	}
}
