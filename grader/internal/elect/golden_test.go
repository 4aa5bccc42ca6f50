package elect

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/raft"
	"raftlab/src/raft/elections"
)

var update = flag.Bool("update", false, "write the golden files anew")

// madeUp are trials of about so many ms, of which the last few have no leader.
func madeUp(seed uint64, n, none int, ms float64) (trials []elections.Trial) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := range n {
		failed := rng.IntN(3)
		t := elections.Trial{
			Leaderless: time.Duration((1 + rng.ExpFloat64()/4 + float64(failed)) * ms * 1e6),
			Terms:      1 + failed, Split: failed / 2, RPCs: 4 + 4*failed, Leader: rng.IntN(5),
		}
		if i >= n-none {
			t.None, t.Leaderless = true, 10*time.Second
		}
		trials = append(trials, t)
	}
	return trials
}

// rows are of one that takes the contract's timing and one that does not, whose messages are not understood and which
// fails.
func rows() []Row {
	const ms = time.Millisecond
	e := Experiment{Label: "150-300 ms", Conditions: elections.Conditions{
		Servers: 5, Timing: raft.Timing{Heartbeat: 75 * ms, MinElection: 150 * ms, MaxElection: 300 * ms, Poll: 20 * ms},
		There: 2700 * time.Microsecond, Back: 12300 * time.Microsecond, Loss: 0.1, Limit: 10 * time.Second,
	}}
	return []Row{
		{
			Experiment: e, Impl: "timed",
			Crashed: elections.Measured{Trials: madeUp(1, 400, 0, 150), Timed: true, Votes: true},
			Started: elections.Measured{Trials: madeUp(2, 400, 0, 170), Timed: true, Watched: 400, Calm: 41_600},
			Calm:    900 * time.Second, Turns: 139_500, CPU: 2 * time.Second,
		},
		{
			Experiment: e, Impl: "another",
			Crashed:  elections.Measured{Trials: madeUp(3, 40, 3, 600), Unsteady: 2},
			Failures: []string{"panic at 3.5s: index out of range\ngoroutine 1 [running]:"},
			Lost:     "its worker was killed from outside",
		},
	}
}

func golden(t *testing.T, name string, write func(w *bytes.Buffer) error) {
	t.Helper()
	var got bytes.Buffer
	if err := write(&got); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s differs, -file +now; -update writes it:\n%s", name, diff)
	}
}

func TestTable(t *testing.T) {
	golden(t, "table.golden.txt", func(w *bytes.Buffer) error {
		Table(w, rows())
		w.WriteString("\n")
		Distributions(w, rows())
		return nil
	})
}

func TestFigure16Table(t *testing.T) {
	var all []Row
	c := rows()[0].Conditions
	for i, e := range Figure16(c, 50) {
		r := Row{Experiment: e, Impl: "timed", Crashed: elections.Measured{Timed: true, Votes: true}}
		none := 0
		if e.Conditions.Timing.MinElection == e.Conditions.Timing.MaxElection {
			none = e.Crashes
		}
		r.Crashed.Trials = madeUp(uint64(i), e.Crashes, none, float64(e.Conditions.Timing.MinElection)/1e6)
		all = append(all, r)
	}
	golden(t, "figure16.golden.txt", func(w *bytes.Buffer) error {
		Figure16Table(w, all)
		w.WriteString("\n")
		Figure16Blocks(w, all)
		return nil
	})
	var svg bytes.Buffer
	if err := Figure16SVG(&svg, all); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(svg.String(), "150-300 ms"); n != 2 {
		t.Errorf("150-300 ms is in %d graphs, want both", n)
	}
}

func TestJSON(t *testing.T) {
	golden(t, "results.golden.json", func(w *bytes.Buffer) error { return JSON(w, rows(), 7) })
}

// The CSV has a line for each trial, and says nothing of split votes where votes are not understood.
func TestCSV(t *testing.T) {
	var out bytes.Buffer
	if err := CSV(&out, rows()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 1+400+400+40 {
		t.Fatalf("%d lines", len(lines))
	}
	fields := strings.Count(lines[0], ",")
	for i, l := range lines {
		if strings.Count(l, ",") != fields {
			t.Fatalf("line %d has other fields than the head: %s", i+1, l)
		}
	}
	last, want := lines[len(lines)-1], "another,5,150,300,75,20,true,2.7,12.3,0.1,crashes,40,10000,true,"
	if !strings.HasPrefix(last, want) || !strings.Contains(last, ",,") {
		t.Errorf("the last line is %s", last)
	}
}

// A plot of one implementation's trials, none of which had an end, is empty and no error.
func TestSVGOfNothing(t *testing.T) {
	r := rows()[1]
	r.Crashed.Trials = madeUp(1, 5, 5, 100)
	var out bytes.Buffer
	if err := SVG(&out, []Row{r}); err != nil || !strings.HasPrefix(out.String(), "<?xml") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
