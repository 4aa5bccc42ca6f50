package monitor_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest/monitor"
)

// The messages of Figure 2, as the lab writes them.
type (
	RequestVoteArgs struct {
		Term, CandidateId, LastLogIndex, LastLogTerm int
	}
	RequestVoteReply struct {
		Term        int
		VoteGranted bool
	}
	AppendEntriesArgs struct {
		Term, LeaderId, PrevLogIndex, PrevLogTerm int
		Entries                                   []any
		LeaderCommit                              int
	}
	AppendEntriesReply struct {
		Term    int
		Success bool
	}
)

// A cluster feeds monitors what a cluster would and keeps what they say.
type cluster struct {
	t     *testing.T
	set   *monitor.Set
	lives []int
	sent  map[[2]int]uint64
	said  []string
	saves int
	now   time.Duration
}

func newCluster(t *testing.T, servers int, rules monitor.Rules) *cluster {
	c := &cluster{t: t, lives: make([]int, servers), sent: make(map[[2]int]uint64)}
	c.set = monitor.New(servers, rules, func(v monitor.Violation) { c.said = append(c.said, v.String()) })
	c.set.Clock(func() time.Duration { return c.now })
	for i := range servers {
		c.boot(i)
	}
	return c
}

// off is what the monitors say that they do not watch.
func off(s *monitor.Set) []string {
	votes, others := s.Off()
	return append(votes, others...)
}

func (c *cluster) off() []string { return off(c.set) }

func (c *cluster) boot(server int) {
	c.lives[server]++
	c.set.Booted(server)
}

func (c *cluster) restart(server int) {
	c.set.Crashed(server)
	c.boot(server)
}

// A call is an RPC whose steps a test takes one by one.
type call struct {
	c *cluster
	e labrpc.Event
}

// send sends a request.
func (c *cluster) send(from, to int, method string, args any) *call {
	data, err := labgob.Marshal(args)
	if err != nil {
		c.t.Fatal(err)
	}
	link := [2]int{from, to}
	k := &call{c, labrpc.Event{
		End:    labrpc.Route{From: from, To: to, Life: c.lives[from]},
		Call:   c.sent[link],
		Method: "Raft." + method,
		Args:   data,
	}}
	c.sent[link]++
	return k.step(labrpc.Sent)
}

func (k *call) step(s labrpc.Step) *call {
	e := k.e
	e.Step = s
	k.c.set.Message(e)
	return k
}

func (k *call) arrives() *call { return k.step(labrpc.Arrived) }

// handled: the server replies; the reply is not with the caller yet.
func (k *call) handled(reply any) *call {
	data, err := labgob.Marshal(reply)
	if err != nil {
		k.c.t.Fatal(err)
	}
	k.e.Reply = data
	return k.step(labrpc.Handled)
}

func (k *call) answered() *call { return k.step(labrpc.Answered) }

// asks is a RequestVote that is on its way.
func (c *cluster) asks(candidate, voter, term int) *call {
	return c.send(candidate, voter, "RequestVote", &RequestVoteArgs{Term: term, CandidateId: candidate})
}

// replies is what follows on the other side.
func (k *call) replies(term int, granted bool) *call {
	return k.arrives().handled(&RequestVoteReply{term, granted})
}

// votes is a vote that was asked for, given and counted.
func (c *cluster) votes(voter, candidate, term int) {
	c.asks(candidate, voter, term).replies(term, true).answered()
}

func (c *cluster) heartbeat(leader, follower, term int) *call {
	return c.send(leader, follower, "AppendEntries", &AppendEntriesArgs{Term: term, LeaderId: leader})
}

// elects makes a leader as Figure 2 has it.
func (c *cluster) elects(leader, term int, voters ...int) {
	for _, v := range voters {
		c.votes(v, leader, term)
	}
	c.heartbeat(leader, voters[0], term).arrives().handled(&AppendEntriesReply{term, true}).answered()
}

// A story is what happens in a cluster and what the monitors are to say of it.
type story struct {
	name    string
	servers int // 3 if it does not say
	rules   monitor.Rules
	happens func(*cluster)
	want    []string
}

var persistent = monitor.Rules{Persistence: true}

func tell(t *testing.T, stories []story) {
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			if s.servers == 0 {
				s.servers = 3
			}
			c := newCluster(t, s.servers, s.rules)
			s.happens(c)
			if diff := cmp.Diff(s.want, c.said); diff != "" {
				t.Errorf("violations, -want +got:\n%s", diff)
			}
		})
	}
}

// A heartbeat, as it passes.
func BenchmarkHeartbeat(b *testing.B) {
	c := &cluster{lives: make([]int, 3), sent: make(map[[2]int]uint64)}
	c.set = monitor.New(3, monitor.Rules{}, func(v monitor.Violation) { b.Error(v) })
	for i := range 3 {
		c.boot(i)
	}
	c.votes(1, 0, 1)
	k := c.heartbeat(0, 1, 1).arrives().handled(&AppendEntriesReply{1, true}).answered()
	b.ReportAllocs()
	for b.Loop() {
		k.e.Call++
		k.step(labrpc.Sent).arrives().step(labrpc.Handled).answered()
	}
}
