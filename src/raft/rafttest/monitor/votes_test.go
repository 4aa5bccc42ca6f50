package monitor_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/labrpc"
)

func TestOneVotePerTerm(t *testing.T) {
	const twice = "One Vote per Term: S1 voted for S0 and for S2 in T1"
	tell(t, []story{
		{
			name: "one vote in each term",
			happens: func(c *cluster) {
				c.votes(1, 0, 1)
				c.asks(2, 1, 1).replies(1, false).answered()
				c.votes(1, 2, 2)
			},
		},
		{
			name: "the same vote again, as asked again",
			happens: func(c *cluster) {
				c.votes(1, 0, 1)
				c.votes(1, 0, 1)
			},
		},
		{
			name:    "two candidates",
			happens: func(c *cluster) { c.votes(1, 0, 1); c.votes(1, 2, 1) },
			want:    []string{twice},
		},
		{
			name: "two candidates, and neither hears of it",
			happens: func(c *cluster) {
				c.asks(0, 1, 1).replies(1, true).step(labrpc.LostReply)
				c.asks(2, 1, 1).replies(1, true).step(labrpc.Unreachable)
			},
			want: []string{twice},
		},
		{
			name: "two candidates, the first of which has crashed when its voter replies",
			happens: func(c *cluster) {
				k := c.asks(0, 1, 1).arrives()
				c.set.Crashed(0)
				k.handled(&RequestVoteReply{1, true})
				c.votes(1, 2, 1)
			},
			want: []string{twice},
		},
		{
			name: "for another after itself",
			happens: func(c *cluster) {
				c.asks(1, 0, 1)
				c.votes(1, 2, 1)
			},
			want: []string{"One Vote per Term: S1 voted for S1 and for S2 in T1"},
		},
		{
			// The goroutine that asks reads the term when it gets the lock. By then the server is a follower and has
			// voted. It asks in vain.
			name: "for another, and then a request that should be of an older term",
			happens: func(c *cluster) {
				c.votes(1, 2, 1)
				c.asks(1, 0, 1).replies(1, false).answered()
			},
		},
		{
			name: "likewise, the term being known from a reply",
			happens: func(c *cluster) {
				c.asks(1, 0, 1).replies(2, false).answered()
				c.asks(1, 2, 2)
				c.votes(1, 0, 2)
			},
		},
		{
			name: "such a request makes its sender leader", servers: 3,
			happens: func(c *cluster) {
				c.votes(1, 2, 1)
				c.votes(0, 1, 1)
				c.set.State(1, 1, true)
			},
			want: []string{"One Vote per Term: S1 voted for S2 and for S1 in T1"},
		},
		{
			name: "forgotten over a restart, with a disk", rules: persistent,
			happens: func(c *cluster) {
				c.votes(1, 0, 1)
				c.restart(1)
				c.votes(1, 2, 1)
			},
			want: []string{twice},
		},
		{
			name: "forgotten over a restart, without one",
			happens: func(c *cluster) {
				c.votes(1, 0, 1)
				c.restart(1)
				c.votes(1, 2, 1)
			},
		},
		{
			name: "its own candidacy forgotten over a restart", rules: persistent,
			happens: func(c *cluster) {
				c.asks(1, 0, 1)
				c.restart(1)
				c.votes(1, 2, 1)
			},
			want: []string{"One Vote per Term: S1 voted for S1 and for S2 in T1"},
		},
		{
			name: "its vote forgotten over a restart when it becomes a candidate", rules: persistent,
			happens: func(c *cluster) {
				c.votes(1, 2, 1)
				c.restart(1)
				c.asks(1, 0, 1)
			},
			want: []string{"One Vote per Term: S1 voted for S2 and for S1 in T1"},
		},
		{
			name: "what a server does between its crash and its end", rules: persistent,
			happens: func(c *cluster) {
				c.votes(1, 0, 1)
				k := c.asks(2, 1, 1).arrives()
				c.set.Crashed(1)
				k.handled(&RequestVoteReply{1, true})
			},
		},
		{
			name: "a doubled request gets two replies",
			happens: func(c *cluster) {
				k := c.asks(0, 1, 1).arrives().step(labrpc.Doubled)
				k.handled(&RequestVoteReply{1, true}).answered().handled(&RequestVoteReply{1, true})
			},
		},
		{
			name: "the second copy is granted in another's favour",
			happens: func(c *cluster) {
				k := c.asks(0, 1, 1).arrives().handled(&RequestVoteReply{0, false}).answered()
				c.votes(1, 2, 1)
				k.step(labrpc.Doubled).handled(&RequestVoteReply{1, true})
			},
			want: []string{"One Vote per Term: S1 voted for S2 and for S0 in T1"},
		},
	})
}

