package monitor

import (
	"fmt"
	"math"
	"slices"

	"raftlab/src/labrpc"
)

// wire reads the RPCs of a Raft.
type wire struct {
	servers int
	methods map[string][]*method // by name, one for each type of arguments
	order   []*method            // as they were met

	// What was found out, besides the usual names.
	termWords []string    // plain names of terms
	entryTerm string      // of the term of entries
	granted   string      // of the vote in a reply
	notes     []string    // what was taken for what
	changed   bool        // something was found out: the past reads otherwise now
	closed    bool        // no guess is answered any more
	states    map[int]int // what GetState of servers said last, in this life

	votes string // why votes are not watched although there is a RequestVote; empty if they are
	logs  string // why logs are not watched although there is an AppendEntries; likewise
	zeros string // requests that are passed over since their term is 0

	readsLogs     bool // entries are of interest
	readsCommands bool // and what is in them
}

// maxMethods bounds the methods that are told apart: their names come from the code under test.
const maxMethods = 100

// A request is what the monitors want to know of one.
type request struct {
	kind  kind
	term  int
	tells int // the highest term that its receiver may learn from it

	last *position // where a candidate's log ends; nil if that cannot be read
	prev *position // the entry before those of an AppendEntries; nil likewise
	log  *piece    // what an AppendEntries shows; nil likewise, or if it is of no interest

	commit int // the commitIndex of its leader; noIndex likewise, or if it is 0, as in heartbeats that leave it out

	upTo, upToTerm int  // where an InstallSnapshot's snapshot ends; 0 likewise
	bulk           bool // an InstallSnapshot brings what follows in the leader's log, too
}

// A reply likewise.
type reply struct {
	term    int // 0 or less if it says nothing of it
	granted bool
	success bool
	refuses bool // neither of these, where there is such a field
	tells   int
	bulk    bool // it may bring entries
	index   int  // the highest that it may name, as the end of the follower's log; none if there is none
}

// unknownTerm is the term that may be learnt from a message that is not understood.
const unknownTerm = math.MaxInt

func newWire(servers int, logs bool) *wire {
	return &wire{
		servers: servers, readsLogs: logs,
		methods: make(map[string][]*method), termWords: termNames, states: make(map[int]int),
	}
}

// method returns the method of an RPC, or nil if there are too many. One that is called with arguments of two types, as
// with shorter ones for heartbeats, is two.
func (w *wire) method(e labrpc.Event) *method {
	for _, m := range w.methods[e.Method] {
		if m.takes.passes(e.Args) {
			return m
		}
	}
	if len(w.order) >= maxMethods {
		return nil
	}
	m := met(e.Method, e.Args)
	w.methods[e.Method], w.order = append(w.methods[e.Method], m), append(w.order, m)
	m.understand(w)
	if first := w.methods[e.Method][0]; m.kind == unknown && m != first {
		w.unreadable(first, "a request")
	}
	w.compare()
	return m
}

// compare: which of two is the RequestVote nobody can tell, and the other may be one that binds nobody.
func (w *wire) compare() {
	var rivals []*method
	for _, m := range w.order {
		if m.asks && !slices.ContainsFunc(rivals, func(o *method) bool { return o.method == m.method }) {
			rivals = append(rivals, m)
		}
	}
	if len(rivals) < 2 {
		return
	}
	for _, m := range w.order {
		if m.asks {
			m.kind = passedOver
		}
	}
	w.votes = fmt.Sprintf("%s and %s both have the arguments of RequestVote", rivals[0].name, rivals[1].name)
}

func (w *wire) request(m *method, e labrpc.Event, from int) request {
	if m == nil || !m.args.has(argTerm) {
		return request{tells: unknownTerm}
	}
	args, err := m.args.read(e.Args)
	if err != nil {
		w.unreadable(m, "a request")
		return request{tells: unknownTerm}
	}
	r := request{kind: m.kind, term: args[argTerm], tells: args[argTerm], commit: noIndex}
	if m.kind == appendEntries && args[argCommit] > 0 {
		r.commit = args[argCommit]
	}
	if args[argPreVote] != 0 || m.args.has(argLeader) && args[argLeader] != from {
		r.kind = passedOver // it binds nobody; it speaks of a leader that is another
	}
	if r.kind == requestVote && slices.Contains(args[argFlags:], 1) {
		r.kind = passedOver
		w.votes = fmt.Sprintf("what %s in %s stands for is not known",
			list(m.fields.of(isFlag).but(preVoteNames).names()), m.name)
	}
	if r.kind == installSnapshot {
		r.upTo, r.upToTerm = args[argLastIndex], args[argLastTerm]
		r.bulk = len(m.fields.of(isRecords)) > 0
	}
	if r.kind == requestVote && m.args.has(argLastIndex) && m.args.has(argLastTerm) {
		r.last = &position{args[argLastIndex], args[argLastTerm]}
	}
	if r.kind == appendEntries && m.args.has(argPrevIndex) && m.args.has(argPrevTerm) {
		r.prev = &position{args[argPrevIndex], args[argPrevTerm]}
	}
	if r.prev != nil && w.readsLogs && m.entries != nil {
		p, err := m.entries.piece(e.Args, *r.prev, w.readsCommands)
		if err != nil {
			w.unreadable(m, "a request")
		} else {
			r.log = p
		}
	}
	return r
}

