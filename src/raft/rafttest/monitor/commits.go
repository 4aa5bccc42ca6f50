package monitor

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// commits knows what leaders may take for committed: an entry of their own term
// that a majority has said it stores, and all before it (Figure 2, "Leaders";
// section 5.4.2). What servers said is told before leaders hear it, so that
// whatever is applied has been found to be committed before, or should not be.
//
//   - Committed by a Majority: nothing else is applied.
//   - Leader Completeness (Figure 3, section 5.4): what is committed is in the
//     logs of the leaders of all later terms.
type commits struct {
	set     *monitors
	servers int
	match   map[int]*matches // by leader's term
	allowed int              // the last index that may be applied
	entries []commit         // that are committed for sure, from the first index on
	first   int              // that index, which is the implementation's
	asked   map[ballot]position

	// The service's indexes begin with 1; the implementation's may begin with
	// 0. A command that is seen in both tells by how much they differ.
	base  int
	based bool
	seen  map[any]int // by command: where it was sent, or none if in several places
}

// matches are the indexes up to which servers have said that they have a
// leader's log. To a heartbeat some say so without looking, and their leaders do
// not listen: what is said to entries is sure, the rest may be true.
//
// Some followers name the end of their log with their success, which may be of
// requests that they had meanwhile: then it is sure no further than their own
// request goes, and may be true as far as the leader's log has come to them.
type matches struct{ maybe, sure, came []int }

// A commit is an entry's term, 0 if that is not known, and the term of the
// leader in which it was committed.
type commit struct{ term, by int }

func newCommits(s *monitors, servers int) commits {
	return commits{
		set: s, servers: servers,
		match: make(map[int]*matches), allowed: none,
		asked: make(map[ballot]position),
		seen:  make(map[any]int),
	}
}

// sent takes note of where commands are.
func (c *commits) sent(f *flight) {
	if f.log == nil || c.based {
		return
	}
	for i, command := range f.log.commands {
		if command == nil || !reflect.ValueOf(command).Comparable() {
			continue
		}
		at := f.log.at(i).index
		if was, ok := c.seen[command]; ok && was != at {
			at = none
		}
		c.seen[command] = at
	}
}

// asks takes note of the log with which a candidate stands for election.
func (c *commits) asks(f *flight) {
	if f.last != nil {
		c.asked[ballot{f.from, f.term}] = *f.last
	}
}

// arrived: a follower has what a leader sent.
func (c *commits) arrived(f *flight) {
	if f.kind == appendEntries && f.log != nil && c.set.logs.leaders[f.term] != nil {
		came := c.matches(f.term).came
		came[f.to] = max(came[f.to], f.log.end())
	}
}

func (c *commits) matches(term int) *matches {
	m := c.match[term]
	if m == nil {
		nobody := slices.Repeat([]int{none}, c.servers)
		m = &matches{nobody, slices.Clone(nobody), slices.Clone(nobody)}
		c.match[term] = m
	}
	return m
}

// handled: a follower has said that it has the leader's log up to an index. A
// reply that is lost counts too, since the follower will say so again.
func (c *commits) handled(f *flight) {
	if f.kind != appendEntries || !f.reply.success || f.log == nil {
		return
	}
	lead := c.set.logs.leaders[f.term]
	if lead == nil {
		return
	}
	m := c.matches(f.term)
	if end := max(f.log.end(), min(f.reply.index, m.came[f.to])); end > m.maybe[f.to] {
		m.maybe[f.to] = end
		if upTo := c.majority(lead, m.maybe); lead.own != none && upTo >= lead.own {
			c.allowed = max(c.allowed, upTo)
		}
	}
	if end := f.log.end(); len(f.log.terms) > 0 && end > m.sure[f.to] {
		m.sure[f.to] = end
		if upTo := c.majority(lead, m.sure); lead.own != none && upTo >= lead.own {
			c.commit(lead, f.term, upTo)
		}
	}
}