func TestElectedByAMajority(t *testing.T) {
	tell(t, []story{
		{
			name: "alone in the cluster", servers: 1,
			happens: func(c *cluster) { c.set.State(0, 1, true) },
		},
		{
			name: "two of two", servers: 2,
			happens: func(c *cluster) { c.elects(0, 1, 1) },
		},
		{
			name: "one of two", servers: 2,
			happens: func(c *cluster) {
				c.asks(0, 1, 1)
				c.set.State(0, 1, true)
			},
			want: []string{"Elected by a Majority: S0 leads T1 (GetState says) with the votes of S0 only, 1 of 2 " +
				"servers, cast in that term"},
		},
		{
			name: "half of four", servers: 4,
			happens: func(c *cluster) { c.elects(0, 1, 1) },
			want: []string{"Elected by a Majority: S0 leads T1 (it sends AppendEntries) with the votes of S0, S1 " +
				"only, 2 of 4 servers, cast in that term"},
		},
		{
			name: "three of four", servers: 4,
			happens: func(c *cluster) { c.elects(3, 1, 1, 0) },
		},
		{
			name: "said once, however often it leads", servers: 4,
			happens: func(c *cluster) {
				c.elects(2, 1, 1)
				c.set.State(2, 1, true)
				c.heartbeat(2, 0, 1)
			},
			want: []string{"Elected by a Majority: S2 leads T1 (it sends AppendEntries) with the votes of S1, S2 " +
				"only, 2 of 4 servers, cast in that term"},
		},
		{
			name: "a stale reply is counted", servers: 5,
			happens: func(c *cluster) {
				early := c.asks(0, 1, 1).replies(1, true)
				c.votes(2, 0, 2)
				early.answered()
				c.set.State(0, 2, true)
			},
			want: []string{"Elected by a Majority: S0 leads T2 (GetState says) with the votes of S0, S2 only, 2 of 5 " +
				"servers, cast in that term"},
		},
		{
			name: "one voter is counted twice", servers: 5,
			happens: func(c *cluster) { c.elects(0, 1, 1, 1) },
			want: []string{"Elected by a Majority: S0 leads T1 (it sends AppendEntries) with the votes of S0, S1 " +
				"only, 2 of 5 servers, cast in that term"},
		},
		{
			name: "itself is counted twice", servers: 5,
			happens: func(c *cluster) { c.elects(0, 1, 1, 0) },
			want: []string{"Elected by a Majority: S0 leads T1 (it sends AppendEntries) with the votes of S0, S1 " +
				"only, 2 of 5 servers, cast in that term"},
		},
		{
			name: "a no is counted",
			happens: func(c *cluster) {
				c.asks(0, 1, 1).replies(1, false).answered()
				c.set.State(0, 1, true)
			},
			want: []string{"Elected by a Majority: S0 leads T1 (GetState says) with the votes of S0 only, 1 of 3 " +
				"servers, cast in that term"},
		},
		{
			name: "a reply that never arrived is counted",
			happens: func(c *cluster) {
				c.asks(0, 1, 1).replies(1, true).step(labrpc.LostReply)
				c.asks(0, 2, 1).replies(1, true)
				c.set.State(0, 1, true)
			},
			want: []string{"Elected by a Majority: S0 leads T1 (GetState says) with the votes of S0 only, 1 of 3 " +
				"servers, cast in that term"},
		},
		{
			name: "votes that were given before a crash are counted after it", servers: 5, rules: persistent,
			happens: func(c *cluster) {
				late := c.asks(0, 1, 1).replies(1, true)
				c.votes(2, 0, 1)
				c.restart(0)
				late.answered() // to the life that asked
				c.set.State(0, 1, true)
			},
			want: []string{"Elected by a Majority: S0 leads T1 (GetState says) with the votes of S0, S2 only, 2 of 5 " +
				"servers, cast in that term"},
		},
		{
			name: "a reply that was under way when its voter crashed",
			happens: func(c *cluster) {
				k := c.asks(0, 1, 1).replies(1, true)
				c.set.Crashed(1)
				k.answered()
				c.set.State(0, 1, true)
			},
		},
		{
			name: "after an election that nobody won",
			happens: func(c *cluster) {
				c.asks(0, 2, 1).replies(1, true)
				c.asks(1, 0, 1).replies(1, false).answered()
				c.asks(1, 0, 2).replies(2, true).answered()
				c.set.State(1, 2, true)
			},
		},
		{
			name:    "nobody was asked for anything",
			happens: func(c *cluster) { c.set.State(0, 1, true) },
			want: []string{"Elected by a Majority: S0 leads T1 (GetState says) with the votes of S0 only, 1 of 3 " +
				"servers, cast in that term"},
		},
		{
			name: "somebody was asked for something",
			happens: func(c *cluster) {
				c.send(0, 1, "Poll", &struct{ Epoch int }{1}).replies(1, true).answered()
				c.set.State(0, 1, true)
			},
		},
	})
}

// A candidate that obeys the leader of its term, and then says yes to that leader's request for a vote, elects nobody:
// it is advised. To anybody else it must not say yes.
func TestVotesForTheLeader(t *testing.T) {
	for _, tt := range []struct {
		name   string
		second int // who asks the candidate in the end
		before bool
		said   []string
		advice int
	}{
		{"the leader asks late", 0, false, nil, 1},
		{"the leader asks before it is obeyed", 0, true,
			[]string{"One Vote per Term: S1 voted for S1 and for S0 in T1"}, 0},
		{"another asks", 3, false, []string{"One Vote per Term: S1 voted for S1 and for S3 in T1"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCluster(t, 5, persistent)
			c.asks(1, 2, 1) // S1 is a candidate
			late := c.asks(tt.second, 1, 1)
			c.votes(2, 0, 1)
			c.votes(4, 0, 1)
			if !tt.before {
				c.heartbeat(0, 1, 1).arrives().handled(&AppendEntriesReply{1, true}).answered()
			}
			late.replies(1, true).answered()
			if diff := cmp.Diff(tt.said, c.said); diff != "" {
				t.Errorf("violations, -want +got:\n%s", diff)
			}
			if got := c.set.Advice(); len(got) != tt.advice {
				t.Errorf("advice: %q", got)
			}
		})
	}
}
