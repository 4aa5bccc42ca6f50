package gotest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/testrun"
	"raftlab/src/worker"
)

// asWorker makes of this test binary a worker.
var asWorker = flag.Bool("worker", false, "play tests that are none")

func TestMain(m *testing.M) {
	flag.Parse()
	if *asWorker {
		if err := worker.Serve(work, nil); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

// work plays tests that end as their names say.
func work(j job) (d worker.Done[answer], err error) {
	hangs := j.Test == "TestHangs" || j.Test == "TestMostlyHangs" && j.Seed != 9
	switch {
	case j.Test == "TestDies":
		fmt.Println("its last words")
		os.Exit(3)
	case j.Run == "TestNothing":
		d.Answer.Reason = "it has no tests"
	case j.Test == "":
		d.Answer.Tests = []string{"TestA", "TestB"}
	case hangs:
		d.Answer = answer{Result: testrun.Result{Test: j.Test, Seed: j.Seed, Verdict: testrun.Failed}, Hangs: true}
	default:
		d.Answer.Result = testrun.Result{Test: j.Test, Seed: j.Seed, Verdict: testrun.Passed,
			Reason: fmt.Sprint(j.Run, " ", j.Repeat)}
	}
	return d, nil
}

func suite(run string) Suite {
	return Suite{
		Worker: []string{os.Args[0], "-worker"}, Parallel: 1,
		Run: run, Seed: 7, Count: 5, Repeat: func(test, n int) bool { return test == n },
	}
}

func TestList(t *testing.T) {
	if got, err := suite("Test/sub").Tests(t.Context()); err != nil || !slices.Equal(got, []string{"TestA", "TestB"}) {
		t.Errorf("tests %v, error %v", got, err)
	}
	_, err := suite("TestNothing/sub").Tests(t.Context())
	if err == nil || err.Error() != "the test binary does not start: it has no tests" || errors.Is(err, ErrWorker) {
		t.Errorf("error %v", err)
	}
}

// All tests are played with a seed before any is with the next. One that hangs, and never ends, is given up.
func TestPlay(t *testing.T) {
	got := ""
	err := suite("/sub").Play(t.Context(), []string{"TestHangs", "TestMostlyHangs", "TestPasses"},
		func(r testrun.Result) {
			got += fmt.Sprintln(r.Seed, r.Test, r.Verdict, r.Reason)
		})
	if err != nil {
		t.Fatal(err)
	}
	want := `7 TestHangs failed 
7 TestMostlyHangs failed 
7 TestPasses passed ^TestPasses$/sub false
8 TestHangs failed 
8 TestMostlyHangs failed 
8 TestPasses passed ^TestPasses$/sub false
9 TestHangs failed 
9 TestMostlyHangs passed ^TestMostlyHangs$/sub false
9 TestPasses passed ^TestPasses$/sub true
10 TestHangs left out 
10 TestMostlyHangs failed 
10 TestPasses passed ^TestPasses$/sub false
11 TestHangs left out 
11 TestMostlyHangs failed 
11 TestPasses passed ^TestPasses$/sub false
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A worker that dies, and dies again, ends it all: that is nobody's failure.
func TestWorkerDies(t *testing.T) {
	told := 0
	err := suite("").Play(t.Context(), []string{"TestPasses", "TestDies"}, func(testrun.Result) { told++ })
	want := "TestDies, seed 7: a worker failed: twice, the second time with no other run going on: " +
		"its worker ended (exit status 3), which no code in a box can cause: its last words"
	if !errors.Is(err, ErrWorker) || err.Error() != want || told != 1 {
		t.Errorf("%d results, error %v, want %s", told, err, want)
	}
}

// A run that takes long is told of before it ends, and again each time it has taken twice as long.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var told []string
		s := Suite{Slow: func(test string, seed uint64, since time.Duration) {
			if at := time.Since(began); at != since {
				t.Errorf("told at %v of %v", at, since)
			}
			told = append(told, fmt.Sprint(test, " ", seed, " ", since))
		}}
		over := s.watch(job{Test: "TestX", Seed: 7})
		time.Sleep(61 * time.Second)
		over()
		time.Sleep(time.Hour)
		if got := fmt.Sprint(told); got != "[TestX 7 15s TestX 7 30s TestX 7 1m0s]" {
			t.Errorf("told %s", got)
		}
	})
}
