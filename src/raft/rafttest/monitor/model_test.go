package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest/monitor"
)

// A model is a cluster that elects leaders by Figure 2, or with one mistake, of which the monitors are told as a real
// world tells them: what a goroutine did and what it tells of it are two steps, and any other goroutine may take any
// number of its own in between.
type model struct {
	*cluster
	rng    *rand.Rand
	bug    bug
	disk   bool
	odd    bool    // its messages have other words than Figure 2
	obeys  bool    // who obeys a leader has voted for it, whatever it did before
	nodes  []*node // nil while down
	disks  []ballot
	others []step // what goroutines will do next
}

// The messages in other words.
type (
	oddVote   struct{ Who, CandidateId, T int }
	oddAppend struct{ LeaderId, T, Commit int }
	oddReply  struct {
		Up, Oui bool
		T       int
	}
)

type step func() step

// A bug is one mistake.
type bug int

const (
	none bug = iota
	votesForAll
	forgetsVote    // when a candidate hears of the leader of its term
	countsStale    // replies of earlier terms
	countsNo       // refusals
	leadsByHalf    // of an even number of servers
	savesNothing   // on a disk that is expected to keep it
	followsAnyone  // into lower terms
	heartbeatsLate // as a former leader, in a term that it only heard of
)

// A ballot is what a server has to remember.
type ballot struct{ term, votedFor int }

// A node is one life of a server.
type node struct {
	ballot
	m         *model
	me, life  int
	role      byte // follower, candidate or leader by its initial
	votes     map[int]bool
	dead      bool
	telling   bool // GetState has returned and it is not told yet
	crashing  bool
	readsLate bool // its goroutines read the term when they send and not when they start
}

func newModel(t *testing.T, servers int, b bug, disk bool, seed uint64) *model {
	rules := monitor.Rules{Persistence: disk}
	first := int(seed%3) - 1 // term
	m := &model{
		cluster: newCluster(t, servers, rules),
		rng:     rand.New(rand.NewPCG(seed, 1)),
		bug:     b, disk: disk, odd: seed%4 == 3, obeys: seed%5 > 2,
		nodes: make([]*node, servers),
		disks: make([]ballot, servers),
	}
	for i := range servers {
		m.disks[i] = ballot{first, -1}
		m.start(i)
	}
	return m
}

func (m *model) start(i int) {
	m.nodes[i] = &node{ballot: m.disks[i], m: m, me: i, life: m.lives[i], role: 'f', readsLate: m.rng.IntN(3) == 0}
}

func (m *model) Go(s step) { m.others = append(m.others, s) }

// run takes n steps, each of any goroutine.
func (m *model) run(n int) {
	for range n {
		if n := m.nodes[m.rng.IntN(len(m.nodes))]; n != nil {
			switch p := m.rng.IntN(100); {
			case p < 1:
				m.timeouts(n)
			case p < 6:
				n.heartbeats()
			case p < 10:
				n.getState()
			case p < 11 && m.rng.IntN(2) == 0:
				n.crash()
			}
		}
		for range min(3, len(m.others)) {
			i := m.rng.IntN(len(m.others))
			if next := m.others[i](); next != nil {
				m.others[i] = next
			} else {
				m.others = slices.Delete(m.others, i, i+1)
				if len(m.others) == 0 {
					break
				}
			}
		}
	}
}

func (n *node) save() {
	if n.m.disk && n.m.bug != savesNothing && !n.dead {
		n.m.disks[n.me] = n.ballot
		n.m.set.Saved(n.me, fmt.Append(nil, n.ballot), nil)
	}
}

func (n *node) observe(term int) {
	if term > n.term || n.m.bug == followsAnyone && term < n.term {
		n.term, n.votedFor, n.role = term, -1, 'f'
		n.save()
	}
}

// timeouts: votes often split.
func (m *model) timeouts(n *node) {
	term := n.term
	n.timeout()
	for _, o := range m.nodes {
		if o != nil && o.term == term && m.rng.IntN(3) == 0 {
			o.timeout()
		}
	}
}

func (n *node) timeout() {
	if n.role == 'l' {
		return
	}
	n.term++
	n.votedFor, n.role = n.me, 'c'
	n.votes = map[int]bool{n.me: true}
	n.save()
	for i := range n.m.nodes {
		if i != n.me {
			n.call(i, n.term, true)
		}
	}
}

func (n *node) heartbeats() {
	if n.role == 'l' {
		for i := range n.m.nodes {
			if i != n.me {
				n.call(i, n.term, false)
			}
		}
	}
}

func (n *node) getState() {
	if n.telling {
		return
	}
	n.telling = true
	term, leader := n.term, n.role == 'l'
	n.m.Go(func() step {
		n.telling = false
		if !n.dead {
			n.m.set.State(n.me, term, leader)
		}
		return nil
	})
}

// crash is told before it happens, and a boot too.
func (n *node) crash() {
	m := n.m
	if n.crashing {
		return
	}
	n.crashing = true
	m.set.Crashed(n.me)
	m.Go(func() step {
		n.dead = true
		m.nodes[n.me] = nil
		return func() step {
			m.boot(n.me)
			return func() step { m.start(n.me); return nil }
		}
	})
}

// call is one RPC, from the goroutine that is started for it.
func (n *node) call(to, term int, vote bool) {
	m := n.m
	late := n.readsLate && vote || m.bug == heartbeatsLate && !vote
	m.Go(func() step {
		if late {
			term = n.term
		}
		life := m.lives[n.me]
		m.lives[n.me] = n.life
		var k *call
		switch {
		case m.odd && vote:
			k = m.send(n.me, to, "Canvass", &oddVote{9, n.me, term})
		case m.odd:
			k = m.send(n.me, to, "Beat", &oddAppend{n.me, term, 9})
		case vote:
			k = m.asks(n.me, to, term)
		default:
			k = m.heartbeat(n.me, to, term)
		}
		m.lives[n.me] = life
		var travel step
		slow := m.rng.IntN(4) == 0
		travel = func() step {
			if slow && m.rng.IntN(40) > 0 {
				return travel
			}
			return n.arrive(k, to, term, vote)
		}
		return travel
	})
}

