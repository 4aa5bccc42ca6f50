package monitor_test

import (
	"strings"
	"testing"
	"time"
)

// What harms nobody, but costs votes or time, is advised.
func TestAdvisedElections(t *testing.T) {
	won := func(c *cluster) {
		c.passes(time.Second)
		c.leader(0, 1, 0, 0, 1)
	}
	speaks := func(c *cluster) { c.heartbeat(0, 1, 1).arrives().handled(&AppendEntriesReply{1, true}).answered() }
	for _, tt := range []struct {
		name    string
		happens func(*cluster)
		want    string // how the advice begins
	}{
		{"asks where it has voted for another", func(c *cluster) {
			c.votes(1, 2, 1)
			c.asks(1, 0, 1).replies(1, false).answered()
		}, "a server asks for votes in a term in which it has voted for another"},
		{"stands where it has just heard of a leader", func(c *cluster) {
			won(c)
			speaks(c)
			c.passes(49 * time.Millisecond)
			c.asks(1, 2, 2)
		}, "a server stands for election within 50 ms of what a leader told it"},
		{"stands where it has just given a vote", func(c *cluster) {
			c.passes(time.Second)
			c.asks(0, 1, 1).arrives().replies(1, true).answered()
			c.passes(49 * time.Millisecond)
			c.asks(1, 2, 2)
		}, "a server stands for election within 50 ms of what a leader told it, or of a vote that it gave"},
		{"stands where it has given a vote again", func(c *cluster) {
			c.passes(time.Second)
			c.asks(0, 1, 1).arrives().replies(1, true).answered()
			c.passes(time.Second)
			c.asks(0, 1, 1).arrives().replies(1, true).answered()
			c.asks(1, 2, 2)
		}, ""},
		{"stands where it may have given a vote before", func(c *cluster) {
			c.passes(time.Second)
			c.set.Lingers(1, time.Second)
			c.asks(0, 1, 1).arrives().replies(1, true).answered()
			c.asks(1, 2, 2)
		}, ""},
		{"asks late for an earlier term", func(c *cluster) {
			c.passes(time.Second)
			c.leader(0, 3, 0, 0, 1)
			c.heartbeat(0, 1, 3).arrives().handled(&AppendEntriesReply{3, true}).answered()
			c.asks(1, 2, 2)
		}, ""},
		{"stands a timeout later", func(c *cluster) {
			won(c)
			speaks(c)
			c.passes(50 * time.Millisecond)
			c.asks(1, 2, 2)
		}, ""},
		{"stands soon, by a clock that was fast", func(c *cluster) {
			won(c)
			c.set.Skewed(1, 4, 0)
			speaks(c)
			c.asks(1, 2, 2)
		}, ""},
		{"asks again where it stands", func(c *cluster) {
			c.asks(1, 0, 1).replies(1, false).answered()
			c.asks(1, 2, 1)
		}, ""},
		{"speaks late", func(c *cluster) {
			won(c)
			c.passes(60 * time.Millisecond)
			speaks(c)
		}, "a server sends its first AppendEntries more than 60 ms after it was elected"},
		{"speaks at once, and then no more", func(c *cluster) {
			won(c)
			speaks(c)
			c.votes(1, 0, 1) // again
			c.passes(time.Second)
			speaks(c)
		}, ""},
		{"speaks at once, then by another clock, and is given its vote again", func(c *cluster) {
			won(c)
			speaks(c)
			c.set.Skewed(0, 1, 0)
			c.votes(1, 0, 1)
			c.passes(time.Second)
			speaks(c)
		}, ""},
		{"speaks late, and lingers", func(c *cluster) {
			won(c)
			c.set.Lingers(0, time.Second)
			c.passes(time.Second)
			speaks(c)
		}, ""},
		{"lingered a moment ago", func(c *cluster) {
			c.set.Lingers(0, 2*time.Second)
			c.passes(time.Second)
			c.set.Lingers(0, 0)
			won(c)
			c.passes(900 * time.Millisecond)
			speaks(c)
		}, ""},
		{"lingered long ago", func(c *cluster) {
			c.set.Lingers(0, 2*time.Second)
			c.passes(time.Second)
			c.set.Lingers(0, 0)
			won(c)
			c.passes(1100 * time.Millisecond)
			speaks(c)
		}, "a server sends its first AppendEntries more than 60 ms after it was elected"},
		{"speaks late, by a clock that is right again", func(c *cluster) {
			won(c)
			c.set.Skewed(0, 0.5, 0)
			c.passes(time.Second)
			c.set.Skewed(0, 1, 0)
			speaks(c)
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCluster(t, 3, persistent)
			tt.happens(c)
			got := strings.Join(c.set.Advice(), "; ")
			if len(c.said) > 0 || tt.want == "" && got != "" || !strings.HasPrefix(got, tt.want) {
				t.Errorf("violations %q and advice %q, want the advice %q", c.said, got, tt.want)
			}
		})
	}
}
