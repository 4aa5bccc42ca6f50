package monitor

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// votesOff is why votes cannot be watched although there is a RequestVote.
func (w *wire) votesOff() string {
	if w.votes != "" {
		return w.votes
	}
	for _, m := range w.order {
		switch {
		case m.kind == vote && m.granting != nil:
			return fmt.Sprintf("whether %s of the reply of %s is the vote was not found out", or(m.granting.fields.names()), m.name)
		case m.kind == vote && m.replied && !m.reply.has(replyGranted):
			return fmt.Sprintf("the reply of %s has no field VoteGranted that is a bool, but %s", m.name, list(m.answers.names()))
		case m.kind == unknown && m.would == vote && m.terms != nil:
			return fmt.Sprintf("whether %s of %s is its term was not found out", or(m.terms.fields.names()), m.name)
		}
	}
	return ""
}

// logsOff is why logs cannot be watched although there is an AppendEntries.
func (w *wire) logsOff() string {
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
			return fmt.Sprintf("whether %s of %s is the term of entries was not found out", or(m.entry.fields.names()), word(m.batch))
		case m.entries == nil && name != "":
			return fmt.Sprintf("the field %s of %s is no slice of entries with an integer field Term after an integer PrevLogIndex and PrevLogTerm", word(name), m.name)
		case m.entries != nil && m.replied && !m.reply.has(replySuccess):
			return fmt.Sprintf("the reply of %s has no field Success that is a bool, but %s", m.name, list(m.answers.names()))
		}
	}
	return ""
}

// showsLogs reports whether all that leaders can know of others' logs is seen.
func (w *wire) showsLogs() bool {
	if w.zeros != "" || w.logsOff() != "" {
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

// countsVotes reports whether votes can be read, so that their lack means
// something.
func (w *wire) countsVotes() bool {
	return w.votesOff() == "" && (w.knows(vote) || !w.knows(unknown) && !w.knows(passedOver))
}

func (w *wire) knows(k kind) bool {
	for _, m := range w.order {
		if m.kind == k {
			return true
		}
	}
	return false
}

// off says what is not watched, of votes and of all else. That a message was not seen is
// no reason; that others were seen that may be it is one.
func (w *wire) off() (votes, rest []string) {
	var strangers []string
	open := false // it is asked which field is the term of AppendEntries
	for _, m := range w.byName() {
		if m.kind != unknown {
			continue
		}
		strangers = append(strangers, fmt.Sprintf("%s has %s", m.name, list(m.fields.names())))
	}
	if reason := w.votesOff(); reason != "" {
		votes = append(votes, "monitor off: votes are not watched: "+reason)
	} else if len(strangers) > 0 && !w.knows(vote) {
		votes = append(votes, "monitor off: votes are not watched: no request has an integer field Term and a field CandidateId; "+strings.Join(strangers, "; "))
	}
	for _, m := range w.order {
		if m.kind == unknown && m.would == appendEntries && m.terms != nil {
			open = true
			rest = append(rest, fmt.Sprintf("monitor off: AppendEntries is not watched: whether %s of %s is its term was not found out", or(m.terms.fields.names()), m.name))
		}
	}
	if len(strangers) > 0 && !open && !w.knows(appendEntries) {
		rest = append(rest, "monitor off: AppendEntries is not watched: no request has an integer field Term and a field LeaderId or PrevLogIndex; "+strings.Join(strangers, "; "))
	}
	if w.zeros != "" {
		rest = append(rest, "monitor off: "+w.zeros)
	}
	if reason := w.logsOff(); w.readsLogs && reason != "" {
		rest = append(rest, "monitor off: what is committed is not watched: "+reason)
	}
	return votes, rest
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

// or lists fields of which one is meant.
func or(fields []string) string {
	const most = 10
	var words []string
	for _, f := range fields[:min(most, len(fields))] {
		words = append(words, word(f))
	}
	if n := len(fields); n > most {
		words = append(words, fmt.Sprintf("one of %d more", n-most))
	}
	return strings.Join(words, " or ")
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
