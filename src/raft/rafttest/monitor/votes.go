package monitor

import (
	"fmt"
	"slices"
	"strings"
)

// votes watches that a server votes for at most one candidate in a term
// (section 5.2; Figure 2: votedFor), a candidate's vote for itself included and
// over a restart too where state persists, and that a leader has the votes of a
// majority, cast in its own term.
type votes struct {
	set     *monitors
	servers int
	cast    []map[int]int           // by voter, then term: for whom
	obeyed  []map[int]int           // by server, then term: whose AppendEntries it has handled
	tally   map[ballot]map[int]bool // who voted and was heard
	judged  map[ballot]bool
}

type ballot struct{ candidate, term int }

func newVotes(s *monitors, servers int) votes {
	v := votes{
		set: s, servers: servers,
		cast: make([]map[int]int, servers), obeyed: make([]map[int]int, servers),
		tally: make(map[ballot]map[int]bool), judged: make(map[ballot]bool),
	}
	for i := range servers {
		v.cast[i], v.obeyed[i] = make(map[int]int), make(map[int]int)
	}
	return v
}

// forget drops what a server without a disk cannot know after a restart.
func (v *votes) forget(server int) {
	clear(v.cast[server])
	clear(v.obeyed[server])
}

// before returns for whom a server voted in the last term before this one in which it voted, or -1.
func (v *votes) before(voter, term int) (candidate int) {
	candidate, last := -1, 0
	for t, c := range v.cast[voter] {
		if t < term && (candidate < 0 || t > last) {
			candidate, last = c, t
		}
	}
	return candidate
}

// obeys: a server has handled AppendEntries of a leader of its term.
func (v *votes) obeys(server, leader, term int) { v.obeyed[server][term] = leader }

// asks: a candidate votes for itself (Figure 2, Candidates). A server that has
// heard of the term from another may be asking late, and no candidate any more.
func (v *votes) asks(server, term int) {
	if v.set.terms.began(server, term) {
		v.vote(server, server, term)
	}
}

// granted: voter answered yes.
func (v *votes) granted(voter, candidate, term int) { v.vote(voter, candidate, term) }

// vote: who obeys the leader of its term already, and says yes to that leader's request when it comes late, breaks the letter
// of section 5.2 and elects nobody: many set votedFor to the leader. It is advised.
func (v *votes) vote(voter, candidate, term int) {
	was, ok := v.cast[voter][term]
	leader, obeys := v.obeyed[voter][term]
	switch {
	case !ok:
		v.cast[voter][term] = candidate
	case was == candidate:
	case obeys && leader == candidate && voter != candidate:
		v.set.advised("a server voted twice in a term, the second time for the leader of that term, whose AppendEntries it had obeyed already: leave votedFor as it is when a leader speaks (section 5.2)")
	default:
		v.set.violated("One Vote per Term", "S%d voted for S%d and for S%d in T%d", voter, was, candidate, term)
	}
}

// counted: the candidate received a yes.
func (v *votes) counted(voter, candidate, term int) {
	b := ballot{candidate, term}
	if v.tally[b] == nil {
		v.tally[b] = make(map[int]bool)
	}
	v.tally[b][voter] = true
}

// leads checks, once, that who leads was elected: by a majority, and by itself.
func (v *votes) leads(server, term int, how string) {
	b := ballot{server, term}
	if v.judged[b] || !v.set.wire.countsVotes() {
		return
	}
	v.judged[b] = true
	voters := []int{server}
	for s := range v.tally[b] {
		if s != server {
			voters = append(voters, s)
		}
	}
	if len(voters) > v.servers/2 {
		v.vote(server, server, term)
		return
	}
	slices.Sort(voters)
	var names []string
	for _, s := range voters {
		names = append(names, fmt.Sprintf("S%d", s))
	}
	v.set.violated("Elected by a Majority", "S%d leads T%d (%s) with the votes of %s only, %d of %d servers, cast in that term",
		server, term, how, strings.Join(names, ", "), len(voters), v.servers)
}
