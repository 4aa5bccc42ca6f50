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
		}, want: []string{"Saved before Told: S2 voted for S1 in T2 and has saved nothing since it first heard of it " +
			"in that term (Figure 2)"}},
		{name: "a term that is not", rules: saving, happens: func(c *cluster) {
			first(c)
			c.asksWith(1, 2, 2, 1, 1).arrives().handled(&RequestVoteReply{2, false})
		}, want: []string{"Saved before Told: S2 replied to Raft.RequestVote in T2 and has saved nothing since it " +
			"was in T1 or before (Figure 2)"}},
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
		}, want: []string{"Saved before Told: S1 leads T2 and has saved nothing since it was in T1 or before (Figure " +
			"2)"}},
		{name: "an entry that is not saved", rules: saving, happens: func(c *cluster) {
			first(c)
			c.appends(0, 1, 1, 1, 1, 1).arrives().handled(&AppendEntriesReply{1, true})
		}, want: []string{"Saved before Told: S1 said that it has the entry of T1 at index 2 and has saved nothing " +
			"since that came (Figure 2)"}},
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
		{name: "a vote that was on the disk when it was asked for, as that of its leader", rules: saving,
			happens: func(c *cluster) {
				first(c)
				late := c.asksWith(1, 2, 2, 1, 1)
				c.asksWith(1, 0, 2, 1, 1).grants(2)
				c.appends(1, 2, 2, 1, 1).arrives()
				c.save(2)
				late.arrives().handled(&RequestVoteReply{2, true})
			}},
		{name: "likewise, by a pre-vote", rules: saving, happens: func(c *cluster) {
			first(c)
			c.send(1, 2, "PreVote", &struct{ Term, CandidateId int }{1, 1}).arrives()
			c.save(2)
			c.asksWith(1, 2, 2, 1, 1).arrives().handled(&RequestVoteReply{2, true})
		}},
		{name: "likewise, by a request that nobody understands", rules: saving, happens: func(c *cluster) {
			first(c)
			c.send(1, 2, "Hail", &struct{ Me int }{1}).arrives()
			c.save(2)
			c.asksWith(1, 2, 2, 1, 1).arrives().handled(&RequestVoteReply{2, true})
		}},
		{name: "likewise, by a reply", rules: saving, happens: func(c *cluster) {
			first(c)
			c.asksWith(2, 1, 1, 1, 1).replies(2, false).answered()
			c.save(2)
			c.asksWith(1, 2, 2, 1, 1).arrives().handled(&RequestVoteReply{2, true})
		}},
		{name: "a vote is not in what is saved", rules: saving, happens: func(c *cluster) {
			first(c)
			k := c.asksWith(0, 2, 2, 0, 0).arrives()
			c.set.Saved(2, []byte("T2"), nil)
			k.handled(&RequestVoteReply{2, false})
			k = c.asksWith(1, 2, 2, 1, 1).arrives()
			c.set.Saved(2, []byte("T2"), nil)
			k.handled(&RequestVoteReply{2, true})
		}, want: []string{"Saved before Told: S2 voted for S1 in T2 and has saved only what was on its disk before " +
			"it first heard of it in that term (Figure 2)"}},
		{name: "a vote is kept on the disk since an earlier term", rules: saving, happens: func(c *cluster) {
			first(c)
			k := c.asksWith(1, 2, 2, 1, 1).arrives()
			c.set.Saved(2, []byte("T2, voted for S0"), nil)
			k.handled(&RequestVoteReply{2, false})
			k = c.asksWith(0, 2, 2, 1, 1).arrives()
			c.set.Saved(2, []byte("T2, voted for S0"), nil)
			k.handled(&RequestVoteReply{2, true})
		}},
		{name: "the leader whom it obeyed is on the disk as its vote", rules: saving, happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1)
			c.appends(0, 1, 1, 0, 0, 1).stores(1)
			k := c.heartbeat(0, 2, 1).arrives()
			c.set.Saved(2, []byte("T1, obeys S0"), nil)
			k.handled(&AppendEntriesReply{1, true})
			k = c.asksWith(1, 2, 2, 1, 1).arrives()
			c.set.Saved(2, []byte("T2, obeys S0"), nil)
			k.handled(&RequestVoteReply{2, false})
			k = c.asksWith(0, 2, 2, 1, 1).arrives()
			c.set.Saved(2, []byte("T2, obeys S0"), nil)
			k.handled(&RequestVoteReply{2, true})
		}},
		{name: "an entry is not in what is saved", rules: saving, happens: func(c *cluster) {
			first(c)
			c.set.Saved(1, []byte("T1"), nil)
			k := c.appends(0, 1, 1, 1, 1, 1).arrives()
			c.set.Saved(1, []byte("T1"), nil)
			k.handled(&AppendEntriesReply{1, true})
		}, want: []string{"Saved before Told: S1 said that it has the entry of T1 at index 2 and has saved nothing " +
			"since that came (Figure 2)"}},
		{name: "an entry that may have come with a reply", rules: saving, happens: func(c *cluster) {
			first(c)
			c.asksWith(1, 0, 1, 1, 1).arrives().handled(&struct {
				Term    int
				Missing []Entry
			}{1, nil}).answered()
			c.appends(0, 1, 1, 1, 1, 1).arrives().handled(&AppendEntriesReply{1, true})
		}},
		{name: "a term that was saved when it was heard of, before it was acted upon", rules: saving,
			happens: func(c *cluster) {
				first(c)
				k := c.asksWith(1, 2, 2, 1, 1).arrives()
				c.save(2)
				c.heartbeat(0, 2, 1).arrives().handled(&AppendEntriesReply{1, true})
				k.handled(&RequestVoteReply{2, false})
			}},
		{name: "a vote for itself that it asks for like others'", rules: saving, happens: func(c *cluster) {
			first(c)
			c.asksWith(1, 1, 2, 1, 1).arrives().handled(&RequestVoteReply{2, true})
		}},
		{name: "the first term is told by GetState", rules: saving, happens: func(c *cluster) {
			c.set.State(2, 5, false)
			c.save(1)
			c.asksWith(1, 2, 6, 0, 0).arrives().handled(&RequestVoteReply{6, false})
		}, want: []string{"Saved before Told: S2 replied to Raft.RequestVote in T6 and has saved nothing since it " +
			"was in T5 or before (Figure 2)"}},
		{name: "or is not known", rules: saving, happens: func(c *cluster) {
			c.save(1)
			c.asksWith(1, 2, 6, 0, 0).arrives().handled(&RequestVoteReply{6, false})
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
