package monitor

import (
	"maps"
	"slices"
)

// ballots is the view of elections: with which logs candidates stand, and who voted for whom.
type ballots struct {
	servers int
	wire    *wire
	logs    map[inTerm]position // where candidates' logs end
	cast    map[inTerm]int      // by voter: for whom first
	heard   map[inTerm][]int    // by candidate: who voted for it, besides itself, and was heard
	counted map[inTerm]bool     // by leader
}

// inTerm is a server in one of the terms.
type inTerm struct{ server, term int }

func newBallots(servers int, w *wire) ballots {
	return ballots{
		servers, w,
		make(map[inTerm]position), make(map[inTerm]int), make(map[inTerm][]int), make(map[inTerm]bool),
	}
}

// forget drops what a server without a disk cannot know after a restart.
func forget(server int, of map[inTerm]int) {
	maps.DeleteFunc(of, func(at inTerm, _ int) bool { return at.server == server })
}

func (b *ballots) stands(c *call) {
	if c.last != nil {
		b.logs[inTerm{c.from, c.term}] = *c.last
	}
}

func (b *ballots) voted(v vote) {
	at := inTerm{v.voter, v.term}
	if _, ok := b.cast[at]; !ok {
		b.cast[at] = v.candidate
	}
}

// received: a vote has come to its candidate.
func (b *ballots) received(v vote) {
	at := inTerm{v.candidate, v.term}
	if v.voter != v.candidate && !slices.Contains(b.heard[at], v.voter) {
		b.heard[at] = append(b.heard[at], v.voter)
	}
}

// elected returns, once, who elected a leader. It has voted for itself, if it was elected at all.
func (b *ballots) elected(leader, term int) (voters []int) {
	at := inTerm{leader, term}
	if b.counted[at] || !b.wire.countsVotes() {
		return nil
	}
	b.counted[at] = true
	voters = append(slices.Clone(b.heard[at]), leader)
	slices.Sort(voters)
	if len(voters) > b.servers/2 {
		b.voted(vote{leader, leader, term})
	}
	return voters
}

// before returns for whom a server voted in the last term before this one in which it voted, or -1.
func (b *ballots) before(voter, term int) (candidate int) {
	candidate, last := -1, 0
	for at, c := range b.cast {
		if at.server == voter && at.term < term && (candidate < 0 || at.term > last) {
			candidate, last = c, at.term
		}
	}
	return candidate
}
