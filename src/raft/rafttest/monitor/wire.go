package monitor

import (
	"fmt"
	"maps"
	"slices"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
)

// wire reads the RPCs of a Raft. It knows a method by the fields of its
// arguments, whatever its name, since gob carries the fields' names.
type wire struct {
	methods map[string]*method
}

type kind int

const (
	other kind = iota
	vote
	appendEntries
)

// A method is what the fields of its messages told.
type method struct {
	kind    kind
	term    string // the fields' names; empty if there is none
	granted string
	seen    bool // a reply was looked at
	problem string
}

type request struct {
	kind kind
	term int
}

type reply struct {
	term    int
	granted bool
}

// The names that a field goes by, Figure 2's first.
var (
	termNames      = []string{"Term", "CurrentTerm", "CandidateTerm", "LeaderTerm"}
	candidateNames = []string{"CandidateId", "CandidateID", "Candidate", "CandidateIndex", "CandidateIdx"}
	leaderNames    = []string{"LeaderId", "LeaderID", "Leader", "LeaderIndex", "LeaderIdx"}
	prevNames      = []string{"PrevLogIndex", "PrevIndex", "PreLogIndex", "PrevLogIdx"}
	grantedNames   = []string{"VoteGranted", "Granted", "IsVoteGranted", "VotedGranted"}
	snapshotNames  = []string{"LastIncludedIndex", "Snapshot", "Data", "LastSnapshotIndex"}
	preVoteNames   = []string{"PreVote", "IsPreVote", "Prevote"}
)

// fields is the union of what these names stand for; gob leaves at zero what a
// message does not have.
type fields struct {
	Term, CurrentTerm, CandidateTerm, LeaderTerm      int
	VoteGranted, Granted, IsVoteGranted, VotedGranted bool
}

func newWire() wire { return wire{make(map[string]*method)} }

func (w *wire) request(e labrpc.Event) (request, bool) {
	m := w.methods[e.Method]
	if m == nil {
		m = learn(labgob.Fields(e.Args))
		w.methods[e.Method] = m
	}
	if m.kind == other {
		return request{}, false
	}
	var f fields
	if err := labgob.Unmarshal(e.Args, &f); err != nil {
		m.kind, m.problem = other, fmt.Sprintf("the arguments of %s cannot be read: %v", e.Method, err)
		return request{}, false
	}
	return request{m.kind, f.number(m.term)}, true
}

// reply reads the reply of a method whose request could be read.
func (w *wire) reply(e labrpc.Event) reply {
	m := w.methods[e.Method]
	if !m.seen {
		m.seen = true
		names := labgob.Fields(e.Reply)
		m.granted = first(grantedNames, names)
		if m.kind == vote && m.granted == "" {
			m.problem = fmt.Sprintf("the reply of %s has no field named VoteGranted, only %v", e.Method, names)
		}
	}
	var f fields
	if err := labgob.Unmarshal(e.Reply, &f); err != nil {
		m.problem = fmt.Sprintf("the reply of %s cannot be read: %v", e.Method, err)
		return reply{}
	}
	term := 0
	for _, name := range termNames {
		term = max(term, f.number(name))
	}
	return reply{term, m.granted != "" && f.flag(m.granted)}
}

func learn(names []string) *method {
	m := &method{term: first(termNames, names)}
	switch {
	case m.term == "" || first(preVoteNames, names) != "":
	case first(candidateNames, names) != "":
		m.kind = vote
	case first(snapshotNames, names) != "":
	case first(leaderNames, names) != "" || first(prevNames, names) != "":
		m.kind = appendEntries
	}
	return m
}

// first returns the first of wanted that is among names.
func first(wanted, names []string) string {
	for _, n := range wanted {
		if slices.Contains(names, n) {
			return n
		}
	}
	return ""
}

func (f *fields) number(name string) int {
	switch name {
	case "Term":
		return f.Term
	case "CurrentTerm":
		return f.CurrentTerm
	case "CandidateTerm":
		return f.CandidateTerm
	case "LeaderTerm":
		return f.LeaderTerm
	}
	return 0
}

func (f *fields) flag(string) bool {
	return f.VoteGranted || f.Granted || f.IsVoteGranted || f.VotedGranted
}

// knowsVotes reports whether votes can be read, so that their lack means
// something.
func (w *wire) knowsVotes() bool {
	for _, m := range w.methods {
		if m.kind == vote && m.problem == "" {
			return true
		}
	}
	return false
}

func (w *wire) off() []string {
	var why []string
	var votes, appends bool
	for _, name := range slices.Sorted(maps.Keys(w.methods)) {
		m := w.methods[name]
		votes = votes || m.kind == vote
		appends = appends || m.kind == appendEntries
		if m.problem != "" {
			why = append(why, "monitor off: "+m.problem)
		}
	}
	if len(w.methods) > 0 && !votes {
		why = append(why, fmt.Sprintf("monitor off: none of %v has fields named Term and CandidateId, so votes are not watched",
			slices.Sorted(maps.Keys(w.methods))))
	}
	if len(w.methods) > 0 && !appends {
		why = append(why, fmt.Sprintf("monitor off: none of %v has fields named Term and LeaderId or PrevLogIndex, so AppendEntries is not watched",
			slices.Sorted(maps.Keys(w.methods))))
	}
	return why
}
