package logview

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"raftlab/src/logline"
)

// A TopicSet is a set of topics: those of the table and others, by their names.
type TopicSet struct {
	table  uint32
	others []string
}

// Add adds a topic of the table.
func (s *TopicSet) Add(t logline.Topic) { s.table |= 1 << t }

// AddOther adds a topic that the table does not have, in capitals.
func (s *TopicSet) AddOther(name string) { s.others = append(s.others, name) }

func (s *TopicSet) empty() bool { return s.table == 0 && len(s.others) == 0 }

// has reports whether the topic of a line is in the set.
func (s *TopicSet) has(l *logline.Line) bool {
	if l.Topic != logline.Other {
		return s.table&(1<<l.Topic) != 0
	}
	return len(s.others) > 0 && slices.Contains(s.others, l.TopicName())
}

// shows reports whether a filter lets a topic pass.
func (f *Filter) shows(l *logline.Line) bool {
	return (f.Just.empty() || f.Just.has(l)) && !f.Ignore.has(l)
}

// An occurrence is what is known of the topics that a log has, where some were
// asked for that may not occur.
type occurrence struct {
	asked []string // topics that the table does not have
	seen  []string
}

// maxSeen bounds the topics that are remembered: logs hold anything.
const maxSeen = 100

func newOccurrence(f *Filter) occurrence {
	return occurrence{asked: slices.Concat(f.Just.others, f.Ignore.others)}
}

func (o *occurrence) saw(l *logline.Line) {
	if len(o.asked) == 0 || len(o.seen) == maxSeen {
		return
	}
	if name := l.TopicName(); !slices.Contains(o.seen, name) {
		o.seen = append(o.seen, name)
	}
}

// missing says which topics were asked for and did not occur, and which did.
func (o *occurrence) missing(w io.Writer) error {
	never := slices.DeleteFunc(o.asked, func(name string) bool { return slices.Contains(o.seen, name) })
	if len(never) == 0 {
		return nil
	}
	slices.Sort(o.seen)
	has := "it has no topics"
	if len(o.seen) > 0 {
		has = "it has " + strings.Join(o.seen, " ")
	}
	missing := strings.Join(slices.Compact(slices.Sorted(slices.Values(never))), " or ")
	_, err := fmt.Fprintf(w, "The log has no line of topic %s; %s.\n", missing, has)
	return err
}
