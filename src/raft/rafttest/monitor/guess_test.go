package monitor_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/monitor"
)

// A Raft with entries of which the term has another name.
type (
	record struct {
		Cmd        any
		Team, Seat int
	}
	recordArgs struct {
		Term, LeaderId, PrevLogIndex, PrevLogTerm int
		Records                                   []record
	}
)

func (c *cluster) records(leader, follower, term, prev, prevTerm int, terms ...int) *call {
	args := &recordArgs{Term: term, LeaderId: leader, PrevLogIndex: prev, PrevLogTerm: prevTerm}
	for i, t := range terms {
		args.Records = append(args.Records, record{prev + 1 + i, t, prev + 1 + i})
	}
	return c.send(leader, follower, "AppendEntries", args)
}

const (
	batchTaken = "monitors: Records of Raft.AppendEntries is taken for its entries"
	teamTaken  = "monitors: Team of Records is taken for their term"
)

// twoTerms has leaders of two terms bring five entries each to all.
func twoTerms(c *cluster) {
	c.leader(0, 1, 0, 0, 1, 2)
	for i := range 5 {
		prev := i
		for _, f := range []int{1, 2} {
			c.records(0, f, 1, prev, min(prev, 1), 1).stores(1)
		}
		c.applies(prev+1, 0, 1)
	}
	c.leader(1, 2, 5, 1, 0, 2)
	for i := range 5 {
		prev := 5 + i
		for _, f := range []int{0, 2} {
			c.records(1, f, 2, prev, 1+min(i, 1), 2).stores(2)
		}
		c.applies(prev+1, 1)
	}
}

// The term of entries is found out by what it does, and what was before that is judged as well.
func TestTermOfEntries(t *testing.T) {
	tests := []struct {
		name        string
		happens     func(*cluster)
		said, taken []string
		off         []string
	}{
		{name: "a majority has all", happens: twoTerms, taken: []string{batchTaken, teamTaken}},
		{name: "one term is not enough for one of two", happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			c.records(0, 1, 1, 0, 0, 1, 1).stores(1)
			c.applies(1, 0)
			c.applies(2, 0)
		}, taken: []string{batchTaken},
			off: []string{"monitor off: what is committed is not watched: whether Team or Seat of Records is the " +
				"term of entries was not found out"}},
		{name: "applied before a majority had it", happens: func(c *cluster) {
			twoTerms(c)
			c.records(1, 0, 2, 10, 2, 2)
			c.applies(11, 1)
		}, taken: []string{batchTaken, teamTaken},
			said: []string{"Committed by a Majority: S1 applied index 11, which is not committed: no server has said " +
				"to a leader that it has it"}},
		{name: "applied before a majority had it, and before the term was known", happens: func(c *cluster) {
			c.leader(0, 1, 0, 0, 1, 2)
			for prev := range 5 {
				c.records(0, 1, 1, prev, min(prev, 1), 1).stores(1)
				c.applies(prev+1, 0)
			}
			c.records(0, 1, 1, 5, 1, 1)
			c.applies(6, 0)
			c.leader(1, 2, 5, 1, 0, 2)
			c.records(1, 2, 2, 0, 0, 1, 1, 1, 1, 1).arrives()
			for i := range 5 {
				c.records(1, 2, 2, 5+i, 1+min(i, 1), 2).stores(2)
			}
		}, taken: []string{batchTaken, teamTaken},
			said: []string{"Committed by a Majority: S0 applied index 6, which is not committed: no server has said " +
				"to a leader that it has it"}},
		{name: "one term is enough for the only integer", happens: func(c *cluster) {
			type entry struct {
				Of  int8
				Cmd any
			}
			type args struct {
				Term, LeaderId, PrevLogIndex, PrevLogTerm int
				Entries                                   []*entry
			}
			c.leader(0, 1, 0, 0, 1, 2)
			for i := range 8 {
				c.send(0, 1, "AppendEntries", &args{1, 0, i, min(i, 1), []*entry{{1, i + 1}}}).stores(1)
				c.applies(i+1, 0)
			}
			c.applies(9, 0)
		}, taken: []string{"monitors: Of of Entries is taken for their term"},
			said: []string{"Committed by a Majority: S0 applied index 9, which is not committed: no server has said " +
				"to a leader that it has it"}},
		{name: "by its name", happens: func(c *cluster) {
			type entry struct {
				LogTerm, Index int
				Command        any
			}
			type args struct {
				Term, LeaderId, PrevLogIndex, PrevLogTerm int
				Entries                                   []entry
			}
			c.leader(0, 1, 0, 0, 1, 2)
			c.send(0, 1, "AppendEntries", &args{1, 0, 0, 0, []entry{{1, 1, 1}}}).stores(1)
			c.applies(1, 0)
			c.applies(2, 0)
		}, taken: []string{"monitors: LogTerm of Entries is taken for their term"},
			said: []string{"Committed by a Majority: S0 applied index 2, which is not committed: no server has said " +
				"to a leader that it has it"}},
		{name: "no entry has a term", happens: func(c *cluster) {
			type entry struct{ Command any }
			type args struct {
				Term, LeaderId, PrevLogIndex, PrevLogTerm int
				Entries                                   []entry
			}
			c.leader(0, 1, 0, 0, 1, 2)
			c.send(0, 1, "AppendEntries", &args{1, 0, 0, 0, []entry{{1}, {2}}}).stores(1)
			c.applies(1, 0)
			c.applies(2, 0)
		}, off: []string{"monitor off: what is committed is not watched: the field Entries of Raft.AppendEntries is " +
			"no slice of entries with an integer field Term after an integer PrevLogIndex and PrevLogTerm"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newCluster(t, 3, saving)
			test.happens(c)
			c.expects(test.said, test.taken, test.off)
		})
	}
}

