package monitor

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"raftlab/src/labgob"
	"raftlab/src/record"
)

// A Notebook takes notes of what events mean. A cluster.Run is one.
type Notebook interface {
	Recorded() bool     // notes are wanted, which does not change while things happen
	Note(n record.Note) // about the event that the monitors are being told of

	Covered() bool        // marks and abstract states are wanted, which does not change while things happen
	Mark(name string)     // the run has come into a situation: see Marks
	Reached(state uint64) // it has come into an abstract state
}

// Annotate has what events mean noted, before the violations that they show are reported. It is to be called before
// the first event. What the meaning of a message was not known for when it was sent has no note: notes are made once,
// when things happen, even if the past is judged again.
func (s *Set) Annotate(b Notebook) { s.notebook = b }

// A narrator says what events mean. It is told of them as monitors are, and watches nothing.
type narrator struct {
	*views
	roles []standing      // of servers, as far as is known
	led   map[inTerm]bool // who was seen to lead
	upTo  int             // which entries are committed, as noted last
}

// A standing is which role a server was seen in last, and in which term.
type standing struct {
	role string
	term int
}

func newNarrator(v *views) monitor {
	m := &narrator{v, slices.Repeat([]standing{{Follower, never}}, v.servers), make(map[inTerm]bool), noIndex}
	return monitor{
		booted: m.booted, state: m.state, sent: m.sent, arrived: m.arrived, handled: m.handled, answered: m.answered,
		voted: m.voted, leads: m.leads, applied: m.applied, saved: m.saved,
	}
}

// note takes a note. Who notes something that takes time to find out or to format asks first whether it is wanted.
func (m *narrator) note(n record.Note, format string, args ...any) {
	if m.noting {
		n.Text = fmt.Sprintf(format, args...)
		m.notes = append(m.notes, n)
	}
}

// becomes notes that a server is in a role now, if that is new.
func (m *narrator) becomes(server int, role string, term int, n record.Note, format string, args ...any) {
	now := standing{role, term}
	if m.roles[server] == now {
		return
	}
	m.roles[server] = now
	n.Node, n.Term, n.Role = server, term, role
	m.note(n, format, args...)
}

// shows: a server has shown a term. In a later one than before it follows, as far as is known.
func (m *narrator) shows(server, term int) {
	switch was := m.roles[server]; {
	case term <= was.term || term <= 0:
	case was.role == Follower:
		m.becomes(server, Follower, term, record.Note{Kind: Follows}, "S%d is in T%d", server, term)
	default:
		m.becomes(server, Follower, term, record.Note{Kind: Follows}, "S%d is in T%d, and no longer %s of T%d", server,
			term, was.role, was.term)
	}
}

func (m *narrator) booted(server int) { m.roles[server].role = Follower }

func (m *narrator) state(a answer) {
	what := "not leading"
	if a.leader {
		what = "leading"
	}
	m.note(record.Note{Kind: Answer, Node: a.server, Term: a.term, Routine: true}, "S%d says that it is in T%d, %s",
		a.server, a.term, what)
	if a.leader {
		return
	}
	m.shows(a.server, a.term)
	if was := m.roles[a.server].term; a.term < was {
		m.becomes(a.server, Follower, a.term, record.Note{Kind: Follows}, "S%d is in T%d, after T%d", a.server, a.term, was)
	}
	if m.roles[a.server] == (standing{Leader, a.term}) {
		m.becomes(a.server, Follower, a.term, record.Note{Kind: Follows}, "S%d no longer leads T%d", a.server, a.term)
	}
}

func (m *narrator) sent(c *call) {
	switch c.kind {
	case requestVote:
		n := record.Note{Kind: Election, Node: c.from, Term: c.term}
		if at := (standing{Candidate, c.term}); m.roles[c.from] == at || m.roles[c.from].term > c.term {
			m.note(n, "S%d asks S%d for its vote in T%d", c.from, c.to, c.term)
		} else {
			m.becomes(c.from, Candidate, c.term, n, "S%d stands for election in T%d%s, and asks S%d for its vote",
				c.from, c.term, m.logEnds(c.last), c.to)
		}
	case appendEntries:
		n := record.Note{Kind: Heartbeat, Node: c.from, Term: c.term, Routine: true}
		if c.log == nil || len(c.log.terms) == 0 {
			m.note(n, "S%d sends S%d %s of T%d", c.from, c.to, heartbeat(c), c.term)
			return
		}
		n.Kind, n.Index, n.Routine = Entries, m.index(c.log.end()), false
		m.note(n, "S%d sends S%d %s", c.from, c.to, m.entries(c.log))
	}
}