// reply reads the reply to a request.
func (w *wire) reply(m *method, e labrpc.Event, k kind) reply {
	if m == nil {
		return reply{tells: unknownTerm, bulk: true}
	}
	if !m.replied {
		m.learnReply(w, e.Reply)
	}
	read, err := m.reply.read(e.Reply)
	if err != nil {
		w.unreadable(m, "a reply")
		return reply{tells: unknownTerm, bulk: true}
	}
	r := reply{tells: read[replyTerm], bulk: m.bulk, index: noIndex}
	for _, n := range read[replyIntegers:] {
		r.index = max(r.index, n)
	}
	if m.hidesTerm {
		r.tells = unknownTerm
	}
	if k == requestVote || k == appendEntries || k == installSnapshot {
		r.term = read[replyTerm]
	}
	valid := !m.reply.has(replyValid) || read[replyValid] != 0
	switch k {
	case requestVote:
		r.granted = valid && read[replyGranted] != 0
		r.refuses = valid && m.reply.has(replyGranted) && !r.granted
	case appendEntries:
		r.success = valid && read[replySuccess] != 0
		r.refuses = valid && m.reply.has(replySuccess) && !r.success
	}
	return r
}

// unreadable: a vote may have been missed, or entries.
func (w *wire) unreadable(m *method, what string) {
	if m.kind == requestVote && w.votes == "" {
		w.votes = fmt.Sprintf("%s of %s cannot be read as the first one was", what, m.name)
	}
	if m.entries != nil && w.logs == "" {
		w.logs = fmt.Sprintf("%s of %s cannot be read as the first one was", what, m.name)
	}
}

// take notes what is taken for what.
func (w *wire) take(note string) {
	if !slices.Contains(w.notes, note) {
		w.notes = append(w.notes, note)
	}
}

// learn shows a step to the guesses that are open.
func (w *wire) learn(m *method, route labrpc.Route, e labrpc.Event) {
	if m == nil || w.closed {
		return
	}
	if e.Step == labrpc.Sent && m.terms != nil {
		m.terms.sent(route.From, e.Args)
	}
	if m.kind != requestVote && m.kind != appendEntries {
		return
	}
	if m.kind == requestVote && m.replied && m.granting == nil ||
		m.kind == appendEntries && m.entry == nil && !w.guessesVotes() {
		return
	}
	args, err := m.args.read(e.Args)
	if err != nil {
		return
	}
	switch term := args[argTerm]; {
	case m.kind == appendEntries && e.Step == labrpc.Sent:
		w.leads(route.From, term)
		if m.entry != nil {
			m.entry.sent(term, position{args[argPrevIndex], args[argPrevTerm]}, e.Args)
			if name := m.entry.answer(); name != "" {
				w.entryTerm, w.changed = name, true
			}
		}
	case m.kind == requestVote && e.Reply != nil:
		if !m.replied {
			m.learnReply(w, e.Reply)
		}
		if m.granting != nil && args[argPreVote] == 0 {
			m.granting.replied(route.To, route.From, term, e.Step == labrpc.Answered, e.Reply)
		}
	}
}

// guessesVotes reports whether it is open what the vote is in a reply.
func (w *wire) guessesVotes() bool {
	return slices.ContainsFunc(w.order, func(m *method) bool { return m.granting != nil })
}

// leads shows to the guesses who leads.
func (w *wire) leads(server, term int) {
	for _, m := range w.order {
		if m.granting == nil {
			continue
		}
		m.granting.leads(server, term)
		if name := m.granting.answer(); name != "" {
			w.granted, w.changed = name, true
		}
	}
}

// state shows what GetState said to the guesses.
func (w *wire) state(server, term int, leader bool) {
	if w.closed {
		return
	}
	before, known := w.states[server]
	w.states[server] = term
	for _, m := range w.order {
		if m.terms == nil {
			continue
		}
		if !known || before > term {
			m.terms.forget(server)
			continue
		}
		m.terms.state(server, before, term)
		if name := m.terms.answer(); name != "" {
			w.termWords = append(slices.Clone(w.termWords), plain(name))
			w.changed = true
		}
	}
	if leader {
		w.leads(server, term)
	}
}

// crashed: what GetState said then says nothing of the next life.
func (w *wire) crashed(server int) { delete(w.states, server) }

// reread understands all methods anew, by what was found out. What is open is asked anew, as it will see the past
// again.
func (w *wire) reread() {
	w.changed, w.states = false, make(map[int]int)
	for _, m := range w.order {
		m.terms, m.entry, m.granting = nil, nil, nil
		m.understand(w)
	}
	w.compare()
}

// settled reports whether all words that matter are known, or never will be.
func (w *wire) settled() bool {
	if w.closed {
		return true
	}
	for _, k := range []kind{requestVote, appendEntries} {
		replied := false
		for _, m := range w.order {
			if m.terms != nil || m.entry != nil || m.granting != nil {
				return false
			}
			replied = replied || m.kind == k && m.replied
		}
		if !replied {
			return false
		}
	}
	return true
}