// majority returns the index up to which so many others have a leader's log
// that with itself they are a majority.
func (c *commits) majority(lead *leaderLog, match []int) int {
	others := slices.Delete(slices.Clone(match), lead.server, lead.server+1)
	slices.Sort(others)
	if need := c.servers / 2; need > 0 {
		return others[len(others)-need]
	}
	return anything
}

// maxGap bounds the entries before a leader's own that nobody has seen: the
// indexes come from the code under test.
const maxGap = 1 << 20

// commit takes note of what a leader may take for committed now.
func (c *commits) commit(lead *leaderLog, term, upTo int) {
	if len(c.entries) == 0 {
		c.first = lead.own
		for index := range lead.terms {
			c.first = min(c.first, index)
		}
	}
	next := c.first + len(c.entries)
	if lead.own-next > maxGap {
		return
	}
	for index := next; index <= upTo; index++ {
		t, ok := lead.terms[index]
		if !ok && index >= lead.own {
			return
		}
		c.entries = append(c.entries, commit{t, term})
	}
}

// holds checks an entry in a leader's log.
func (c *commits) holds(f *flight, at position) {
	i := at.index - c.first
	if i < 0 || i >= len(c.entries) {
		return
	}
	if e := c.entries[i]; e.term != 0 && e.by < f.term && e.term != at.term {
		c.set.violated("Leader Completeness", "S%d, as leader of T%d, has an entry of T%d at index %d, where one of T%d was committed in T%d",
			f.from, f.term, at.term, at.index, e.term, e.by)
	}
}

// leads checks that who was elected had all that was committed.
func (c *commits) leads(server, term int) {
	last, ok := c.asked[ballot{server, term}]
	if !ok || len(c.entries) == 0 || !c.on() {
		return
	}
	e := c.entries[len(c.entries)-1]
	if e.term == 0 || e.by >= term {
		return
	}
	if end := (position{c.first + len(c.entries) - 1, e.term}); last.term < end.term || last.less(end) && c.set.stored.sameIndexes() {
		c.set.violated("Leader Completeness", "S%d leads T%d, elected with a log that ends at index %d with an entry of T%d, while index %d, an entry of T%d, was committed in T%d",
			server, term, last.index, last.term, end.index, end.term, e.by)
	}
}

// on reports whether the wire tells all that leaders go by.
func (c *commits) on() bool { return c.set.wire.showsLogs() }

// applied checks that what a server applies is committed.
func (c *commits) applied(server, index int, command any) {
	if !c.based && command != nil && reflect.ValueOf(command).Comparable() {
		if at, ok := c.seen[command]; ok && at != none && (index-at == 0 || index-at == 1) {
			c.base, c.based, c.seen = index-at, true, nil
			c.set.wire.readsCommands = false
		}
	}
	at := index - c.base
	if !c.based || at <= c.allowed || !c.on() {
		return
	}
	why := "no server has said to a leader that it has it"
	for _, term := range slices.Sorted(maps.Keys(c.match)) {
		lead, match := c.set.logs.leaders[term], c.match[term].maybe
		names := []string{fmt.Sprintf("S%d", lead.server)}
		for i, upTo := range match {
			if i != lead.server && upTo >= at {
				names = append(names, fmt.Sprintf("S%d", i))
			}
		}
		switch n := len(names); {
		case n == c.servers:
			return // nothing can undo it any more
		case n > c.servers/2:
			why = fmt.Sprintf("S%d, leader of T%d, has it on %s, but on no majority an entry of T%d (section 5.4.2)",
				lead.server, term, strings.Join(names, ", "), term)
		case n > 1:
			why = fmt.Sprintf("S%d, leader of T%d, has it on %s only", lead.server, term, strings.Join(names, ", "))
		}
	}
	c.set.violated("Committed by a Majority", "S%d applied index %d, which is not committed: %s", server, index, why)
}
