package monitor

import (
	"math"
	"slices"
)

// committed is the view of what leaders may take for committed: an entry of their own term that a majority has said it
// stores, and all before it (Figure 2, "Leaders"; section 5.4.2). What servers said is told before leaders hear it, so
// that whatever is applied has been found to be committed before, or should not be.
type committed struct {
	servers int
	logs    leaderLogs
	match   map[int]*matches // by leader's term
	allowed int              // the last index that may be applied
	entries []commit         // that are committed for sure, from the first index on
	first   int              // that index, which is the implementation's
}

// matches are the indexes up to which servers have said that they have a leader's log. To a heartbeat some say so
// without looking, and their leaders do not listen: what is said to entries is sure, the rest may be true.
//
// Some followers name the end of their log with their success, which may be of requests that they had meanwhile: then
// it is sure no further than their own request goes, and may be true as far as the leader's log has come to them.
type matches struct{ maybe, sure, came []int }

// A commit is an entry's term, 0 if that is not known, and the term of the leader in which it was committed.
type commit struct{ term, by int }

func newCommitted(servers int, logs leaderLogs) committed {
	return committed{servers: servers, logs: logs, match: make(map[int]*matches), allowed: noIndex}
}

func (k *committed) matches(term int) *matches {
	m := k.match[term]
	if m == nil {
		nobody := slices.Repeat([]int{noIndex}, k.servers)
		m = &matches{nobody, slices.Clone(nobody), slices.Clone(nobody)}
		k.match[term] = m
	}
	return m
}

// arrived: a follower has what a leader sent.
func (k *committed) arrived(c *call) {
	if c.kind == appendEntries && c.log != nil && k.logs[c.term] != nil {
		came := k.matches(c.term).came
		came[c.to] = max(came[c.to], c.log.end())
	}
}

// handled: a follower has said that it has the leader's log up to an index. A reply that is lost counts too, since the
// follower will say so again.
func (k *committed) handled(c *call) {
	bulk := c.kind == installSnapshot && c.bulk && c.reply.term == c.term
	if !bulk && (!c.reply.success || c.log == nil) {
		return
	}
	lead := k.logs[c.term]
	if lead == nil {
		return
	}
	m := k.matches(c.term)
	end := math.MaxInt // how far a snapshot goes with what follows it cannot be read
	if !bulk {
		end = max(c.log.end(), min(c.reply.index, m.came[c.to]))
	}
	if end > m.maybe[c.to] {
		m.maybe[c.to] = end
		if upTo, ok := k.majority(lead, m.maybe); ok {
			k.allowed = max(k.allowed, upTo)
		}
	}
	if bulk {
		return
	}
	if end := c.log.end(); len(c.log.terms) > 0 && end > m.sure[c.to] {
		m.sure[c.to] = end
		if upTo, ok := k.majority(lead, m.sure); ok {
			k.commit(lead, c.term, upTo)
		}
	}
}

// majority returns the index up to which a majority has a leader's log, the leader itself included. ok is false if no
// entry of the leader's own term is among these.
func (k *committed) majority(lead *leaderLog, match []int) (upTo int, ok bool) {
	others := slices.Delete(slices.Clone(match), lead.server, lead.server+1)
	slices.Sort(others)
	upTo = math.MaxInt
	if need := k.servers / 2; need > 0 {
		upTo = others[len(others)-need]
	}
	return upTo, lead.own != noIndex && upTo >= lead.own
}

// maxGap bounds the entries before a leader's own that nobody has seen: the indexes come from the code under test.
const maxGap = 1 << 20

// commit takes note of what a leader may take for committed now.
func (k *committed) commit(lead *leaderLog, term, upTo int) {
	if len(k.entries) == 0 {
		k.first = lead.own
		for index := range lead.terms {
			k.first = min(k.first, index)
		}
	}
	next := k.first + len(k.entries)
	if lead.own-next > maxGap {
		return
	}
	for index := next; index <= upTo; index++ {
		t, ok := lead.terms[index]
		if !ok && index >= lead.own {
			return
		}
		k.entries = append(k.entries, commit{t, term})
	}
}

// at returns what is committed at an index. Nothing is if its term is 0, as far as is known.
func (k *committed) at(index int) commit {
	if i := index - k.first; 0 <= i && i < len(k.entries) {
		return k.entries[i]
	}
	return commit{}
}

// end is the last index that is committed for sure, or one before the first.
func (k *committed) end() int { return k.first + len(k.entries) - 1 }
