package monitor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest/monitor"
)

// A tongue is how a Raft words its messages.
type tongue struct {
	name    string
	method  string // of RequestVote
	vote    func(term, candidate int) any
	granted func(term int, yes bool) any
	appends func(term, leader int) any
	want    []string // what is seen; all if it does not say
	taken   string   // what is taken for what
}

var figure2 = tongue{
	vote:    func(t, c int) any { return &RequestVoteArgs{Term: t, CandidateId: c} },
	granted: func(t int, yes bool) any { return &RequestVoteReply{t, yes} },
	appends: func(t, l int) any { return &AppendEntriesArgs{Term: t, LeaderId: l} },
}

type number int32

// Every way of wording them that can be understood is.
func TestWordings(t *testing.T) {
	const (
		oneVote    = "One Vote per Term: S2 voted for S0 and for S4 in T1"
		twoLeaders = "Election Safety: two leaders in T1: S0 (it sends AppendEntries) and S4 (it sends AppendEntries)"
		unelected  = "Elected by a Majority: S%d leads T1 (it sends AppendEntries) with the votes of S%[1]d only, 1 " +
			"of 5 servers, cast in that term"
	)
	onlyVotes, onlyLeaders := []string{oneVote}, []string{twoLeaders}
	tests := []tongue{
		{name: "Figure 2"},
		{name: "CandidateID", vote: func(t, c int) any { return &struct{ Term, CandidateID int }{t, c} }},
		{name: "Candidate before Term", vote: func(t, c int) any {
			return &struct{ Candidate, CandidateTerm int }{c, t}
		}},
		{name: "Granted", granted: func(t int, yes bool) any {
			return &struct {
				Granted     bool
				CurrentTerm int
			}{yes, t}
		}},
		{name: "only VoteGranted", granted: func(t int, yes bool) any { return &struct{ VoteGranted bool }{yes} }},
		{name: "Voted", taken: "Voted of the reply of Raft.RequestVote is taken for its vote",
			granted: func(t int, yes bool) any {
				return &struct {
					Voted bool
					Term  int
				}{yes, t}
			}},
		{name: "is_granted, term_number",
			taken: "Term_number of the reply of Raft.RequestVote is taken for its term; " +
				"monitors: Is_granted of the reply of Raft.RequestVote is taken for its vote",
			granted: func(t int, yes bool) any {
				return &struct {
					Late, Is_granted bool
					Term_number      int
				}{false, yes, t}
			}},
		{name: "a flag that is not understood", vote: func(t, c int) any {
			return &struct {
				Term, CandidateId int
				Urgent            bool
			}{t, c, false}
		}},
		{name: "VoterTerm", taken: "VoterTerm of Raft.RequestVote is taken for its term", vote: func(t, c int) any {
			return &struct{ VoterTerm, CandidateId, LastLogTerm int }{t, c, 0}
		}},
		{name: "int64", vote: func(t, c int) any { return &struct{ Term, CandidateId int64 }{int64(t), int64(c)} }},
		{name: "int32, named", vote: func(t, c int) any {
			return &struct{ Term, CandidateId number }{number(t), number(c)}
		}},
		{name: "uint64", vote: func(t, c int) any { return &struct{ Term, CandidateId uint64 }{uint64(t), uint64(c)} },
			granted: func(t int, yes bool) any {
				return &struct {
					Term        uint64
					VoteGranted bool
				}{uint64(t), yes}
			},
			appends: func(t, l int) any { return &struct{ Term, LeaderId uint64 }{uint64(t), uint64(l)} }},
		{name: "uint terms, int servers", vote: func(t, c int) any {
			return &struct {
				Term        uint
				CandidateId int
			}{uint(t), c}
		}},
		{name: "candidates by name", vote: func(t, c int) any {
			return &struct {
				Term        int
				CandidateId string
			}{t, fmt.Sprint(c)}
		}},
		{name: "LeaderTerm, Leader", appends: func(t, l int) any { return &struct{ LeaderTerm, Leader int }{t, l} }},
		{name: "no leader but PrevLogIndex", appends: func(t, _ int) any {
			return &struct{ Term, PrevLogIndex int }{t, 7}
		}},
		{name: "a pre-vote that is none", vote: func(t, c int) any {
			return &struct {
				Term, CandidateId int
				PreVote           bool
			}{t, c, false}
		}},
		{name: "a pre-vote", want: []string{fmt.Sprintf(unelected, 0), twoLeaders, fmt.Sprintf(unelected, 4)},
			vote: func(t, c int) any {
				return &struct {
					Term, CandidateId int
					PreVote           bool
				}{t, c, true}
			}},
		{name: "a pre-vote by its method", want: onlyLeaders, method: "RequestPreVote"},
		{name: "a pre-vote by a number", want: onlyLeaders, vote: func(t, c int) any {
			return &struct{ Term, CandidateId, PreVote int }{t, c, 1}
		}},
		{name: "an answer sent as a request", want: onlyLeaders, vote: func(t, c int) any {
			return &struct {
				Term, CandidateId int
				VoteGranted       bool
			}{t, c, true}
		}},
		{name: "a snapshot",
			want: []string{oneVote, strings.ReplaceAll(twoLeaders, "AppendEntries", "InstallSnapshot")},
			appends: func(t, l int) any {
				return &struct{ Term, LeaderId, LastIncludedIndex int }{t, l, 7}
			}},
		{name: "about a leader, by another", want: onlyVotes, appends: func(t, l int) any {
			return &struct{ Term, LeaderId int }{t, l + 1}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			// S2 gives its vote twice, so that there are two leaders.
			c := newCluster(t, 5, monitor.Rules{})
			for _, candidate := range []int{0, 4} {
				for _, voter := range []int{1 + candidate/2, 2} {
					args := or(test.vote, figure2.vote)(1, candidate)
					reply := or(test.granted, figure2.granted)(1, true)
					method := "RequestVote"
					if test.method != "" {
						method = test.method
					}
					c.send(candidate, voter, method, args).arrives().handled(reply).answered()
				}
				c.send(candidate, 2, "AppendEntries", or(test.appends, figure2.appends)(1, candidate))
			}
			want := test.want
			if want == nil {
				want = []string{oneVote, twoLeaders}
			}
			if diff := cmp.Diff(want, c.said); diff != "" {
				t.Errorf("violations, -want +got:\n%s", diff)
			}
			if off := c.off(); len(off) > 0 {
				t.Errorf("off: %q", off)
			}
			if taken := strings.Join(c.set.Taken(), "; "); taken != test.taken && taken != "monitors: "+test.taken {
				t.Errorf("taken for what: %q", taken)
			}
		})
	}
}

