package monitor

import (
	"slices"
	"strings"

	"raftlab/src/labgob"
)

// A method is what the fields of its messages told. It is known by them,
// whatever its name, since gob carries the fields' names.
type method struct {
	name   string // fit for print
	kind   kind
	fields []string // of its arguments
	args   picker
	reply  *picker // nil until a reply was seen
	riddle bool    // the reply may tell of terms in fields that are not understood
	answer bool    // it is an answer that is sent as a request

	entries *entryReader // of an AppendEntries whose log can be read; nil else
}

type kind int

const (
	unknown       kind = iota
	vote               // RequestVote
	appendEntries      // AppendEntries
	passedOver         // known to be neither
)

// What the pickers read.
const (
	argTerm = iota
	argPreVote
	argLeader
	argPrevIndex
	argPrevTerm
	argLastIndex
	argLastTerm
)
const (
	replyTerm = iota
	replyGranted
	replySuccess
)

// The names that a field goes by, Figure 2's first.
var (
	termNames      = []string{"Term", "CurrentTerm", "CandidateTerm", "LeaderTerm", "CurTerm"}
	candidateNames = []string{"CandidateId", "CandidateID", "Candidate", "CandidateIndex", "CandidateIdx"}
	leaderNames    = []string{"LeaderId", "LeaderID", "Leader", "LeaderIndex", "LeaderIdx"}
	prevNames      = []string{"PrevLogIndex", "PrevIndex", "PreLogIndex", "PrevLogIdx"}
	prevTermNames  = []string{"PrevLogTerm", "PrevTerm", "PreLogTerm"}
	lastNames      = []string{"LastLogIndex", "LastIndex", "LastLogIdx"}
	lastTermNames  = []string{"LastLogTerm", "LastTerm"}
	grantedNames   = []string{"VoteGranted", "Granted", "IsVoteGranted", "VotedGranted", "GrantVote", "GrantedVote"}
	successNames   = []string{"Success", "MatchIndex"}
	snapshotNames  = []string{"LastIncludedIndex", "LastIncludeIndex", "LastSnapshotIndex", "Snapshot", "Data"}
	preVoteNames   = []string{"PreVote", "IsPreVote", "Prevote", "IsPrevote", "PreElection", "Pre", "IsPre"}
)

// newMethod knows a method by the first request.
func newMethod(name string, args []byte) *method {
	m := &method{name: word(name), fields: labgob.Fields(args)}
	has := func(names []string) bool { return m.find(names) != "" }
	leader := ""
	switch {
	case has(grantedNames), has(successNames):
		m.kind, m.answer = passedOver, true
	case has(candidateNames):
		m.kind = vote
	case has(prevNames):
		m.kind = appendEntries
	case has(snapshotNames):
		m.kind = passedOver
	case has(leaderNames):
		// Others than a leader may speak of one.
		m.kind, leader = appendEntries, m.find(leaderNames)
	}
	preVote := m.find(preVoteNames)
	m.args = newPicker(args, number(m.find(termNames)), flag(preVote), number(leader),
		number(m.find(prevNames)), number(m.find(prevTermNames)), number(m.find(lastNames)), number(m.find(lastTermNames)))
	if m.kind == appendEntries && m.args.has(argPrevIndex) && m.args.has(argPrevTerm) {
		m.entries = newEntryReader(args, m.fields)
	}
	switch {
	case !m.args.has(argTerm):
		m.kind = unknown
	case preVote != "" && !m.args.has(argPreVote), m.kind == vote && strings.Contains(strings.ToLower(name), "pre"):
		m.kind = passedOver // a pre-vote may have the arguments of RequestVote
	}
	return m
}

// learnReply knows what can be read in the replies by the first one.
func (m *method) learnReply(data []byte) {
	names := labgob.Fields(data)
	p := newPicker(data, number(first(termNames, names)), flag(first(grantedNames, names)), flag(first([]string{"Success"}, names)))
	m.reply = &p
	m.riddle = !p.has(replyTerm) && !(p.has(replyGranted) && len(names) == 1)
}

// find returns the first of these names that is among the fields.
func (m *method) find(names []string) string { return first(names, m.fields) }

func first(wanted, names []string) string {
	for _, n := range wanted {
		if slices.Contains(names, n) {
			return n
		}
	}
	return ""
}
