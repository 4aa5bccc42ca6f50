package monitor

import (
	"fmt"
	"slices"
	"strings"

	"raftlab/src/labgob"
)

// A method is what the definitions of its messages told. It is known by the fields that these have, whatever its name.
// What names do not tell is left to guesses.
type method struct {
	name   string // fit for print
	method string // as it is
	fields fields // of its arguments
	takes  gate   // lets through arguments of the same fields
	kind   kind
	would  kind // what it were if its term was known
	asks   bool // it has all that RequestVote has
	args   fieldDecoder

	terms   *termGuess   // which field is the term; nil if that is no question
	entries *entryReader // of an AppendEntries whose log can be read; nil else
	entry   *entryGuess  // which field of an entry is its term; nil likewise
	batch   string       // the field that has the entries, or may have

	replied   bool
	answers   fields // of the reply, once there was one
	reply     fieldDecoder
	hidesTerm bool       // the reply may tell of terms in fields that are not understood
	bulk      bool       // and of entries
	answer    bool       // it is an answer that is sent as a request
	granting  *flagGuess // which field of the reply is the vote; nil likewise
}

type kind int

const (
	unknown         kind = iota
	requestVote          // RequestVote
	appendEntries        // AppendEntries
	installSnapshot      // InstallSnapshot, which binds as these two do
	passedOver           // known to be none of these
)

// What the field decoders read.
const (
	argTerm = iota
	argPreVote
	argLeader
	argPrevIndex
	argPrevTerm
	argLastIndex
	argLastTerm
	argCommit
	argFlags // and what follows: flags of a RequestVote that are not understood
)
const (
	replyTerm = iota
	replyGranted
	replySuccess
	replyValid    // a flag without which the reply says nothing
	replyIntegers // and what follows: the others of an AppendEntries
)

// understand knows a method by its arguments and by what was found out of others.
func (m *method) understand(w *wire) {
	fs := m.fields
	integers := fs.of(isInteger)
	leader := ""
	m.kind = unknown
	last, lastTerm := lastNames, lastTermNames
	switch {
	case fs.named(grantedNames), fs.named(matchNames):
		m.kind, m.answer = passedOver, true
	case fs.named(candidateNames):
		m.kind = requestVote
	case fs.named(prevNames):
		m.kind = appendEntries
	case fs.named(snapshotNames):
		m.kind, last, lastTerm = installSnapshot, snapshotNames, snapshotTermNames
	case fs.named(leaderNames):
		// Others than a leader may speak of one.
		m.kind, leader = appendEntries, fs.find(leaderNames)
	}
	preVote := fs.find(preVoteNames)
	term := m.findTerm(w, integers)
	names := []string{
		term, preVote, leader,
		fs.find(prevNames), fs.find(prevTermNames), fs.find(last), fs.find(lastTerm), fs.find(commitNames),
	}
	if m.kind == requestVote {
		names = append(names, fs.of(isFlag).but(preVoteNames).names()...)
		if sort := integers.find(sortNames); sort != "" && w.votes == "" {
			w.votes = fmt.Sprintf("what %s in %s stands for is not known", word(sort), m.name)
		}
	}
	m.args = newFieldDecoder(fs, names...)
	if m.args.has(argPreVote) && !isFlag(fs[fs.index(preVote)].Type) {
		m.args.at[argPreVote] = -1
	}
	m.would = m.kind
	switch {
	case !m.args.has(argTerm):
		m.kind = unknown
	case preVote != "" && !m.args.has(argPreVote), m.kind == requestVote &&
		strings.Contains(strings.ToLower(m.method), "pre"):
		m.kind = passedOver // a pre-vote may have the arguments of RequestVote
	case m.kind == requestVote && integers.named(sortNames):
		m.kind = passedOver // one of its sorts may be a pre-vote
	}
	m.asks = m.kind == requestVote
	if m.kind == appendEntries && w.readsLogs {
		m.findEntries(w)
	}
	if m.replied {
		m.understandReply(w)
	}
}