func or[F func(int, int) any | func(int, bool) any](f, otherwise F) F {
	if f != nil {
		return f
	}
	return otherwise
}

// Terms are read in all kinds of integers, however large.
func TestLargeTerms(t *testing.T) {
	type args struct {
		Term        uint64
		CandidateId int
	}
	c := newCluster(t, 3, monitor.Rules{})
	k := c.send(0, 1, "RequestVote", &args{1 << 63, 0})
	k.arrives().handled(&struct{ Term int64 }{1 << 40})
	c.send(0, 1, "RequestVote", &args{1 << 40, 0}).arrives().handled(&struct{ Term int64 }{1<<40 - 1})
	want := []string{fmt.Sprintf("Terms Never Fall: S1 was in T%d and then replied to Raft.RequestVote in T%d", 1<<40,
		1<<40-1)}
	if diff := cmp.Diff(want, c.said); diff != "" {
		t.Errorf("violations, -want +got:\n%s", diff)
	}
}

// What cannot be watched is said, and what has only not been seen is not.
func TestOff(t *testing.T) {
	const (
		votesOff   = "monitor off: votes are not watched: "
		appendsOff = "monitor off: AppendEntries is not watched: "
		noVote     = votesOff + "no request has an integer field Term and a field CandidateId; "
		noAppend   = appendsOff + "no request has an integer field Term and a field LeaderId or PrevLogIndex; "
	)
	tests := []struct {
		name    string
		happens func(*cluster)
		want    []string
	}{
		{"nothing was said", func(*cluster) {}, nil},
		{"nobody leads yet", func(c *cluster) { c.votes(1, 0, 1) }, nil},
		{"all is known", func(c *cluster) { c.elects(0, 1, 1) }, nil},
		{
			"other words",
			func(c *cluster) {
				c.send(0, 1, "Vote", &struct{ Epoch, Me int }{})
				c.send(0, 1, "Beat", &struct{ Term string }{})
				c.send(0, 1, "Ping", 7)
			},
			[]string{
				noVote + "Raft.Beat has Term; Raft.Ping has no fields; Raft.Vote has Epoch, Me",
				noAppend + "Raft.Beat has Term; Raft.Ping has no fields; Raft.Vote has Epoch, Me",
			},
		},
		{
			"other words for heartbeats",
			func(c *cluster) {
				c.votes(1, 0, 1)
				c.send(0, 1, "Beat", &struct{ Epoch int }{})
			},
			[]string{noAppend + "Raft.Beat has Epoch"},
		},
		{
			"one more method",
			func(c *cluster) {
				c.elects(0, 1, 1)
				c.send(0, 1, "Ping", &struct{ N int }{})
			},
			nil,
		},
		{
			"terms that are no integers",
			func(c *cluster) {
				c.send(0, 1, "RequestVote", &struct {
					Term        float64
					CandidateId int
				}{})
				c.heartbeat(0, 1, 1)
			},
			[]string{noVote + "Raft.RequestVote has Term, CandidateId"},
		},
		{
			"replies in other words",
			func(c *cluster) {
				c.asks(0, 1, 1).arrives().handled(&struct {
					Term int
					Oui  bool
				}{1, true}).answered()
				c.set.State(0, 1, true)
			},
			[]string{votesOff + "whether Oui of the reply of Raft.RequestVote is the vote was not found out"},
		},
		{
			"votes that are numbers",
			func(c *cluster) {
				c.asks(0, 1, 1).arrives().handled(&struct{ VoteGranted int }{1}).answered()
				c.set.State(0, 1, true)
			},
			[]string{votesOff + "the reply of Raft.RequestVote has no field VoteGranted that is a bool, but " +
				"VoteGranted"},
		},
		{
			"a flag of requests that means something",
			func(c *cluster) {
				c.send(0, 1, "RequestVote", &struct {
					Term, CandidateId int
					Urgent            bool
				}{1, 0, true}).replies(1, true).answered()
				c.set.State(0, 1, true)
			},
			[]string{votesOff + "what Urgent in Raft.RequestVote stands for is not known"},
		},
		{
			"a reply that is not valid",
			func(c *cluster) {
				type reply struct {
					Term               int
					VoteGranted, Valid bool
				}
				c.asks(0, 1, 1).arrives().handled(&reply{1, true, true}).answered()
				c.asks(2, 1, 1).arrives().handled(&reply{1, true, false}).answered()
			},
			nil,
		},
		{
			"requests of more sorts than one, which an integer tells apart",
			func(c *cluster) {
				for sort, term := range []int{4, 3} { // a pre-vote for T4 binds nobody
					c.send(0, 1, "RequestVote", &struct{ Type, Term, CandidateId int }{sort, term, 0}).replies(term,
						true).answered()
				}
				c.set.State(0, 4, true)
			},
			[]string{votesOff + "what Type in Raft.RequestVote stands for is not known"},
		},
		{
			"two methods that may be RequestVote",
			func(c *cluster) {
				c.asks(0, 1, 1)
				c.send(0, 1, "Canvass", &RequestVoteArgs{Term: 2, CandidateId: 0}).replies(1, true)
				c.send(2, 1, "Canvass", &RequestVoteArgs{Term: 2, CandidateId: 2}).replies(1, true)
				c.set.State(2, 2, true)
			},
			[]string{votesOff + "Raft.RequestVote and Raft.Canvass both have the arguments of RequestVote"},
		},
		{
			"a reply of another type",
			func(c *cluster) {
				c.votes(1, 0, 1)
				k := c.asks(0, 2, 1).arrives()
				k.handled(7).answered()
				c.set.State(0, 1, true)
			},
			[]string{votesOff + "a reply of Raft.RequestVote cannot be read as the first one was"},
		},
		{
			"a request of another type",
			func(c *cluster) {
				c.asks(0, 1, 1)
				c.send(0, 2, "RequestVote", &struct{ Term, CandidateId string }{}).replies(1, true).answered()
				c.set.State(0, 1, true)
			},
			[]string{
				votesOff + "a request of Raft.RequestVote cannot be read as the first one was",
				noAppend + "Raft.RequestVote has Term, CandidateId",
			},
		},
		{
			"words that are none",
			func(c *cluster) {
				c.send(0, 1, "Vote\n\x1b[31m"+strings.Repeat("x", 1000), 7)
			},
			[]string{
				noVote + `"Raft.Vote\n\x1b[31mxxxxxxxxxxxxxxxxxxxxxxxxx…" has no fields`,
				noAppend + `"Raft.Vote\n\x1b[31mxxxxxxxxxxxxxxxxxxxxxxxxx…" has no fields`,
			},
		},
		{
			"many words",
			func(c *cluster) {
				c.send(0, 1, "Vote", &struct{ A, B, C, D, E, F, G, H, I, J, K, L int }{})
			},
			[]string{
				noVote + "Raft.Vote has A, B, C, D, E, F, G, H, I, J and 2 more",
				noAppend + "Raft.Vote has A, B, C, D, E, F, G, H, I, J and 2 more",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newCluster(t, 3, monitor.Rules{})
			test.happens(c)
			if diff := cmp.Diff(test.want, c.off()); diff != "" {
				t.Errorf("off, -want +got:\n%s", diff)
			}
			if len(c.said) > 0 {
				t.Errorf("violations: %q", c.said)
			}
		})
	}
}