func (n *node) arrive(k *call, to, term int, vote bool) step {
	m := n.m
	callee := m.nodes[to]
	if n.dead || callee == nil {
		k.step(labrpc.Unreachable)
		return nil
	}
	if m.rng.IntN(10) == 0 {
		k.step(labrpc.LostRequest)
		return nil
	}
	if m.rng.IntN(10) == 0 {
		m.Go(func() step {
			if n.dead || callee.dead {
				return nil
			}
			twin := *k
			twin.step(labrpc.Doubled)
			return callee.handle(&twin, n, term, vote, func(int, bool) step { return nil })
		})
	}
	k.arrives()
	return callee.handle(k, n, term, vote, func(replyTerm int, yes bool) step {
		if callee.dead || n.dead || m.rng.IntN(10) == 0 {
			k.step(labrpc.LostReply)
			return nil
		}
		return func() step {
			k.answered()
			return func() step { n.reply(callee.me, term, replyTerm, vote, yes); return nil }
		}
	})
}

// handle is the handler, then what the network tells of it.
func (n *node) handle(k *call, from *node, term int, vote bool, then func(int, bool) step) step {
	return func() step {
		n.observe(term)
		yes := term == n.term
		switch {
		case vote && yes:
			yes = n.m.bug == votesForAll || n.votedFor < 0 || n.votedFor == from.me
			if yes {
				n.votedFor = from.me
				n.save()
			}
		case yes && n.role == 'c':
			n.role = 'f'
			if n.m.bug == forgetsVote {
				n.votedFor = -1
				n.save()
			}
		case yes && n.m.obeys && n.votedFor < 0:
			n.votedFor = from.me
			n.save()
		}
		replyTerm := n.term
		return func() step {
			if !n.dead && !from.dead {
				var reply any = &AppendEntriesReply{replyTerm, yes}
				switch {
				case n.m.odd:
					reply = &oddReply{true, yes, replyTerm}
				case vote:
					reply = &RequestVoteReply{replyTerm, yes}
				}
				k.handled(reply)
				return then(replyTerm, yes)
			}
			return then(0, false)
		}
	}
}

// reply is the caller's side.
func (n *node) reply(from, term, replyTerm int, vote, yes bool) {
	n.observe(replyTerm)
	bug := n.m.bug
	if !vote || n.role != 'c' || !yes && bug != countsNo || term != n.term && bug != countsStale {
		return
	}
	n.votes[from] = true
	if half := len(n.m.nodes) / 2; len(n.votes) > half || bug == leadsByHalf && len(n.votes) == half {
		n.role = 'l'
	}
}

// What Figure 2 allows is never accused, in whatever order goroutines run.
func TestModelIsInnocent(t *testing.T) {
	leaders, odd := 0, 0
	for seed := range uint64(60) {
		m := newModel(t, 1+int(seed%7), none, seed%2 == 0, seed)
		m.run(2500)
		if m.odd && len(off(m.set)) == 0 {
			odd++
		}
		if len(m.said) > 0 {
			t.Errorf("seed %d: %s", seed, m.said[0])
		}
		for _, n := range m.nodes {
			if n != nil && n.role == 'l' {
				leaders++
			}
		}
	}
	if leaders < 18 || odd < 5 {
		t.Errorf("the model proves little: only %d leaders in the end, and %d runs whose words were found out", leaders,
			odd)
	}
	t.Logf("%d leaders in the end, and %d runs whose words were found out", leaders, odd)
}

// Every mistake is seen, by a monitor whose promise it breaks.
func TestModelMistakes(t *testing.T) {
	const (
		oneVote  = "One Vote per Term"
		stale    = "Stale Requests Refused"
		leaders  = "Election Safety"
		majority = "Elected by a Majority"
		terms    = "Terms Never Fall"
	)
	tests := []struct {
		name    string
		bug     bug
		servers int
		want    []string
	}{
		{"votes for all", votesForAll, 3, []string{oneVote, leaders}},
		{"forgets its vote", forgetsVote, 5, []string{oneVote}},
		{"counts stale replies", countsStale, 5, []string{majority, leaders}},
		{"counts refusals", countsNo, 3, []string{majority, leaders}},
		{"leads by half", leadsByHalf, 4, []string{majority, leaders}},
		{"saves nothing", savesNothing, 3, []string{oneVote, terms, leaders}},
		{"follows anyone", followsAnyone, 3, []string{terms, stale, oneVote}},
		{"heartbeats late", heartbeatsLate, 3, []string{leaders, majority}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const runs = 12
			caught := 0
			for seed := range uint64(runs) {
				m := newModel(t, test.servers, test.bug, true, seed)
				m.run(2500)
				if len(m.said) == 0 {
					if test.bug == forgetsVote && len(m.set.Advice()) > 0 {
						caught++ // it is harmless, as long as no third server asks
					}
					continue
				}
				caught++
				if promise, _, _ := strings.Cut(m.said[0], ":"); !slices.Contains(test.want, promise) {
					t.Errorf("seed %d: %s, want one of %q", seed, m.said[0], test.want)
				}
			}
			if caught == 0 {
				t.Errorf("never seen in %d runs", runs)
			}
			t.Logf("seen in %d of %d runs", caught, runs)
		})
	}
}