// heartbeat is what an AppendEntries is of which no entries are seen.
func heartbeat(c *call) string {
	if c.log == nil {
		return "an AppendEntries" // with or without
	}
	return "a heartbeat"
}

// index is that of an entry as the service counts.
func (m *narrator) index(implementations int) int { return implementations + m.indexes.base }

// entries says which entries an AppendEntries shows.
func (m *narrator) entries(p *piece) string {
	first, last := m.index(p.prev.index+1), m.index(p.end())
	terms := fmt.Sprintf("T%d", p.terms[0])
	if low, high := slices.Min(p.terms), slices.Max(p.terms); low != high {
		terms = fmt.Sprintf("T%d to T%d", low, high)
	}
	if first == last {
		return fmt.Sprintf("the entry of %s at index %d", terms, first)
	}
	return fmt.Sprintf("%d entries of %s at %d to %d", len(p.terms), terms, first, last)
}

var entriesNoted = regexp.MustCompile(`(the entry|entries) of T(\d+)( to T\d+)? at (index )?(\d+)( to \d+)?$`)

// EntriesOf returns what a note of kind Entries or Stores says of the entries: the index of the first, and the term,
// which is 0 if they are of several. The last index is the note's. It reports false if the note is of another kind.
func EntriesOf(n record.Note) (first, term int, ok bool) {
	m := entriesNoted.FindStringSubmatch(n.Text)
	if m == nil {
		return 0, 0, false
	}
	if m[3] == "" {
		term, _ = strconv.Atoi(m[2])
	}
	first, err := strconv.Atoi(m[5])
	return first, term, err == nil
}

func (m *narrator) logEnds(last *position) string {
	switch {
	case last == nil:
		return ""
	case m.clocks.none(last.term):
		return " with an empty log"
	}
	return fmt.Sprintf(" with a log that ends at index %d with an entry of T%d", m.index(last.index), last.term)
}

func (m *narrator) arrived(c *call) {
	if c.method == nil || !c.method.installs {
		return
	}
	n := record.Note{Kind: Snapshot, Node: c.to, Term: c.term, Index: c.upTo}
	m.note(n, "a snapshot up to index %d comes to S%d, from S%d in T%d", c.upTo, c.to, c.from, c.term)
}

func (m *narrator) handled(c *call) {
	if c.copies == 0 {
		return
	}
	m.shows(c.to, c.reply.term)
	switch {
	case c.kind == requestVote && c.method.reply.has(replyGranted) && !c.reply.granted:
		m.note(record.Note{Kind: Refuses, Node: c.to, Term: c.term}, "S%d refuses S%d its vote in T%d%s", c.to, c.from,
			c.term, m.whyNoVote(c))
	case c.kind == appendEntries && c.method.reply.has(replySuccess):
		m.obeys(c)
	}
	if end := m.committed.end(); end > m.upTo && len(m.committed.entries) > 0 {
		m.upTo = end
		m.note(record.Note{Kind: Commits, Node: c.from, Term: c.term, Index: m.index(end)},
			"index %d is committed in T%d: a majority, with S%d and its leader S%d, has said that it has it", m.index(end),
			c.term, c.to, c.from)
	}
}

// whyNoVote says why a vote is refused, if that can be known.
func (m *narrator) whyNoVote(c *call) string {
	cast, voted := m.ballots.cast[inTerm{c.to, c.term}]
	held := c.stored
	switch {
	case c.reply.term > c.term:
		return fmt.Sprintf(": it is in T%d", c.reply.term)
	case m.roles[c.to] == (standing{Candidate, c.term}):
		return ": it stands itself"
	case voted && cast != c.from:
		return fmt.Sprintf(": S%d has it", cast)
	case held.valid && c.last != nil && m.indexes.behind(*c.last, held.entry):
		return ": its own log is more up-to-date"
	}
	return ""
}

// obeys: a follower has answered a leader.
func (m *narrator) obeys(c *call) {
	n := record.Note{Kind: Heartbeat, Node: c.to, Term: c.term, Routine: true}
	switch entries := c.log != nil && len(c.log.terms) > 0; {
	case !c.reply.success && c.reply.term > c.term:
		n.Kind, n.Routine = Refuses, false
		m.note(n, "S%d refuses to follow S%d in T%d: it is in T%d", c.to, c.from, c.term, c.reply.term)
	case !c.reply.success && c.log != nil:
		n.Kind, n.Index, n.Routine = Refuses, m.index(c.log.prev.index), false
		if m.clocks.none(c.log.prev.term) {
			m.note(n, "S%d refuses entries of S%d in T%d before which there are none", c.to, c.from, c.term)
			return
		}
		m.note(n, "S%d refuses entries of S%d in T%d: it has none of T%d at index %d", c.to, c.from, c.term,
			c.log.prev.term, n.Index)
	case c.reply.success && entries:
		n.Kind, n.Index, n.Routine = Stores, m.index(c.log.end()), false
		m.note(n, "S%d says to S%d in T%d that it has stored %s", c.to, c.from, c.term, m.entries(c.log))
	case !c.reply.success:
		n.Kind, n.Routine = Refuses, false
		m.note(n, "S%d refuses %s of S%d in T%d", c.to, heartbeat(c), c.from, c.term)
	default:
		m.note(n, "S%d answers %s of S%d in T%d", c.to, heartbeat(c), c.from, c.term)
	}
	if m.roles[c.to] == (standing{Candidate, c.term}) && c.reply.success {
		m.becomes(c.to, Follower, c.term, record.Note{Kind: Follows}, "S%d follows S%d in T%d", c.to, c.from, c.term)
	}
}

