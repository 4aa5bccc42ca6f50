package monitor

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
)

// wire reads the RPCs of a Raft.
type wire struct {
	methods map[string]*method
	votes   string // why votes are not watched although there is a RequestVote; empty if they are
	logs    string // why logs are not watched although there is an AppendEntries; likewise

	readsLogs     bool // entries are of interest
	readsCommands bool // and what is in them
}

// maxMethods bounds the methods that are told apart: their names come from the
// code under test.
const maxMethods = 100

// A request is what the monitors want to know of one.
type request struct {
	kind  kind
	term  int
	tells int // the highest term that its receiver may learn from it

	last *position // where a candidate's log ends; nil if that cannot be read
	log  *piece    // what an AppendEntries shows; nil likewise, or if it is of no interest
}

// A reply likewise.
type reply struct {
	term    int // 0 or less if it says nothing of it
	granted bool
	success bool
	tells   int
}

// anything is the term that may be learnt from a message that is not
// understood.
const anything = math.MaxInt

func newWire() wire { return wire{methods: make(map[string]*method)} }

func (w *wire) request(e labrpc.Event, from int) request {
	m := w.methods[e.Method]
	if m == nil {
		if len(w.methods) >= maxMethods {
			return request{tells: anything}
		}
		m = newMethod(e.Method, e.Args)
		w.methods[e.Method] = m
		w.met(m)
		if name := first(entriesNames, m.fields); m.kind == appendEntries && name != "" && m.entries == nil && w.logs == "" {
			w.logs = fmt.Sprintf("the field %s of %s is no slice of entries with an integer field Term after an integer PrevLogIndex and PrevLogTerm", word(name), m.name)
		}
	}
	if !m.args.has(argTerm) {
		return request{tells: anything}
	}
	args, err := m.args.read(e.Args)
	if err != nil {
		w.unreadable(m, "a request")
		return request{tells: anything}
	}
	r := request{kind: m.kind, term: args[argTerm], tells: args[argTerm]}
	if args[argPreVote] != 0 || m.args.has(argLeader) && args[argLeader] != from {
		r.kind = passedOver // it binds nobody; it speaks of a leader that is another
	}
	if r.kind == vote && m.args.has(argLastIndex) && m.args.has(argLastTerm) {
		r.last = &position{args[argLastIndex], args[argLastTerm]}
	}
	if r.kind == appendEntries && w.readsLogs && m.entries != nil {
		p := &piece{prev: position{args[argPrevIndex], args[argPrevTerm]}}
		if err := m.entries.read(e.Args, p, w.readsCommands); err != nil {
			w.unreadable(m, "a request")
		} else {
			r.log = p
		}
	}
	return r
}

// met takes note of a new method. Which of two is the RequestVote nobody can
// tell, and the other may be one that binds nobody.
func (w *wire) met(m *method) {
	for _, o := range w.methods {
		if o != m && o.kind == vote && m.kind == vote {
			o.kind, m.kind = passedOver, passedOver
			w.votes = fmt.Sprintf("%s and %s both have the arguments of RequestVote", o.name, m.name)
		}
	}
}

// reply reads the reply to a request.
func (w *wire) reply(e labrpc.Event, k kind) reply {
	m := w.methods[e.Method]
	if m == nil {
		return reply{tells: anything}
	}
	if m.reply == nil {
		m.learnReply(e.Reply)
		if m.kind == vote && !m.reply.has(replyGranted) && w.votes == "" {
			w.votes = fmt.Sprintf("the reply of %s has no field VoteGranted that is a bool, but %s", m.name, list(labgob.Fields(e.Reply)))
		}
		if m.entries != nil && !m.reply.has(replySuccess) && w.logs == "" {
			w.logs = fmt.Sprintf("the reply of %s has no field Success that is a bool, but %s", m.name, list(labgob.Fields(e.Reply)))
		}
	}
	read, err := m.reply.read(e.Reply)
	if err != nil {
		w.unreadable(m, "a reply")
		return reply{tells: anything}
	}
	r := reply{tells: read[replyTerm]}
	if m.riddle {
		r.tells = anything
	}
	if k == vote || k == appendEntries {
		r.term = read[replyTerm]
		r.granted = k == vote && read[replyGranted] != 0
		r.success = k == appendEntries && read[replySuccess] != 0
	}
	return r
}

// unreadable: a vote may have been missed, or entries.
func (w *wire) unreadable(m *method, what string) {
	if m.kind == vote && w.votes == "" {
		w.votes = fmt.Sprintf("%s of %s cannot be read as the first one was", what, m.name)
	}
	if m.entries != nil && w.logs == "" {
		w.logs = fmt.Sprintf("%s of %s cannot be read as the first one was", what, m.name)
	}
}

// showsLogs reports whether all that leaders can know of others' logs is seen.
func (w *wire) showsLogs() bool {
	if w.logs != "" {
		return false
	}
	shown := false
	for _, m := range w.methods {
		if m.kind == unknown || m.answer {
			return false
		}
		shown = shown || m.entries != nil
	}
	return shown
}

// countsVotes reports whether votes can be read, so that their lack means
// something.
func (w *wire) countsVotes() bool {
	return w.votes == "" && (w.knows(vote) || !w.knows(unknown) && !w.knows(passedOver))
}

func (w *wire) knows(k kind) bool {
	for _, m := range w.methods {
		if m.kind == k {
			return true
		}
	}
	return false
}

// off says what is not watched. That a message was not seen is no reason; that
// others were seen that may be it is one.
func (w *wire) off() []string {
	var strangers []string
	for _, name := range slices.Sorted(maps.Keys(w.methods)) {
		if m := w.methods[name]; m.kind == unknown {
			strangers = append(strangers, fmt.Sprintf("%s has %s", m.name, list(m.fields)))
		}
	}
	var why []string
	if w.votes != "" {
		why = append(why, "monitor off: votes are not watched: "+w.votes)
	} else if len(strangers) > 0 && !w.knows(vote) {
		why = append(why, "monitor off: votes are not watched: no request has an integer field Term and a field CandidateId; "+strings.Join(strangers, "; "))
	}
	if len(strangers) > 0 && !w.knows(appendEntries) {
		why = append(why, "monitor off: AppendEntries is not watched: no request has an integer field Term and a field LeaderId or PrevLogIndex; "+strings.Join(strangers, "; "))
	}
	if w.readsLogs && w.logs != "" {
		why = append(why, "monitor off: what is committed is not watched: "+w.logs)
	}
	return why
}

// list lists fields for people.
func list(fields []string) string {
	const most = 10
	var b strings.Builder
	for i, f := range fields[:min(most, len(fields))] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(word(f))
	}
	switch n := len(fields); {
	case n == 0:
		b.WriteString("no fields")
	case n > most:
		fmt.Fprintf(&b, " and %d more", n-most)
	}
	return b.String()
}

// word makes a name fit for print: it comes from the code under test.
func word(name string) string {
	const most = 40
	plain := func(r rune) bool { return r == '.' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	if len(name) > most {
		name = name[:most] + "…"
	} else if !strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return name
	}
	return strconv.Quote(name)
}
