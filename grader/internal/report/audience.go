package report

import (
	"path/filepath"
	"strings"

	"raftlab/src/cluster"
	"raftlab/src/recipe"
)

// An audience is who reads of a failure.
type audience int

const (
	staff   audience = iota // or whoever else started the grader: the logs and the paths are theirs
	student                 // has the same checkout somewhere else, and no logs
)

// studentsDir stands for the path of a submission where its author reads it: the path that was graded is on a machine
// that the author has never seen.
const studentsDir = "PATH-OF-YOUR-CHECKOUT"

// replayBy is the command by which somebody repeats a run.
func (r *Report) replayBy(by audience, impl, scenario int, drawn recipe.Recipe) string {
	m := r.plan.Impls[impl]
	if by == student {
		m.Dir = studentsDir
	}
	return Printable(r.plan.Replay(m, r.plan.Scenarios[scenario].Name, drawn))
}

// shrinkBy is the command by which somebody makes a failed run shorter, "" if there is none: how much a run uses depends
// on the machine, and so does a run that comes out another way each time.
func (r *Report) shrinkBy(by audience, impl, scenario int, f *failure) string {
	m := r.plan.Impls[impl]
	switch {
	case r.plan.Shrink == nil || f.kind == cluster.Timeout || f.kind == cluster.Resource || f.kind == cluster.Nondeterminism:
		return ""
	case by == student:
		m.Dir = studentsDir
	}
	return Printable(r.plan.Shrink(m, r.plan.Scenarios[scenario].Name, f.drawn))
}

// mayKnowSeeds reports whether somebody may see with which seeds runs were played.
func (r *Report) mayKnowSeeds(by audience) bool { return by == staff || !r.plan.Secret }

// studentsPaths replaces the path of a submission in a text for its author.
func (r *Report) studentsPaths(impl int, text string) string {
	dir := filepath.Clean(r.plan.Impls[impl].Dir)
	if !filepath.IsAbs(dir) || dir == "/" {
		return text // nor would the author find it strange
	}
	return strings.ReplaceAll(text, dir, studentsDir)
}
