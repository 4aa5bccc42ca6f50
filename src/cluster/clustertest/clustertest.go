// Package clustertest is a table of what becomes of a call between two nodes. Every world must pass it, so that the
// network of a world cannot differ from that of another one.
package clustertest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/labrpc"
)

// Run plays all cases, a subtest each. play plays a run in the world under test, under virtual time, with nodes that
// run testnode's program. differs has what the world is known to do otherwise, by the names of the cases.
func Run(t *testing.T, play func(*testing.T, *cluster.Run) cluster.Result, differs map[string]string) {
	known := 0
	for _, test := range cases {
		if other, ok := differs[test.name]; ok {
			test.want = other
			known++
		}
		t.Run(test.name, func(t *testing.T) {
			var j *judge
			run := cluster.NewRun(cluster.Config{
				Scenario:    test.name,
				Seed:        1,
				Nodes:       cluster.Servers(2),
				Weather:     test.weather,
				Constructor: "Make",
				Judge: func(r *cluster.Run) cluster.Judge {
					j = &judge{run: r, steps: test.steps, fate: test.weather.Fate(r.WeatherSeed(), 0, 1, 0)}
					return j
				},
			})
			res := play(t, run)
			if res.Failure != nil {
				t.Fatal(res.Failure)
			}
			if got := strings.Join(j.seen, ", "); got != test.want {
				t.Errorf("what became of the call:\n got %s\nwant %s", got, test.want)
			}
			if want := (cluster.Traffic{RPCs: 1, Bytes: j.bytes}); res.Traffic != want {
				t.Errorf("traffic is %+v, want %+v", res.Traffic, want)
			}
		})
	}
	if known != len(differs) {
		t.Errorf("of %d cases in which the world differs there are only %d", len(differs), known)
	}
}

// A judge plays the steps of a case and notes what becomes of the call.
type judge struct {
	cluster.NopJudge
	run   *cluster.Run
	steps []step
	fate  labrpc.Fate

	mu    sync.Mutex
	seen  []string
	last  time.Duration // when the last step was seen
	bytes int64         // of requests that were sent and replies that arrived
}

func (j *judge) Play(c *cluster.Cluster) {
	for _, do := range j.steps {
		do(c)
	}
	c.Sleep(5 * time.Second)
}

func (j *judge) Message(e labrpc.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last = j.run.Now()
	j.seen = append(j.seen, fmt.Sprintf("%v %v", e.Step, j.last))
	switch e.Step {
	case labrpc.Sent:
		j.bytes += int64(len(e.Args))
	case labrpc.Answered:
		j.bytes += int64(len(e.Reply))
	}
}

// Told notes what Call returned, and how long after the last step.
func (j *judge) Told(_ int, returned []byte) (reply []byte, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	text := string(returned)
	switch wait := j.run.Now() - j.last; wait {
	case 0:
	case j.fate.Timeout:
		text += " after Timeout"
	case j.fate.HangUp:
		text += " after HangUp"
	default:
		text += fmt.Sprintf(" after %v", wait)
	}
	j.seen = append(j.seen, text)
	return nil, nil
}
