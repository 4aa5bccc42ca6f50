package monitor_test

import "testing"

func TestDisks(t *testing.T) {
	// All are in term 1, and S0 leads.
	first := func(c *cluster) {
		c.leader(0, 1, 0, 0, 1, 2)
		c.appends(0, 1, 1, 0, 0, 1).stores(1)
		c.heartbeat(0, 2, 1).arrives().handled(&AppendEntriesReply{1, true})
	}
	tell(t, []story{
		{name: "a vote that is saved", rules: saving, happens: func(c *cluster) {
			first(c)
			c.leader(1, 2, 1, 1, 2)
		}},
		{name: "a vote that is not", rules: saving, happens: func(c *cluster) {
			first(c)
			k := c.asksWith(0, 2, 2, 0, 0).arrives()
			c.save(2) // the term
			k.handled(&RequestVoteReply{2, false})
			c.asksWith(1, 2, 2, 1, 1).arrives().handled(&RequestVoteReply{2, true})
		}, want: []string{"Saved before Told: S2 voted for S1 in T2 and has saved nothing since it was first asked (Figure 2)"}},
		{name: "a term that is not", rules: saving, happens: func(c *cluster) {
			first(c)
			c.asksWith(1, 2, 2, 1, 1).arrives().handled(&RequestVoteReply{2, false})
		}, want: []string{"Saved before Told: S2 replied to Raft.RequestVote in T2 and has saved nothing since it was in T1 or before (Figure 2)"}},
		{name: "a vote that was given before, the reply being lost", rules: saving, happens: func(c *cluster) {
			first(c)
			k := c.asksWith(1, 2, 2, 1, 1).arrives()
			c.save(2) // and nobody hears of it
			_ = k
			c.asksWith(1, 2, 2, 1, 1).arrives().handled(&RequestVoteReply{2, true})
		}},
		{name: "over a restart", rules: saving, happens: func(c *cluster) {
			first(c)
			c.asksWith(1, 2, 2, 1, 1).arrives()
			c.save(2)
			c.restart(2)
			c.asksWith(1, 2, 2, 1, 1).arrives().handled(&RequestVoteReply{2, true})
		}},
		{name: "a leader that saved nothing", rules: saving, happens: func(c *cluster) {
			first(c)
			c.heartbeat(0, 1, 1).arrives().handled(&AppendEntriesReply{1, true})
			c.send(1, 2, "RequestVote", &RequestVoteArgs{2, 1, 1, 1}).grants(2)
			c.appends(1, 2, 2, 1, 1, 2)
		}, want: []string{"Saved before Told: S1 leads T2 and has saved nothing since it was in T1 or before (Figure 2)"}},
		{name: "an entry that is not saved", rules: saving, happens: func(c *cluster) {
			first(c)
			c.appends(0, 1, 1, 1, 1, 1).arrives().handled(&AppendEntriesReply{1, true})
		}, want: []string{"Saved before Told: S1 said that it has the entry of T1 at index 2 and has saved nothing since that came (Figure 2)"}},
		{name: "an entry that came before", rules: saving, happens: func(c *cluster) {
			first(c)
			c.appends(0, 1, 1, 0, 0, 1).arrives().handled(&AppendEntriesReply{1, true})
		}},
		{name: "an entry that it made itself", rules: saving, happens: func(c *cluster) {
			first(c)
			c.appends(0, 2, 1, 0, 0, 1).stores(1)
			c.leader(2, 2, 1, 1, 1)
			k := c.appends(2, 0, 2, 0, 0, 1).arrives()
			c.save(0)
			k.handled(&AppendEntriesReply{2, true})
			c.appends(2, 0, 2, 0, 0, 1).arrives().handled(&AppendEntriesReply{2, true})
		}},
		{name: "nothing is ever saved", rules: saving, happens: func(c *cluster) {
			c.elects(0, 1, 1, 2)
			c.votes(2, 1, 2)
			c.heartbeat(1, 2, 2).arrives().handled(&AppendEntriesReply{2, true})
		}},
		{name: "nobody asks for it", rules: logged, happens: func(c *cluster) {
			first(c)
			c.asksWith(1, 2, 2, 1, 1).arrives().handled(&RequestVoteReply{2, true})
		}},
	})
}
