package sim_test

import (
	"regexp"
	"testing"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest"
	"raftlab/src/sim"
)

// A server that ends is told with the place in its Raft, and with the Raft's part of the stack only.
func TestEnds(t *testing.T) {
	const (
		quit = `ends\.quit\([^\n]*\)\n\t[\w/]*/testdata/ends/raft\.go:\d+`
		eat  = `ends\.\(\*Raft\)\.eat\([^\n]*\)\n\t[\w/]*/testdata/ends/raft\.go:\d+`
		from = `\n[\w/]*/testdata/`
	)
	tests := []struct {
		command string
		kind    cluster.Kind
		want    string // expression for the message
	}{
		{"exit", cluster.Exit, `^S0 ended its process with status 0, in ends\.quit at raft\.go:\d+\n\n` +
			`goroutine \d+ \[running\]:` + from + quit + from + `ends\.\(\*Raft\)\.Start\([^\n]*\)\n\t[^\n]*$`},
		{"exit later", cluster.Exit, `^S0 ended its process with status 3, in ends\.quit at raft\.go:\d+\n\n` +
			`goroutine \d+ \[running\]:` + from + quit + from + `ends\.\(\*Raft\)\.Start\.func1\([^\n]*\)\n\t[^\n]*$`},
		// As on any machine timers are a little late: three times 50 ms are more than 150.
		{"exit after 150 ms", cluster.Exit, `^S0 ended its process with status 150, in ends\.quit at raft\.go:\d+\n`},
		{"exit in another", cluster.Exit, `^S1 ended its process with status 7, in ends\.quit at raft\.go:\d+\n\n` +
			`goroutine \d+ \[running\]:` + from + quit + from + `ends\.\(\*Raft\)\.Quit\([^\n]*\)\n\t[^\n]*$`},
		{"fatal", cluster.Exit, `^S0 ended its process with status 1, in ends\.\(\*Raft\)\.Start at raft\.go:\d+\n` +
			`the last line that it printed: index 7 is not there\n\ngoroutine \d+ \[running\]:` + from},
		{"flood", cluster.Resource, `^200000 messages and timers within a second: S0 sent \d+ requests in it, most ` +
			`in ends\.\(\*Raft\)\.flood at raft\.go:\d+; does a loop call without waiting\?$`},
		{"flood of goroutines", cluster.Resource, `^200000 messages and timers within a second: S0 sent \d+ requests ` +
			`in it, most in ends\.\(\*Raft\)\.floodOfGoroutines at raft\.go:\d+; does a loop call without waiting\?$`},
		{"eat", cluster.Resource,
			`^S0 asked for more memory than its 32 MiB, in ends\.\(\*Raft\)\.eat at raft\.go:\d+\n\n` +
				`goroutine \d+ \[running\]:` + from + eat + from + `ends\.\(\*Raft\)\.Start\([^\n]*\)\n\t[^\n]*$`},
		{"eat later", cluster.Resource,
			`^S0 asked for more memory than its 32 MiB, in ends\.\(\*Raft\)\.eat at raft\.go:\d+\n\n` +
				`goroutine \d+ \[running\]:` + from + eat + from + `ends\.\(\*Raft\)\.Start\.[^\n]*\n\t[^\n]*\n` +
				`created by [\w/]*/testdata/ends\.\(\*Raft\)\.Start in goroutine \d+\n\t[^\n]*$`},
		{"descend", cluster.Resource,
			`^S0 asked for more memory than its 32 MiB, in ends\.descend at raft\.go:\d+\n\n`},
	}
	m := module(t, "ends")
	for _, test := range tests {
		t.Run(test.command, func(t *testing.T) {
			s := lab.Scenario{Name: "Story", Part: rafttest.Elections, Nodes: cluster.Servers(3),
				Weather: labrpc.Reliable()}
			r := playStory(m, s, 0, sim.Options{Memory: 32 << 20}, func(c *rafttest.Cluster, _ cluster.World) {
				c.Start(0, test.command)
				c.Sleep(10 * second)
			})
			if r.Failure == nil || r.Failure.Kind != test.kind ||
				!regexp.MustCompile(test.want).MatchString(r.Failure.Message) {
				t.Errorf("got  %v\nwant %s: %s", r.Failure, test.kind, test.want)
			}
		})
	}
}

// A Raft that calls again at once whom it cannot reach, be it dead or cut off, is none that calls without end: in no
// weather does such a call fail in no time.
func TestCallsAgain(t *testing.T) {
	m := module(t, "ends")
	for name, weather := range map[string]labrpc.Weather{"none": {}, "reliable": labrpc.Reliable(),
		"unreliable": labrpc.Unreliable()} {
		t.Run(name, func(t *testing.T) {
			s := lab.Scenario{Name: "Story", Part: rafttest.Elections, Nodes: cluster.Servers(3), Weather: weather}
			rpcs := 0
			r := playStory(m, s, 0, sim.Options{}, func(c *rafttest.Cluster, w cluster.World) {
				c.Disconnect(0)
				w.SetLink(0, 0, false)
				c.Crash(1)
				c.Start(0, "call again")
				c.Sleep(10 * second)
				rpcs = c.RPCs()
			})
			if r.Failure != nil || rpcs < 3 || rpcs > 700 {
				t.Errorf("%d calls in 10 s, %v", rpcs, r.Failure)
			}
		})
	}
}

// Memory is what a server keeps, wherever that is.
func TestMemoryOfServers(t *testing.T) {
	const hoarded = 20 << 20
	for _, where := range []string{"", "hoard in the heap", "hoard in globals", "hoard in a file"} {
		s := lab.Scenario{Name: "Memory", Part: rafttest.Elections, Nodes: cluster.Servers(1),
			Weather: labrpc.Reliable()}
		more := 0
		playStory(module(t, "ends"), s, 0, sim.Options{}, func(c *rafttest.Cluster, w cluster.World) {
			before := w.Memory()
			if where != "" {
				c.Start(0, where)
			}
			more = w.Memory() - before
		})
		want := 0
		if where != "" {
			want = hoarded
		}
		if more < want-1<<20 || more > want+1<<20 {
			t.Errorf("%q: %d bytes more, want %d", where, more, want)
		}
	}
}