// findTerm returns the field that is the term of a request.
func (m *method) findTerm(w *wire, integers fields) string {
	if name := integers.find(termNames); name != "" {
		return name
	}
	if m.kind != requestVote && m.kind != appendEntries {
		return integers.find(w.termWords)
	}
	rest := integers.but(candidateNames, leaderNames, prevNames, prevTermNames, lastNames, lastTermNames).
		without("commit", "index", "idx")
	name := rest.find(w.termWords)
	if name == "" {
		name = rest.saying("term").only()
	}
	if name != "" {
		w.take(fmt.Sprintf("%s of %s is taken for its term", word(name), m.name))
		return name
	}
	if len(rest) > 0 {
		m.terms = newTermGuess(m.fields, rest)
	}
	return ""
}

// findEntries learns how to read the entries of an AppendEntries.
func (m *method) findEntries(w *wire) {
	entries, ok := findEntries(m.fields)
	m.batch, m.entries = entries.Name, nil
	if !ok || !m.args.has(argPrevIndex) || !m.args.has(argPrevTerm) {
		return
	}
	if plain := plain(entries.Name); !slices.Contains(entriesNames, plain) {
		w.take(fmt.Sprintf("%s of %s is taken for its entries", word(entries.Name), m.name))
	}
	integers := fieldsOf(entries.Type.Fields).of(isInteger)
	name := integers.find(termNames)
	if name == "" {
		if name = integers.find(w.termWords); name == "" {
			name = integers.saying("term").only()
		}
		if name == "" {
			name = w.entryTerm
		}
		if integers.index(name) >= 0 {
			w.take(fmt.Sprintf("%s of %s is taken for their term", word(name), word(entries.Name)))
		}
	}
	if i := integers.index(name); i >= 0 {
		m.entries = newEntryReader(entries, integers[i:i+1])
	} else if len(integers) > 0 {
		m.entry = newEntryGuess(entries, integers)
	}
}

// understandReply knows what can be read in the replies.
func (m *method) understandReply(w *wire) {
	integers, granted, success := m.answers.of(isInteger), "", ""
	term := integers.find(termNames)
	if term == "" {
		if term = integers.find(w.termWords); term == "" {
			term = integers.but(prevTermNames, lastTermNames).without("conflict", "xterm").saying("term").only()
		}
		if term != "" {
			w.take(fmt.Sprintf("%s of the reply of %s is taken for its term", word(term), m.name))
		}
	}
	switch m.kind {
	case requestVote:
		granted = m.findGranted(w)
	case appendEntries:
		success = m.findSuccess(w)
	}
	names := []string{term, granted, success,
		m.answers.of(isFlag).but([]string{plain(granted), plain(success)}).find(validNames)}
	if m.kind == appendEntries && w.readsLogs {
		names = append(names, integers.but([]string{plain(term)}).names()...)
	}
	m.reply = newFieldDecoder(m.answers, names...)
	m.hidesTerm = !m.reply.has(replyTerm) && !(m.reply.has(replyGranted) && len(m.answers) == 1)
	m.bulk = len(m.answers.of(isBulk)) > 0
}

func (m *method) findGranted(w *wire) string {
	flags := m.answers.of(isFlag)
	name := flags.find(grantedNames)
	if name == "" {
		if name = flags.saying("grant").only(); name == "" {
			name = flags.among(yesNames).only()
		}
		if name == "" {
			name = w.granted
		}
		if flags.index(name) >= 0 {
			w.take(fmt.Sprintf("%s of the reply of %s is taken for its vote", word(name), m.name))
		}
	}
	if flags.index(name) >= 0 {
		return name
	}
	if len(flags) > 0 {
		m.granting = newFlagGuess(flags, w.servers)
	}
	return ""
}

func (m *method) findSuccess(w *wire) string {
	flags := m.answers.of(isFlag)
	if name := flags.find(successNames); name != "" {
		return name
	}
	if name := flags.among(storedNames).only(); name != "" {
		w.take(fmt.Sprintf("%s of the reply of %s is taken for its success", word(name), m.name))
		return name
	}
	return ""
}

// met is a method by its first request.
func met(name string, args []byte) *method {
	fs := fieldsOf(labgob.Describe(args))
	same := newGate(func(there fields) bool { return len(there) == len(fs) && there.have(fs) })
	return &method{method: name, name: word(name), fields: fs, takes: same}
}

// learnReply knows the replies by the first one.
func (m *method) learnReply(w *wire, data []byte) {
	m.answers, m.replied = fieldsOf(labgob.Describe(data)), true
	m.understandReply(w)
}
