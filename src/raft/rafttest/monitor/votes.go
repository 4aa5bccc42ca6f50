package monitor

import (
	"fmt"
	"strings"
)

// votes watches that a server votes for at most one candidate in a term (section 5.2; Figure 2: votedFor), a
// candidate's vote for itself included and over a restart too where state persists, and that a leader has the votes of
// a majority, cast in its own term.
type votes struct {
	*views
	obeyed map[inTerm]int // whose AppendEntries a server has handled
}

func newVotes(v *views) monitor {
	m := &votes{v, make(map[inTerm]int)}
	return monitor{
		explanations: votesExplained, votes: true, off: m.off,
		booted: m.booted, sent: m.sent, handled: m.handled, voted: m.voted, leads: m.leads,
	}
}

func (m *votes) off() []string {
	why, strangers := m.wire.noVotes(), m.wire.strangers()
	if why == "" && strangers != "" && !m.wire.knows(requestVote) {
		why = "no request has an integer field Term and a field CandidateId; " + strangers
	}
	if why == "" {
		return nil
	}
	return []string{"votes are not watched: " + why}
}

// booted drops what a server without a disk cannot know after a restart.
func (m *votes) booted(server int) {
	if !m.rules.Persistence {
		forget(server, m.obeyed)
	}
}

// sent: who has voted for another is no candidate of that term, and asks in vain: it does not count what it gets. But it
// takes votes from those who stand, and is advised.
func (m *votes) sent(c *call) {
	if c.kind != requestVote || m.clocks.began(c.from, c.term) {
		return
	}
	if was, voted := m.ballots.cast[inTerm{c.from, c.term}]; voted && was != c.from {
		m.advised("a server asks for votes in a term in which it has voted for another: make the request when the election " +
			"begins, and not in the goroutine that sends it (section 5.2)")
	}
}

func (m *votes) handled(c *call) {
	if c.kind == appendEntries && c.reply.term <= c.term {
		m.obeyed[inTerm{c.to, c.term}] = c.from
	}
}

// voted: who obeys the leader of its term already, and says yes to that leader's request when it comes late, breaks the
// letter of section 5.2 and elects nobody: many set votedFor to the leader. It is advised.
func (m *votes) voted(v vote) {
	was := m.ballots.cast[inTerm{v.voter, v.term}]
	leader, obeys := m.obeyed[inTerm{v.voter, v.term}]
	switch {
	case was == v.candidate:
	case obeys && leader == v.candidate && v.voter != v.candidate:
		m.advised("a server voted twice in a term, the second time for the leader of that term, whose AppendEntries " +
			"it had obeyed already: leave votedFor as it is when a leader speaks (section 5.2)")
	default:
		m.violated("One Vote per Term", "S%d voted for S%d and for S%d in T%d", v.voter, was, v.candidate, v.term)
	}
}

// leads checks, once, that who leads was elected: by a majority, and by itself.
func (m *votes) leads(l lead) {
	switch n := len(l.voters); {
	case n == 0:
	case n > m.servers/2:
		m.voted(vote{l.server, l.server, l.term})
	default:
		m.violated("Elected by a Majority",
			"S%d leads T%d (%s) with the votes of %s only, %d of %d servers, cast in that term",
			l.server, l.term, l.how, names(l.voters), n, m.servers)
	}
}

// names lists servers in a message.
func names(servers []int) string {
	var names []string
	for _, s := range servers {
		names = append(names, fmt.Sprintf("S%d", s))
	}
	return strings.Join(names, ", ")
}

const votesExplained = `# 1.1 One Vote per Term

A server votes for at most one candidate in a term. A candidate's vote for itself counts, and a restart does not take a
vote back.

Paper: Section 5.2: "Each server will vote for at most one candidate in a given term, on a first-come-first-served
basis"; Figure 2, "RequestVote RPC", rule 2, and votedFor under "Persistent state"

- votedFor is not compared before a vote is granted, or is compared but never set.
- A candidate does not set votedFor to itself.
- votedFor is cleared whenever the server becomes a follower. It may be cleared only when the term rises: a candidate
  that steps down within its term has voted.
- votedFor is compared and set under the lock, but the lock is released in between.
- votedFor is not saved before the reply is sent, or before the candidate asks for votes, or is not read back (2C).

# 1.2 Elected by a Majority

A leader has the votes of a majority of all servers, cast in the term that it leads.

Paper: Section 5.2: "A candidate wins an election if it receives votes from a majority of the servers in the full
cluster for the same term"; Figure 2, "Rules for Servers", Candidates

- The majority is computed wrongly: of n servers it is n/2 + 1, counting the candidate and the servers that are down.
- Every reply is counted, whether VoteGranted is true or not.
- Replies to the requests of an earlier term are counted. After the call returns, compare the request's term with
  the current one, under the lock.
- The counter of votes is not reset for a new election, or two elections share it.
- The term is read again when the election is won, but it has risen since the requests were sent.
- A server is counted twice because its vote was asked for twice: count servers, not replies.
`
