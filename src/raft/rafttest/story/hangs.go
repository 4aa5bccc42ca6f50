package story

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// hangs tells of a method that does not return: which call it is, what it waits for, and which call of the server's own
// has no answer yet.
func (s *story) hangs() {
	m := hanging.FindStringSubmatch(s.rec.Finding.Sentence)
	server, ok := s.named()
	if m == nil || !ok {
		return
	}
	method, why := m[1], m[3]
	if why != "" {
		why = ": " + why
	}
	patience, err := time.ParseDuration(m[2])
	if err != nil {
		return
	}
	times := 0
	var asked *record.Event
	for i := range s.events {
		e := &s.events[i]
		if e.Node == server && e.Kind == record.Asked && e.Method == method && e.At <= s.failed.At-int64(patience) {
			asked = e
			times++
		}
	}
	if asked == nil {
		return
	}
	s.add(record.Contradicts, asked, "the scenario calls %s of S%d, which has returned %d times before", method, server,
		times-1)
	s.missing(asked.ID, "S%d does not return from it%s", server, why)
	if call := s.open(server, asked.ID); call != nil && strings.Contains(why, "RPC") {
		s.add(record.Leads, call, "S%d calls %s of S%d, and no answer has come by the end", server, call.Method, call.Peer)
		s.faults()
	}
}

var hanging = regexp.MustCompile(`^S\d+: (\S+) has not returned for (\w+)(?:; (.*))?$`)

// open is the last call of a server before an event that does not end until the finding; nil if there is none.
func (s *story) open(server, before int) *record.Event {
	ended := make(map[int]bool)
	for i := len(s.events) - 1; i >= 0; i-- {
		e := &s.events[i]
		switch {
		case e.Node != server:
		case e.Kind == record.Answered || e.Kind == record.GaveUp:
			ended[e.Call] = true
		case e.Kind == record.Sent && e.ID < before && !ended[e.Call]:
			return e
		}
	}
	return nil
}

// ends tells what a server did before it panicked or ended its process, and where the goroutine came from that did.
func (s *story) ends() {
	server, ok := s.named()
	if !ok {
		return
	}
	for i := len(s.events) - 1; i >= 0; i-- {
		if e := &s.events[i]; e.Node == server && e.Kind != record.Crash && e.Kind != record.Line {
			s.add(record.Leads, e, "this is the last that is seen of S%d: %s", server, does(e))
			break
		}
	}
	_, stacks, _ := strings.Cut("\n"+s.rec.Finding.Details, "\ngoroutine ")
	stack, _, _ := strings.Cut(stacks, "\n\n")
	if m := created.FindStringSubmatch(stack); m != nil {
		s.chapters = append(s.chapters, chapter{s.failed.ID - 1, record.Chapter{
			Event: s.failed.ID, Part: record.Leads,
			Text: fmt.Sprintf("The goroutine in which that happens was started in %s.", m[1]),
		}})
	}
}

var created = regexp.MustCompile(`\ncreated by (?:\S*/)?(\S+)`)

// floods tells who sent most within the last second.
func (s *story) floods() {
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Leads, server: whichever, term: whichever})))
	s.sentMost(s.failed.At-int64(time.Second), 100)
}

// sentMost tells which method a server has called most since a time, if it has more than so many times, and how that
// was last refused.
func (s *story) sentMost(since int64, least int) {
	type sender struct {
		server int
		method string
	}
	counts := make(map[sender]int)
	var most sender
	var at *record.Event
	for i := len(s.events) - 1; i >= 0 && s.events[i].At > since; i-- {
		e := &s.events[i]
		if e.Kind != record.Sent {
			continue
		}
		k := sender{e.Node, e.Method}
		if counts[k]++; counts[k] > counts[most] {
			most = k
		}
		if at == nil || k == most && at.Node != k.server {
			at = e
		}
	}
	if counts[most] <= least {
		return
	}
	s.add(record.Contradicts, at, "S%d has called %s %d times since %s", most.server, most.method, counts[most],
		moment(max(0, since, s.events[0].At)))
	s.say(record.Leads, last(s.find(wanted{kind: monitor.Refuses, server: whichever, term: whichever,
		match: func(n noted) bool { return handled(n) && n.Peer == most.server }})))
}

// does says what an event is.
func does(e *record.Event) string {
	if n := len(e.Notes); n > 0 {
		return e.Notes[n-1].Text
	}
	switch e.Kind {
	case record.Timer:
		return "time passes for which it waited"
	case record.Told:
		return "it tells something"
	case record.Asked:
		return e.Method + " is called"
	case record.Boot:
		return "it starts"
	case record.Sent, record.Arrived, record.Doubled, record.Handled, record.Answered, record.GaveUp:
		return fmt.Sprintf("%s with S%d, %s", e.Method, e.Peer, e.Kind)
	case record.Line:
		return e.Text
	}
	return string(e.Kind)
}
