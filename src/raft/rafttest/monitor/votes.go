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
	tally   map[ballot]map[int]bool // who voted and was heard
	judged  map[ballot]bool
}

type ballot struct{ candidate, term int }

func newVotes(s *monitors, servers int) votes {
	v := votes{s, servers, make([]map[int]int, servers), make(map[ballot]map[int]bool), make(map[ballot]bool)}
	for i := range v.cast {
		v.cast[i] = make(map[int]int)
	}
	return v
}

// forget drops what a server without a disk cannot know after a restart.
func (v *votes) forget(server int) { clear(v.cast[server]) }

// asks: a candidate votes for itself (Figure 2, Candidates). A server that has
// heard of the term from another may be asking late, and no candidate any more.
func (v *votes) asks(server, term int) {
	if v.set.terms.began(server, term) {
		v.vote(server, server, term)
	}
}

// granted: voter answered yes.
func (v *votes) granted(voter, candidate, term int) { v.vote(voter, candidate, term) }

func (v *votes) vote(voter, candidate, term int) {
	was, ok := v.cast[voter][term]
	if !ok {
		v.cast[voter][term] = candidate
	} else if was != candidate {
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