func (c *cluster) expects(said, taken, off []string) {
	c.t.Helper()
	if diff := cmp.Diff(said, c.said); diff != "" {
		c.t.Errorf("violations, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(taken, c.set.Taken()); diff != "" {
		c.t.Errorf("taken for what, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(off, c.off()); diff != "" {
		c.t.Errorf("off, -want +got:\n%s", diff)
	}
}

// The term of requests is what GetState says of their senders.
func TestTermOfRequests(t *testing.T) {
	type (
		voteArgs   struct{ T, CandidateId, Round int }
		appendArgs struct{ LeaderId, T, PrevLogIndex int }
		reply      struct {
			T    int
			Flag bool
		}
	)
	elect := func(c *cluster, leader, term int, voters ...int) {
		for _, v := range voters {
			c.send(leader, v, "RequestVote",
				&voteArgs{term, leader, 7}).arrives().handled(&reply{term, true}).answered()
		}
		c.set.State(leader, term, true)
		for range 5 {
			c.send(leader, voters[0], "AppendEntries",
				&appendArgs{leader, term, 9}).arrives().handled(&reply{term, true}).answered()
		}
		c.set.State(leader, term, true)
	}
	refuse := func(c *cluster, candidate, voter, term int) {
		c.send(candidate, voter, "RequestVote",
			&voteArgs{term, candidate, 7}).arrives().handled(&reply{term, false}).answered()
	}
	taken := []string{
		"monitors: T of Raft.RequestVote is taken for its term",
		"monitors: T of the reply of Raft.RequestVote is taken for its term",
		"monitors: T of Raft.AppendEntries is taken for its term",
		"monitors: T of the reply of Raft.AppendEntries is taken for its term",
		"monitors: Flag of the reply of Raft.RequestVote is taken for its vote",
	}
	c := newCluster(t, 3, monitor.Rules{})
	elect(c, 0, 1, 1)
	elect(c, 1, 2, 2)
	refuse(c, 0, 1, 2)
	elect(c, 2, 3, 0)
	c.expects(nil, taken, nil)

	c.send(1, 0, "RequestVote", &voteArgs{3, 1, 7}).arrives().handled(&reply{3, true}).answered()
	c.send(1, 2, "AppendEntries", &appendArgs{1, 3, 9})
	c.expects([]string{
		"One Vote per Term: S0 voted for S2 and for S1 in T3",
		"Election Safety: two leaders in T3: S2 (GetState says) and S1 (it sends AppendEntries)",
	}, taken, nil)

	c = newCluster(t, 3, monitor.Rules{})
	elect(c, 0, 1, 1)
	c.expects(nil, nil, []string{
		"monitor off: votes are not watched: whether T or Round of Raft.RequestVote is its term was not found out",
		"monitor off: AppendEntries is not watched: whether T of Raft.AppendEntries is its term was not found out",
	})
}

// Of the flags of a reply the vote is the one that makes leaders.
func TestFlagOfVotes(t *testing.T) {
	type reply struct {
		Term        int
		Alive, Plus bool
	}
	ask := func(c *cluster, candidate, voter, term int, yes bool) {
		c.asks(candidate, voter, term).arrives().handled(&reply{term, true, yes}).answered()
	}
	c := newCluster(t, 3, monitor.Rules{})
	ask(c, 0, 1, 1, true)
	ask(c, 2, 1, 1, false)
	c.heartbeat(0, 1, 1)
	plus := []string{"monitors: Plus of the reply of Raft.RequestVote is taken for its vote"}
	c.expects(nil, plus, nil)
	ask(c, 0, 1, 2, true)
	ask(c, 2, 1, 2, true)
	c.expects([]string{"One Vote per Term: S1 voted for S0 and for S2 in T2"}, plus, nil)

	// Without a leader that has it from a majority nothing is known.
	c = newCluster(t, 3, monitor.Rules{})
	ask(c, 0, 1, 1, false)
	ask(c, 2, 1, 1, true)
	c.heartbeat(0, 1, 1)
	c.expects(nil, nil,
		[]string{"monitor off: votes are not watched: whether Alive or Plus of the reply of Raft.RequestVote is the " +
			"vote was not found out"})
}

// A field that is not there is not 0: heartbeats that have no term make nobody a leader of T0, whether they have no
// such field or nothing in it.
func TestNoTerm(t *testing.T) {
	election := func(c *cluster) {
		c.votes(1, 0, 1)
		c.set.State(0, 1, true)
	}
	c := newCluster(t, 3, logged)
	election(c)
	c.heartbeat(0, 1, 0).arrives().handled(&AppendEntriesReply{1, true}).answered()
	c.heartbeat(2, 1, 0)
	c.expects(nil, nil, []string{
		"monitor off: AppendEntries without a term is passed over: Raft.AppendEntries is sent with T0, in which " +
			"nobody stood for election",
		"monitor off: what is committed is not watched: the field Entries of Raft.AppendEntries is no slice of " +
			"entries with an integer field Term after an integer PrevLogIndex and PrevLogTerm",
	})

	c = newCluster(t, 3, monitor.Rules{})
	election(c)
	c.send(0, 1, "AppendEntries", &struct{ LeaderId int }{0}).arrives().handled(&AppendEntriesReply{1, true}).answered()
	c.expects(nil, nil,
		[]string{"monitor off: AppendEntries is not watched: no request has an integer field Term and a field " +
			"LeaderId or PrevLogIndex; Raft.AppendEntries has LeaderId"})
}

// Terms may begin with -1.
func TestTermsFromBelow(t *testing.T) {
	c := newCluster(t, 3, saving)
	for i := range 3 {
		c.set.State(i, -1, false)
	}
	c.leader(0, 0, 0, -1, 1, 2)
	c.set.State(0, 0, true)
	for _, f := range []int{1, 2} {
		c.appends(0, f, 0, 0, -1, 0, 0).stores(0)
	}
	for i := 1; i <= 2; i++ {
		c.applies(i, 0, 1)
	}
	c.leader(1, 1, 2, 0, 2)
	c.appends(1, 2, 1, 2, 0, 1).stores(1)
	c.set.State(0, 0, true)
	c.applies(3, 1)
	c.expects(nil, nil, nil)
	c.set.State(0, -1, false)
	c.set.Applied(1, raft.ApplyMsg{CommandValid: true, Command: 4, CommandIndex: 4})
	c.expects([]string{
		"Terms Never Fall: S0 was in T0 and GetState now says T-1",
		"Committed by a Majority: S1 applied index 4, which is not committed: no server has said to a leader that it " +
			"has it",
	}, nil, nil)
	c = newCluster(t, 3, monitor.Rules{})
	c.leader(0, 0, 0, 0, 1)
	c.leader(2, 0, 0, 0, 1)
	c.expects([]string{"One Vote per Term: S1 voted for S0 and for S2 in T0"}, nil, nil)
}
