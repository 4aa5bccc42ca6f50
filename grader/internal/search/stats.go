package search

// Stats says how a search saturates.
type Stats struct {
	Runs, Branches int    // played; Branches of them branch off others
	Marks, States  int    // that were seen at all
	Steps          []Step // of stepRuns runs each, the last of fewer
}

// A Step is what some consecutive runs brought that none before had.
type Step struct{ Runs, Marks, States int }

// stepRuns is how many runs a step has.
const stepRuns = 100

func (t *Stats) add(n news, branches bool) {
	if t.Runs%stepRuns == 0 {
		t.Steps = append(t.Steps, Step{})
	}
	t.Runs++
	if branches {
		t.Branches++
	}
	t.Marks += len(n.marks)
	t.States += len(n.states)
	last := &t.Steps[len(t.Steps)-1]
	last.Runs++
	last.Marks += len(n.marks)
	last.States += len(n.states)
}

// Stats returns what came of the search so far.
func (s *Search) Stats() Stats { return s.stats }

// Marked returns in how many runs a mark was seen.
func (s *Search) Marked(name string) int { return s.seen.marks[name] }
