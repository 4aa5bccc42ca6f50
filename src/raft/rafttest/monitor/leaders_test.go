package monitor_test

import (
	"testing"

	"raftlab/src/labrpc"
)

func TestElectionSafety(t *testing.T) {
	tell(t, []story{
		{
			name: "one leader after another",
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				c.set.State(0, 1, true)
				c.elects(1, 2, 2)
				c.set.State(1, 2, true)
				c.set.State(0, 1, true) // it has not heard yet
			},
		},
		{
			name: "two by GetState",
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				c.set.State(0, 1, true)
				c.votes(2, 1, 1)
				c.set.State(1, 1, true)
			},
			want: []string{
				"Election Safety: two leaders in T1: S0 (it sends AppendEntries) and S1 (GetState says)",
				"One Vote per Term: S1 voted for S0 and for S1 in T1",
			},
		},
		{
			name: "two, and how they were elected cannot be seen",
			happens: func(c *cluster) {
				c.send(0, 1, "Poll", &struct{ Epoch int }{1})
				c.set.State(0, 1, true)
				c.set.State(1, 1, true)
			},
			want: []string{"Election Safety: two leaders in T1: S0 (GetState says) and S1 (GetState says)"},
		},
		{
			name: "two by AppendEntries", servers: 5,
			happens: func(c *cluster) {
				c.elects(0, 1, 1, 2)
				c.votes(3, 4, 1)
				c.votes(2, 4, 1)
				c.heartbeat(4, 3, 1)
			},
			want: []string{
				"One Vote per Term: S2 voted for S0 and for S4 in T1",
				"Election Safety: two leaders in T1: S0 (it sends AppendEntries) and S4 (it sends AppendEntries)",
			},
		},
		{
			name: "two by AppendEntries, of which one has shorter arguments",
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				c.heartbeat(0, 1, 1)
				c.send(2, 1, "AppendEntries", &struct{ Term, LeaderId int }{1, 2})
			},
			want: []string{
				"Election Safety: two leaders in T1: S0 (it sends AppendEntries) and S2 (it sends AppendEntries)",
				"Elected by a Majority: S2 leads T1 (it sends AppendEntries) with the votes of S2 only, 1 of 3 " +
					"servers, cast in that term",
			},
		},
		{
			name: "a heartbeat made after the term moved on",
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				c.elects(2, 2, 1)
				c.heartbeat(2, 0, 2).arrives().handled(&AppendEntriesReply{2, true})
				c.heartbeat(0, 1, 2)
			},
			want: []string{
				"Election Safety: two leaders in T2: S2 (it sends AppendEntries) and S0 (it sends AppendEntries)",
				"Elected by a Majority: S0 leads T2 (it sends AppendEntries) with the votes of S0 only, 1 of 3 " +
					"servers, cast in that term",
			},
		},
		{
			name: "a heartbeat that was made in time and leaves late",
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				c.elects(2, 2, 1)
				c.heartbeat(2, 0, 2).arrives().handled(&AppendEntriesReply{2, true})
				c.heartbeat(0, 1, 1).arrives().handled(&AppendEntriesReply{2, false}).answered()
			},
		},
		{
			name: "over a restart, with a disk", rules: persistent,
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				c.restart(1)
				c.elects(2, 1, 1)
			},
			want: []string{
				"One Vote per Term: S1 voted for S0 and for S2 in T1",
				"Election Safety: two leaders in T1: S0 (it sends AppendEntries) and S2 (it sends AppendEntries)",
			},
		},
		{
			name: "over a restart, without one",
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				c.restart(1)
				c.elects(2, 1, 1)
				c.heartbeat(0, 1, 1) // it cannot know
			},
		},
		{
			name: "after everybody forgot everything", servers: 5,
			happens: func(c *cluster) {
				c.elects(0, 3, 1, 2)
				for i := range 5 {
					c.set.Crashed(i)
				}
				for i := range 5 {
					c.boot(i)
				}
				c.elects(1, 3, 2, 3)
				c.elects(2, 4, 3, 4)
				c.set.State(0, 4, true)
			},
			want: []string{
				"Election Safety: two leaders in T4: S2 (it sends AppendEntries) and S0 (GetState says)",
				"Elected by a Majority: S0 leads T4 (GetState says) with the votes of S0 only, 1 of 5 servers, cast " +
					"in that term",
			},
		},
		{
			name: "of the dead and of earlier lives nothing counts", rules: persistent,
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				c.set.Crashed(2)
				c.set.State(2, 1, true)
				c.heartbeat(2, 1, 1)
				zombie := c.lives[2]
				c.boot(2)
				c.lives[2] = zombie
				c.heartbeat(2, 1, 1)
			},
		},
		{
			name: "a life that follows counts", rules: persistent,
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				c.restart(2)
				c.set.State(2, 1, true)
			},
			want: []string{
				"Election Safety: two leaders in T1: S0 (it sends AppendEntries) and S2 (GetState says)",
				"Elected by a Majority: S2 leads T1 (GetState says) with the votes of S2 only, 1 of 3 servers, cast " +
					"in that term",
			},
		},
		{
			name: "an end that is no route is nobody's",
			happens: func(c *cluster) {
				c.elects(0, 1, 1)
				k := c.heartbeat(0, 1, 1)
				k.e.End = "some client"
				k.step(labrpc.Sent).arrives()
			},
		},
	})
}
