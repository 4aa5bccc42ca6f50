package kvtest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"raftlab/src/kvraft/history"
	"raftlab/src/lab"
	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/raft/rafttest/story"
	"raftlab/src/record"
)

// How many chapters a story has at most of the requests of one operation, and of what else went on.
const (
	maxRequests = 6
	maxAround   = 12
)

// Story tells how a history came to be wrong. If the run has failed for something else, it is told as in the Raft lab.
func (j *judge) Story(rec *record.Recording) {
	j.mu.Lock()
	defer j.mu.Unlock()
	rec.Finding.Source = j.source
	is := func(name string) bool { return strings.HasPrefix(rec.Finding.Sentence, name+":") }
	if f := j.finding; f != nil && is(string(f.Name)) {
		promise(rec.Finding, string(f.Name), Explanations())
		rec.Finding.Sentence = fmt.Sprintf("%s: key %q: %s", f.Name, f.Key, f.Text)
		rec.Finding.Story = j.ofHistory(rec)
		return
	}
	broken := j.broken
	if broken != nil && !is(broken.Promise) {
		broken = nil // the run had failed before
	}
	if broken != nil {
		promise(rec.Finding, broken.Promise, monitor.Explanations())
	}
	story.Tell(rec, broken)
}

// promise says which promise was broken, and what asks for it.
func promise(f *record.Finding, name string, explanations []lab.Explanation) {
	f.Promise = name
	for _, e := range explanations {
		if e.Name == name {
			f.Source = e.Paper
		}
	}
}

// ofHistory tells when the operations were called that cannot be ordered, which servers their requests came to, and
// what they returned; and meanwhile, which servers led, and which faults there were.
func (j *judge) ofHistory(rec *record.Recording) (told []record.Chapter) {
	for _, o := range j.ofFinding() {
		told = append(told, o.chapters(rec.Events)...)
	}
	slices.SortStableFunc(told, byEvent)
	last := len(told) - 1
	for last >= 0 && told[last].Part != record.Contradicts {
		last-- // what came after has nothing to do with it
	}
	if last < 0 {
		return nil
	}
	told = append(told[:last+1:last+1], j.around(rec.Events, told[0].Event, told[last].Event)...)
	slices.SortStableFunc(told, byEvent)
	for i := range told {
		c := &told[i]
		at := time.Duration(rec.Events[c.Event-1-rec.Dropped].At)
		c.Text = fmt.Sprintf("At %s %s.", moment(at), c.Text)
	}
	return told
}

func byEvent(a, b record.Chapter) int { return a.Event - b.Event }

// ofFinding returns the operations that the finding is about: those that cannot be ordered, and the write that was
// executed twice.
func (j *judge) ofFinding() (ops []*operation) {
	for i := range j.finding.Core {
		if o := j.operation(&j.finding.Core[i]); o != nil {
			ops = append(ops, o)
		}
	}
	if o := j.executedTwice(*j.finding); o != nil && !slices.Contains(ops, o) {
		ops = append(ops, o)
	}
	return ops
}

// chapters are what events say of an operation: its call, what became of its requests, and its return.
func (o *operation) chapters(events []record.Event) (list []record.Chapter) {
	call, back, of := o.called().Text, o.returned().Text, o.of()
	var requests []record.Chapter
	for i := range events {
		e := &events[i]
		if e.At < int64(o.Called) || o.Method == history.Get && o.Return != 0 && e.At > int64(o.Returned) {
			continue // a write may have its effect after it has returned
		}
		for _, n := range e.Notes {
			at := record.Chapter{Event: e.ID, Part: record.Leads, Text: n.Text}
			switch {
			case n.Kind == Calls && n.Text == call && e.At == int64(o.Called):
				list = append(list, at)
			case n.Kind == Returns && n.Text == back && o.Return != 0 && e.At == int64(o.Returned):
				at.Part = record.Contradicts
				list = append(list, at)
			case n.Kind == Request && strings.Contains(n.Text, of):
				switch e.Kind {
				case record.LostRequest, record.LostReply, record.Unreachable:
					at.Part = record.Fault
				case record.Answered:
					continue // the return tells it
				}
				requests = append(requests, at)
			}
		}
	}
	return append(list, ends(requests, maxRequests)...)
}