// Whatever a server sends, a monitor neither falls over it nor holds on to the server's inventions.
func FuzzMessage(f *testing.F) {
	add := func(v any) {
		data, err := labgob.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("Raft.RequestVote", data, data)
		reply, err := labgob.Marshal(&RequestVoteReply{1, true})
		if err != nil {
			f.Fatal(err)
		}
		f.Add("Raft.RequestVote", data, reply)
		f.Add("Raft.RequestVote", data, data[:len(data)/2])
		f.Add("Raft.PreVote", data[1:], reply)
	}
	add(&RequestVoteArgs{Term: 3, CandidateId: 2})
	add(&AppendEntriesArgs{Term: 3, LeaderId: 2, Entries: []any{7, "x"}})
	add(&struct{ Term, CandidateId uint64 }{1 << 63, 1})
	add(&struct{ Term, LeaderId [3]int }{})
	add("Term")
	f.Add("", []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, method string, args, reply []byte) {
		c := newCluster(t, 3, monitor.Rules{Persistence: true})
		for i, route := range []labrpc.Route{{From: 0, To: 1, Life: 1}, {From: 2, To: 1, Life: 1},
			{From: 1, To: 1, Life: 2}} {
			k := &call{c, labrpc.Event{End: route, Call: uint64(i), Method: method, Args: args}}
			k.step(labrpc.Sent).arrives().step(labrpc.Doubled)
			k.e.Reply = reply
			k.step(labrpc.Handled).answered().step(labrpc.Handled)
		}
		c.set.State(0, 1, true)
		for _, text := range slices.Concat(c.off(), c.set.Taken(), c.said) {
			if strings.ContainsFunc(text, unicode.IsControl) || len(text) > 2000 {
				t.Errorf("it passes on %q", text)
			}
		}
	})
}
