package cluster_test

import (
	"fmt"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/record"
)

// A restarter is a judge whose scenario restarts each node and then asks it something.
type restarter struct{ cluster.NopJudge }

func (restarter) Play(c *cluster.Cluster) {
	for i := range c.N() {
		c.Crash(i)
		c.Sleep(time.Second)
		c.Restart(i)
		if answer := c.Ask(i, cluster.Question{Method: "Ping"}); string(answer) != "pong" {
			c.Failf("expected S%d to answer pong, got %q", i, answer)
		}
	}
}

func (restarter) Describe(int) string { return "up" }

// A still world is one in which nothing happens by itself: its nodes answer at once, except for the last.
type still struct {
	cluster.World // for the methods that this scenario does not need
	nodes         int
	now           time.Duration
}

func (w *still) Now() time.Duration                { return w.now }
func (w *still) Sleep(d time.Duration) bool        { w.now += d; return true }
func (w *still) Stop()                             {}
func (w *still) Wait()                             {}
func (w *still) Boot(int, []byte) bool             { return true }
func (w *still) Crash(int)                         {}
func (w *still) Disk(int) (state, snapshot []byte) { return nil, nil }
func (w *still) SetWeather(labrpc.Weather)         {}
func (w *still) Traffic() (t cluster.Traffic)      { return t }
func (w *still) Log(dlog.Topic, string, ...any)    {}
func (w *still) Recorder() *record.Recorder        { return nil }
func (w *still) Ask(i int, _ cluster.Question) (answer []byte, ok bool) {
	if i == w.nodes-1 {
		return nil, true
	}
	return []byte("pong"), true
}

func Example() {
	run := cluster.NewRun(cluster.Config{
		Scenario: "Restarts",
		Nodes:    cluster.Servers(2),
		Judge:    func(*cluster.Run) cluster.Judge { return restarter{} },
	})
	run.Play(&still{nodes: 2})
	fmt.Println(run.Result().Failure)
	// Output:
	// assertion at 2s: expected S1 to answer pong, got ""
	// S0: up, S1: up
}
