package monitor

import (
	"fmt"
	"slices"
	"strings"
)

// noVotes says why votes cannot be read although there is a RequestVote.
func (w *wire) noVotes() string {
	if w.votes != "" {
		return w.votes
	}
	for _, m := range w.order {
		switch {
		case m.kind == requestVote && m.granting != nil:
			return fmt.Sprintf("whether %s of the reply of %s is the vote was not found out",
				or(m.granting.fields.names()), m.name)
		case m.kind == requestVote && m.replied && !m.reply.has(replyGranted):
			return fmt.Sprintf("the reply of %s has no field VoteGranted that is a bool, but %s",
				m.name, list(m.answers.names()))
		}
		if why := m.openTerm(requestVote); why != "" {
			return why
		}
	}
	return ""
}

// openTerm says that only the term of a request is missing to know it as one of a kind.
func (m *method) openTerm(k kind) string {
	if m.kind != unknown || m.would != k || m.terms == nil {
		return ""
	}
	return fmt.Sprintf("whether %s of %s is its term was not found out", or(m.terms.fields.names()), m.name)
}

// noLogs says why logs cannot be read although there is an AppendEntries.
func (w *wire) noLogs() string {
	if w.logs != "" {
		return w.logs
	}
	for _, m := range w.order {
		if m.kind != appendEntries {
			continue
		}
		name := m.batch // or one that should have been it
		if name == "" {
			name = m.fields.find(entriesNames)
		}
		switch {
		case m.entry != nil:
			return fmt.Sprintf("whether %s of %s is the term of entries was not found out",
				or(m.entry.fields.names()), word(m.batch))
		case m.entries == nil && name != "":
			return fmt.Sprintf("the field %s of %s is no slice of entries with an integer field Term after an "+
				"integer PrevLogIndex and PrevLogTerm",
				word(name), m.name)
		case m.entries != nil && m.replied && !m.reply.has(replySuccess):
			return fmt.Sprintf("the reply of %s has no field Success that is a bool, but %s",
				m.name, list(m.answers.names()))
		}
	}
	return ""
}

// showsLogs reports whether all that leaders can know of others' logs is seen.
func (w *wire) showsLogs() bool {
	if w.zeros != "" || w.noLogs() != "" {
		return false
	}
	shown := false
	for _, m := range w.order {
		if m.kind == unknown || m.answer {
			return false
		}
		shown = shown || m.entries != nil
	}
	return shown
}

// countsVotes reports whether votes can be read, so that their lack means something.
func (w *wire) countsVotes() bool {
	return w.noVotes() == "" &&
		(w.knows(requestVote) || !w.knows(unknown) && !w.knows(passedOver) && !w.knows(installSnapshot))
}

func (w *wire) knows(k kind) bool {
	for _, m := range w.order {
		if m.kind == k {
			return true
		}
	}
	return false
}

// strangers says which requests are not known, and which fields they have, in the order of the methods' names.
func (w *wire) strangers() string {
	methods := slices.Clone(w.order)
	slices.SortFunc(methods, func(a, b *method) int { return strings.Compare(a.method, b.method) })
	var all []string
	for _, m := range methods {
		if m.kind == unknown {
			all = append(all, fmt.Sprintf("%s has %s", m.name, list(m.fields.names())))
		}
	}
	return strings.Join(all, "; ")
}
