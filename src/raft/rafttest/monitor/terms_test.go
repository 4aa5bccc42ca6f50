package monitor_test

import (
	"testing"

	"raftlab/src/labrpc"
)

func TestTermsNeverFall(t *testing.T) {
	tell(t, []story{
		{
			name: "GetState falls",
			happens: func(c *cluster) {
				c.set.State(1, 4, false)
				c.set.State(1, 4, false)
				c.set.State(0, 2, false)
				c.set.State(1, 3, false)
			},
			want: []string{"Terms Never Fall: S1 was in T4 and GetState now says T3"},
		},
		{
			name: "GetState of a server that lingers over an earlier answer",
			happens: func(c *cluster) {
				c.set.Lingers(1, 1)
				c.set.State(1, 4, false)
				c.set.State(1, 3, false)
			},
		},
		{
			name: "a reply below what GetState had said",
			happens: func(c *cluster) {
				c.set.State(1, 4, false)
				c.asks(0, 1, 3).replies(3, true)
			},
			want: []string{"Terms Never Fall: S1 was in T4 and then replied to Raft.RequestVote in T3"},
		},
		{
			name: "a reply below another reply",
			happens: func(c *cluster) {
				c.asks(0, 1, 4).replies(4, true)
				c.asks(2, 1, 3).replies(3, true)
			},
			want: []string{"Terms Never Fall: S1 was in T4 and then replied to Raft.RequestVote in T3"},
		},
		{
			name: "a reply of the other kind",
			happens: func(c *cluster) {
				c.elects(0, 3, 1)
				c.asks(2, 1, 4).replies(4, true)
				c.heartbeat(0, 1, 3).arrives().handled(&AppendEntriesReply{3, true})
			},
			want: []string{"Terms Never Fall: S1 was in T4 and then replied to Raft.AppendEntries in T3"},
		},
		{
			name: "a reply below the server's own request",
			happens: func(c *cluster) {
				c.asks(1, 0, 5)
				c.asks(2, 1, 4).replies(4, true)
			},
			want: []string{"Terms Never Fall: S1 was in T5 and then replied to Raft.RequestVote in T4"},
		},
		{
			name: "a reply that leaves its term out",
			happens: func(c *cluster) {
				c.set.State(1, 4, false)
				c.asks(0, 1, 3).replies(0, false)
				c.asks(0, 1, 3).replies(-1, false)
			},
		},
		{
			// Both requests are handled at once; what is told of them comes in the order of the goroutines that tell
			// it.
			name: "replies that overtake each other",
			happens: func(c *cluster) {
				a := c.asks(0, 1, 2).arrives()
				b := c.asks(2, 1, 3).arrives()
				b.handled(&RequestVoteReply{3, true})
				a.handled(&RequestVoteReply{2, true})
			},
		},
		{
			name: "GetState that was asked before a reply and told after it",
			happens: func(c *cluster) {
				c.set.State(1, 1, false)
				c.asks(0, 1, 2).replies(2, true)
				c.set.State(1, 1, false)
				c.set.State(1, 2, false)
			},
		},
		{
			name: "a reply that was made before GetState and is told after it",
			happens: func(c *cluster) {
				a := c.asks(0, 1, 2).arrives()
				c.set.State(1, 3, false)
				a.handled(&RequestVoteReply{2, true})
			},
		},
		{
			name: "requests that leave in another order than they were made",
			happens: func(c *cluster) {
				c.asks(0, 1, 3)
				c.asks(0, 2, 2)
				c.asks(0, 1, 1)
			},
		},
		{
			// The copy's reply was made first, though it is told last.
			name: "two copies of a request",
			happens: func(c *cluster) {
				k := c.asks(0, 1, 2).step(labrpc.Doubled)
				c.set.State(1, 3, false)
				k.arrives().handled(&RequestVoteReply{3, false}).answered().handled(&RequestVoteReply{2, true})
			},
		},
		{
			name: "the second copy comes late and its reply falls",
			happens: func(c *cluster) {
				k := c.asks(0, 1, 2).replies(2, true).answered()
				c.set.State(1, 3, false)
				k.step(labrpc.Doubled).handled(&RequestVoteReply{2, true})
			},
			want: []string{"Terms Never Fall: S1 was in T3 and then replied to Raft.RequestVote in T2"},
		},
		{
			name: "a reply to what nobody saw arrive",
			happens: func(c *cluster) {
				c.set.State(1, 3, false)
				c.asks(0, 1, 2).handled(&RequestVoteReply{2, true})
			},
		},
	})
}

func TestTermsOverRestart(t *testing.T) {
	replied := func(c *cluster) { c.asks(0, 1, 4).replies(4, true) }
	asked := func(c *cluster) { c.asks(1, 0, 4) }
	shown := func(c *cluster) { c.set.State(1, 4, false) }
	state := func(c *cluster) { c.set.State(1, 3, false) }
	reply := func(c *cluster) { c.asks(2, 1, 3).replies(3, true) }
	const (
		stateFalls = "Terms Never Fall: S1 was in T4 and GetState now says T3"
		replyFalls = "Terms Never Fall: S1 was in T4 and then replied to Raft.RequestVote in T3"
	)
	tests := []struct {
		name          string
		before, after func(*cluster)
		persistent    string // what is said where state persists
	}{
		{"replied, then GetState", replied, state, stateFalls},
		{"replied, then a reply", replied, reply, replyFalls},
		{"asked, then GetState", asked, state, stateFalls},
		{"asked, then a reply", asked, reply, replyFalls},
		// Nobody was told: it may have been about to save it.
		{"only GetState had it, then GetState", shown, state, ""},
		{"only GetState had it, then a reply", shown, reply, ""},
	}
	for _, test := range tests {
		s := story{name: test.name, happens: func(c *cluster) {
			test.before(c)
			c.restart(1)
			test.after(c)
		}}
		onDisk := s
		s.name += ", without a disk"
		onDisk.name, onDisk.rules = onDisk.name+", with a disk", persistent
		if test.persistent != "" {
			onDisk.want = []string{test.persistent}
		}
		tell(t, []story{s, onDisk})
	}
	tell(t, []story{
		{
			name: "what arrived before the crash is answered by nobody", rules: persistent,
			happens: func(c *cluster) {
				k := c.asks(0, 1, 2).arrives()
				c.set.State(1, 2, false)
				c.restart(1)
				k.step(labrpc.Unreachable)
				c.asks(0, 1, 2).replies(2, true)
			},
		},
		{
			name: "GetState of one that is down", rules: persistent,
			happens: func(c *cluster) {
				replied(c)
				c.set.Crashed(1)
				state(c)
				reply(c)
			},
		},
	})
}