// ends returns the first and the last of a list that is too long.
func ends(list []record.Chapter, most int) []record.Chapter {
	if len(list) <= most {
		return list
	}
	return slices.Concat(list[:most/2], list[len(list)-most/2:])
}

// around are the leaders and the faults until an event: from when the servers began to lead that led last before the
// first event, and another one before them, as of two leaders one is deposed. Of many they are the last ones.
func (j *judge) around(events []record.Event, first, last int) (list []record.Chapter) {
	begin, led, cut := 0, []int(nil), make(map[way]bool)
	for i := range events {
		e := &events[i]
		if e.ID > last {
			break
		}
		add := func(part record.Part, text string) {
			list = append(list, record.Chapter{Event: e.ID, Part: part, Text: text})
		}
		switch e.Kind {
		case record.Crash:
			add(record.Fault, j.name(e.Node)+" crashes")
		case record.Pause:
			add(record.Fault, j.name(e.Node)+" stands still")
		case record.Resume:
			add(record.Leads, j.name(e.Node)+" goes on")
		case record.Clock:
			add(record.Fault, fmt.Sprintf("the clocks of %s run otherwise: %s", j.name(e.Node), e.Text))
		case record.Cut, record.Heal:
			cut[way{e.Node, e.Peer}] = e.Kind == record.Cut
			part := record.Fault
			if e.Kind == record.Heal {
				part = record.Leads
			}
			if !changesAgain(events[i+1:], e.At) {
				add(part, j.network(cut))
			}
		}
		for _, n := range e.Notes {
			switch n.Kind {
			case monitor.Restarts:
				if e.Life > 1 {
					add(record.Leads, n.Text)
				}
			case monitor.Leads:
				add(record.Leads, n.Text)
				if led = append(led, e.ID); e.ID <= first {
					begin = led[max(0, len(led)-2)]
				}
			}
		}
	}
	list = slices.DeleteFunc(list, func(c record.Chapter) bool { return c.Event < begin })
	return list[max(0, len(list)-maxAround):]
}

// changesAgain reports whether further ways are cut or healed at the same time.
func changesAgain(events []record.Event, at int64) bool {
	for i := range events {
		if events[i].At != at {
			break
		}
		if k := events[i].Kind; k == record.Cut || k == record.Heal {
			return true
		}
	}
	return false
}

// A way leads from one node to another.
type way struct{ from, to int }

// network says which nodes are connected when some ways are cut: the groups that they make or, where a way is cut in
// one direction only, these ways.
func (j *judge) network(cut map[way]bool) string {
	var groups [][]int
	for n := range j.run.Nodes {
		i := slices.IndexFunc(groups, func(g []int) bool { return !cut[way{g[0], n}] && !cut[way{n, g[0]}] })
		if i < 0 {
			groups = append(groups, nil)
			i = len(groups) - 1
		}
		groups[i] = append(groups[i], n)
	}
	var names, ways []string
	asGroups := true
	for a, g := range groups {
		var members []string
		for _, n := range g {
			members = append(members, j.name(n))
			for b, other := range groups {
				for _, m := range other {
					asGroups = asGroups && (n == m || cut[way{n, m}] == (a != b))
					if cut[way{n, m}] {
						ways = append(ways, j.name(n)+" to "+j.name(m))
					}
				}
			}
		}
		names = append(names, strings.Join(members, " "))
	}
	switch {
	case len(ways) == 0:
		return "all nodes are connected"
	case asGroups:
		return "nodes are connected in groups: " + strings.Join(names, " | ")
	}
	const most = 12
	text := "cut: " + strings.Join(ways[:min(most, len(ways))], ", ")
	if more := len(ways) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