func (m *narrator) answered(c *call) {
	switch entries := c.log != nil && len(c.log.terms) > 0; {
	case c.reply.term > c.term:
		m.note(record.Note{Kind: Follows, Node: c.from, Term: c.reply.term}, "S%d hears from S%d of T%d", c.from, c.to,
			c.reply.term)
	case c.reply.granted:
		heard := m.ballots.heard[inTerm{c.from, c.term}]
		m.note(record.Note{Kind: Vote, Node: c.to, Term: c.term}, "the vote of S%d in T%d reaches S%d, which has %d of %d",
			c.to, c.term, c.from, len(heard)+1, m.servers)
	case c.reply.success && entries:
		m.note(record.Note{Kind: Stores, Node: c.to, Term: c.term, Index: m.index(c.log.end())},
			"S%d hears that S%d has stored %s", c.from, c.to, m.entries(c.log))
	}
}

func (m *narrator) voted(v vote) {
	n := record.Note{Kind: Vote, Node: v.voter, Term: v.term}
	switch {
	case v.voter != v.candidate:
		m.note(n, "S%d votes for S%d in T%d", v.voter, v.candidate, v.term)
		m.shows(v.voter, v.term)
	case m.roles[v.voter] != standing{Candidate, v.term}: // told before sent, of each request
		m.note(n, "S%d votes for itself in T%d", v.voter, v.term)
	}
}

func (m *narrator) leads(l lead) {
	if at := (inTerm{l.server, l.term}); !m.led[at] {
		m.led[at] = true
		n := record.Note{Kind: Leads, Node: l.server, Term: l.term}
		if l.term >= m.roles[l.server].term {
			n.Role, m.roles[l.server] = Leader, standing{Leader, l.term}
		}
		m.note(n, "S%d leads T%d (%s)", l.server, l.term, l.how)
	}
}

func (m *narrator) applied(a applied) {
	if !m.noting {
		return
	}
	if a.SnapshotValid {
		m.note(record.Note{Kind: Applies, Node: a.server, Term: a.SnapshotTerm, Index: a.SnapshotIndex},
			"S%d applies a snapshot up to index %d", a.server, a.SnapshotIndex)
		return
	}
	m.note(record.Note{Kind: Applies, Node: a.server, Index: a.CommandIndex}, "S%d applies %s at index %d", a.server,
		line(brief(a.Command)), a.CommandIndex)
}

func (m *narrator) saved(server int) {
	if !m.noting {
		return
	}
	n, disk := record.Note{Kind: Saves, Node: server}, &m.disks.servers[server]
	if n.Routine = disk.saved != m.now; n.Routine {
		m.note(n, "S%d saves again what is on its disk", server)
		return
	}
	m.note(n, "S%d saves %s", server, contents(disk.state, disk.snapshot))
}

// Boots is the note that a server starts with a disk.
func Boots(server int, state, snapshot []byte) record.Note {
	has := "an empty disk"
	if len(state)+len(snapshot) > 0 {
		has = "what it saved: " + contents(state, snapshot)
	}
	return record.Note{Kind: Restarts, Node: server, Role: Follower, Text: fmt.Sprintf("S%d starts with %s", server, has)}
}

// contents says what is on a disk, as far as its encoding tells: the fields of the struct that it begins with.
func contents(state, snapshot []byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d bytes", len(state))
	for i, v := range labgob.Values(state) {
		if i == 0 {
			b.WriteString(":")
		}
		if v.Basic != nil && i < 10 {
			b.WriteString(" " + word(v.Name) + " " + line(brief(v.Basic)))
		}
	}
	if len(snapshot) > 0 {
		fmt.Fprintf(&b, ", and a snapshot of %d bytes", len(snapshot))
	}
	return b.String()
}

// line makes a text of the code under test fit for a line.
func line(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(text)
	}
	return text
}
