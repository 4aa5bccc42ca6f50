// Package story tells how it came about that a run of the Raft lab failed: from the notes that the judge took of what
// events mean, it picks those that contradict each other, the faults that had to do with it, and what is missing.
//
// A story says only what the recording shows. Where notes are missing, because messages were not understood or the
// beginning of a long run was dropped, it is shorter.
package story

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/record"
)

// Tell adds to the finding of a recording how it came about. The violation is the broken promise that the finding
// reports; nil if it reports something else.
func Tell(rec *record.Recording, v *monitor.Violation) {
	s := newStory(rec)
	if v == nil {
		s.other()
	} else if tell := promises[v.Promise]; tell != nil {
		tell(s, *v)
	}
	if v != nil {
		s.finding(*v)
	}
	rec.Finding.Story = s.told()
}

// promises are, by name, what tells how they came to be broken.
var promises = map[string]func(*story, monitor.Violation){
	"One Vote per Term":        (*story).oneVote,
	"Elected by a Majority":    (*story).electedByMajority,
	"Election Safety":          (*story).electionSafety,
	"Terms Never Fall":         (*story).termsNeverFall,
	"Later Terms Followed":     (*story).laterTermsFollowed,
	"Stale Requests Refused":   (*story).staleRequestsRefused,
	"Refused for a Reason":     (*story).refusedForReason,
	"A Majority Elects":        (*story).majorityElects,
	"Timeouts Begin Elections": (*story).timeoutsBeginElections,
	"Consistency Check":        (*story).consistencyCheck,
	"Refusals Heeded":          (*story).refusalsHeeded,
	"Up-to-Date Votes":         (*story).upToDateVotes,
	"Stored Entries Stay":      (*story).storedEntriesStay,
	"Snapshot Saved First":     (*story).snapshotSavedFirst,
	"Saved before Told":        (*story).savedBeforeTold,
	"Terms of a Log":           (*story).termsOfLog,
	"Log Matching":             (*story).logMatching,
	"Leader Append-Only":       (*story).appendOnly,
	"Leader Completeness":      (*story).leaderCompleteness,
	"Committed by a Majority":  (*story).committedByMajority,
	"State Machine Safety":     (*story).stateMachineSafety,
	"Apply Order":              (*story).applyOrder,
	"Committed Is Applied":     (*story).committedIsApplied,
	"Commit Index Never Falls": (*story).commitNeverFalls,
	"Snapshots":                (*story).snapshots,
}

// A story is told by adding chapters in any order.
type story struct {
	rec      *record.Recording
	events   []record.Event // until the finding
	servers  int
	failed   *record.Event // the finding's; nil if it is not in the recording
	chapters []chapter
}

// A chapter stands after an event, its own or the one after which something is missing.
type chapter struct {
	after int
	record.Chapter
}

func newStory(rec *record.Recording) *story {
	s := &story{rec: rec, events: rec.Events, servers: len(rec.Nodes)}
	if i := slices.IndexFunc(rec.Nodes, func(n record.Node) bool { return n.Role == "clerk" }); i >= 0 {
		s.servers = i
	}
	if s.failed = s.event(rec.Finding.Event); s.failed != nil {
		s.events = rec.Events[:s.failed.ID-rec.Events[0].ID]
	}
	return s
}

// event returns the event with an ID, nil if it was dropped.
func (s *story) event(id int) *record.Event {
	if len(s.rec.Events) == 0 {
		return nil
	}
	if i := id - s.rec.Events[0].ID; 0 <= i && i < len(s.rec.Events) {
		return &s.rec.Events[i]
	}
	return nil
}

// maxChapters is how many chapters a story has at most: those that only lead from one to the next are left out first.
const maxChapters = 12

// told returns the chapters in the order in which things happened.
func (s *story) told() []record.Chapter {
	slices.SortStableFunc(s.chapters, func(a, b chapter) int { return cmp.Compare(a.after, b.after) })
	for _, part := range []record.Part{record.Leads, record.Fault, record.Missing, record.Contradicts} {
		for i := 0; i < len(s.chapters) && len(s.chapters) > maxChapters; {
			if s.chapters[i].Part == part {
				s.chapters = slices.Delete(s.chapters, i, i+1)
			} else {
				i++
			}
		}
	}
	var all []record.Chapter
	for _, c := range s.chapters {
		all = append(all, c.Chapter)
	}
	return all
}

// add adds a chapter about an event, which begins with its time. One event has one chapter of a text.
func (s *story) add(part record.Part, e *record.Event, format string, args ...any) {
	c := record.Chapter{Event: e.ID, Part: part, Text: "At " + moment(e.At) + " " + fmt.Sprintf(format, args...) + "."}
	same := func(o chapter) bool { return o.Event == c.Event && o.Text == c.Text }
	if i := slices.IndexFunc(s.chapters, same); i >= 0 {
		if part == record.Contradicts {
			s.chapters[i].Part = part
		}
		return
	}
	s.chapters = append(s.chapters, chapter{e.ID, c})
}

// missing adds what should have happened after an event and did not.
func (s *story) missing(after int, format string, args ...any) {
	text := fmt.Sprintf(format, args...) + "."
	s.chapters = append(s.chapters, chapter{after, record.Chapter{Part: record.Missing, Text: text}})
}

// say adds a chapter with what a note says.
func (s *story) say(part record.Part, n noted) {
	if n.Event != nil {
		s.add(part, n.Event, "%s", n.note.Text)
	}
}

// finding sees to it that the event by which a promise was seen to be broken is among those that contradict.
func (s *story) finding(v monitor.Violation) {
	e := s.shown()
	if e == nil {
		return
	}
	for i, c := range s.chapters {
		if c.Event == e.ID && c.Part == record.Contradicts {
			return
		} else if c.Event == e.ID {
			s.chapters[i].Part = record.Contradicts
			return
		}
	}
	if n := len(e.Notes); n > 0 {
		s.add(record.Contradicts, e, "%s", e.Notes[n-1].Text)
	} else {
		s.add(record.Contradicts, e, "%s", v.Detail)
	}
}

// shown is the event that showed a broken promise; nil if it is not known.
func (s *story) shown() *record.Event {
	if s.failed == nil || len(s.failed.Causes) == 0 {
		return nil
	}
	return s.event(s.failed.Causes[0])
}

// end is the ID of the event that showed a broken promise or, if that is not known, one after all.
func (s *story) end() int {
	if e := s.shown(); e != nil {
		return e.ID
	}
	if n := len(s.events); n > 0 {
		return s.events[n-1].ID + 1
	}
	return 1
}

// moment writes a time of a run.
func moment(ns int64) string { return fmt.Sprintf("%.2f s", time.Duration(ns).Seconds()) }
