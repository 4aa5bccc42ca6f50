package monitor

import "slices"

// reasons watches that nobody refuses without a reason. Of the two that Figure 2 has for each RPC, a term that has
// passed and a log that does not fit, it must be certain that neither holds, and for a vote that no other has it.
type reasons struct {
	*views
	servers []grudge
	begins  map[beginning]bool // what somebody has said yes to
}

// A beginning is how a log begins in messages. Some count from 0, some from 1, and some have an entry there that is none;
// and some say nothing in reply to heartbeats.
type beginning struct {
	prev      position
	heartbeat bool
}

// A grudge is what a server has refused without a reason.
type grudge struct {
	entries int       // how many times in a row, of one leader
	of      inTerm    // this one
	newest  int       // when the last of its requests that arrived was sent
	refused int       // when the last was that counts
	has     inTerm    // whose entries the server has said that it has …
	upTo    int       // … up to this index
	votes   []inTerm  // of these candidates, since the server was last in touch with a leader
	log     *position // where its log ends; nil if that is not known
}

// What it takes: one refusal may have a reason that is not seen, such as a candidacy before anybody is asked.
const (
	unreasonedEntries = 3
	unreasonedVotes   = 4 // each in another term
)

func newReasons(v *views) monitor {
	m := &reasons{v, make([]grudge, v.servers), make(map[beginning]bool)}
	return monitor{
		explanations: reasonsExplained, crashed: m.crashed, sent: m.sent, arrived: m.arrived, handled: m.handled,
	}
}

func (m *reasons) crashed(server int) { m.servers[server] = grudge{} }

// sent: as a candidate a server shows where its log ends, but not in a request of an earlier term that it sends late. In
// a term in which it stands it has its own vote.
func (m *reasons) sent(c *call) {
	switch s := &m.servers[c.from]; {
	case c.kind == requestVote && c.term < m.clocks.servers[c.from].known:
		s.log = nil
	case c.kind == requestVote:
		s.log = c.last
		s.votes = slices.DeleteFunc(s.votes, func(of inTerm) bool { return of.term == c.term })
	default:
		s.log, s.votes = nil, nil // it leads, and its log may grow
	}
}

// arrived: a leader may change a log and, while it is heard, there may be no need of another (section 6).
func (m *reasons) arrived(c *call) {
	if s := &m.servers[c.to]; c.kind != requestVote {
		s.log, s.votes = nil, nil
		s.newest = max(s.newest, c.made)
	}
}

func (m *reasons) handled(c *call) {
	if m.skewed || c.copies == 0 || c.reply.term != c.term || c.from == c.to {
		return
	}
	switch c.kind {
	case requestVote:
		m.vote(c)
	case appendEntries:
		m.entries(c)
	}
}

func (m *reasons) vote(c *call) {
	s := &m.servers[c.to]
	cast, voted := m.ballots.cast[inTerm{c.to, c.term}]
	switch {
	case c.reply.granted, m.slow(c.to): // another may have it, who has not been told yet
		s.votes = nil
	case !c.reply.refuses, s.log == nil, c.last == nil, c.last.less(*s.log), voted && cast != c.from:
	case len(s.votes) > 0 && s.votes[len(s.votes)-1].term >= c.term:
	default:
		s.votes = append(s.votes, inTerm{c.from, c.term})
	}
	if n := len(s.votes); n >= unreasonedVotes {
		m.violated("Refused for a Reason",
			"S%d refuses S%d its vote in T%d, as it did in %d terms in a row, although nobody else has it and the "+
				"candidate's log is as up-to-date as its own", c.to, c.from, c.term, n)
		s.votes = nil
	}
}

func (m *reasons) entries(c *call) {
	if c.prev == nil {
		return
	}
	s, of, end := &m.servers[c.to], inTerm{c.from, c.term}, c.prev.index
	if c.log != nil {
		end = c.log.end()
	}
	switch {
	case !c.reply.success:
	case s.has != of:
		s.has, s.upTo = of, end
	default:
		s.upTo = max(s.upTo, end)
	}
	if c.prev.index > 0 || !m.clocks.none(c.prev.term) {
		return
	}
	begins := beginning{*c.prev, c.log == nil || len(c.log.terms) == 0}
	switch {
	case c.reply.success:
		m.begins[begins] = true
		s.entries = 0
		return
	case !c.reply.refuses, m.rules.Snapshots, !m.begins[begins], m.slow(c.from), m.slow(c.to):
		return
	case c.made < s.newest, c.made <= s.refused:
		return // it was overtaken, and what it says is old news: to refuse it does no harm
	case s.has == of && end < s.upTo:
		return // the leader knows of no reply, and repeats less than the server has from it: no harm, either
	case s.of != of:
		s.of, s.entries = of, 0
	}
	s.refused = c.made
	if s.entries++; s.entries == unreasonedEntries {
		m.violated("Refused for a Reason",
			"S%d refuses S%d, leader of T%d, %d times what begins a log, which fits any other",
			c.to, c.from, c.term, s.entries)
	}
}

const reasonsExplained = `# 1.8 Refused for a Reason

A server votes for whoever may have its vote, and stores what follows on its log: to refuse there must be a reason.

Paper: Figure 2, "RequestVote RPC", rule 2: "If votedFor is null or candidateId, and candidate's log is at least as
up-to-date as receiver's log, grant vote"; "AppendEntries RPC", rules 1 and 2, are the only ones to reply false

- votedFor is not cleared when the term rises.
- votedFor is cleared to 0, which is a server: -1 stands for nobody.
- A candidate is expected to have both the later last term and the longer log. The term of the last entry decides; only
  if it is the same does the length.
- A candidate refuses the leader of its own term: it is to become that one's follower (Figure 2, "Candidates").
- A handler returns early and leaves the reply as it was.
`
