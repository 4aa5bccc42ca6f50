// Package lab is what a lab is, as data: its parts, its scenarios and what they are played with. It knows no lab; labs
// register themselves. Whoever lists, selects, plays or reports scenarios knows labs by what is here.
package lab

import (
	"fmt"
	"slices"
	"strings"

	"raftlab/src/cluster"
	"raftlab/src/lab/checkouts"
	"raftlab/src/labrpc"
)

// A Lab is a lab of a course, or somebody's own.
type Lab struct {
	Name  string // in one word, as flags have it: raft
	Title string // for headings: Raft
	Parts []Part // in the order of the lab

	// Scenarios are all, in the order in which they are shown. Their names differ.
	Scenarios []Scenario

	// Contract is the import path of what a submission is written with: whose code imports it is for this lab.
	Contract string

	// Checkouts is how the checkouts of a course look whose lab this is; nil if it is none's.
	Checkouts *checkouts.Lab

	// Package is the import path of the lab, whose function Lab returns this. Program is that of the lab's code in a
	// node: its function Program takes the Constructor and the methods that may be handlers, or nil for all, and
	// returns a node.Program.
	Package, Program string

	// Constructor is the name of the function of a submission that makes what a node runs. It must be of the
	// ConstructorType, a name for people, and usually returns a pointer to a type named Type.
	Constructor, ConstructorType, Type string

	// Further are more functions that a submission must have. Program takes them, in this order, after the constructor.
	Further []Function

	// Base is the name of the lab that this one stands on; "" if it stands alone. Program takes the constructor of an
	// implementation of that lab after all functions of the submission.
	Base string

	// Explanations are of the promises that the lab's monitors watch.
	Explanations []Explanation

	// Promising are names of scenarios that find much for the time that they take, the best first. Whoever looks for a
	// failure, and not for what passes, begins with them.
	Promising []string

	// Marks are the names of all situations that a run may come into, of which its judges tell (see cluster.Run.Mark).
	Marks []string

	// Grading is the text of the points file that holds if staff name no other, with comments that say what each
	// setting does; "" is a point for each classic scenario.
	Grading string

	// Callers and Poll are those of each run: see cluster.Config.
	Callers map[string][]string
	Poll    cluster.Question
}

// A Function is one of a submission's.
type Function struct{ Name, Type string }

// A Part is a part of a lab, as its handout divides it.
type Part struct {
	Name    string // short, as reports and points files have it: 2A
	Aliases []string
	Title   string // what it is about, in a few words

	// Needs are the names of parts that what any of its scenarios checks rests on.
	Needs []string
}

// A Tier says who demands what a scenario checks.
type Tier string

// The tiers, in the order in which they are shown.
const (
	Classic Tier = "classic" // the lab itself
	Strict  Tier = "strict"  // the paper, or what else the lab is about; the lab does not test it
	Advice  Tier = "advice"  // nobody: it finds what would be better otherwise, and does not fail for it
)

// Tiers returns all tiers, in the order in which they are shown.
func Tiers() []Tier { return []Tier{Classic, Strict, Advice} }

// A Scenario is one test: a story that a cluster goes through and what must hold on the way.
type Scenario struct {
	Name    string
	Part    string // its name
	Tier    Tier
	Needs   []string       // names of parts, besides Part and what that needs, that what it checks rests on
	Nodes   []cluster.Node // all are up at the start
	Weather labrpc.Weather // at the start
	Faults  bool           // it runs only in a world that has Faults
	Long    bool           // it computes for seconds under the race detector: go test -short and run -short leave it out
	Checks  string         // what it checks, in a sentence
	// of a strict one: the sentence that asks for it, of the paper (extended version) or else of the lab
	Source string

	Judge Judge
}

// A Judge makes the judge of one run of a scenario, which plays it. It touches neither package time nor the go
// statement, only the Cluster, so that it runs on every clock. The edition is the name of the one that the submission
// was written for; "" is that of this project.
type Judge func(s *Scenario, r *cluster.Run, edition string) cluster.Judge

// Run prepares a run of a scenario of the lab with a submission of an edition.
func (l *Lab) Run(s *Scenario, seed uint64, edition string) *cluster.Run {
	return cluster.NewRun(cluster.Config{
		Scenario:    s.Name,
		Seed:        seed,
		Nodes:       s.Nodes,
		Weather:     s.Weather,
		Faults:      s.Faults,
		Advisory:    s.Tier == Advice,
		Poll:        l.Poll,
		Callers:     l.Callers,
		Constructor: l.Constructor,
		Judge:       func(r *cluster.Run) cluster.Judge { return s.Judge(s, r, edition) },
	})
}

// BaseLab is the lab that this one stands on, nil if it stands alone.
func (l *Lab) BaseLab() *Lab {
	base, _ := Find(l.Base)
	return base
}

// Scenario finds a scenario by its name.
func (l *Lab) Scenario(name string) (*Scenario, bool) {
	i := slices.IndexFunc(l.Scenarios, func(s Scenario) bool { return s.Name == name })
	if i < 0 {
		return nil, false
	}
	return &l.Scenarios[i], true
}

// Part finds a part by any of its names, in any case.
func (l *Lab) Part(name string) (Part, bool) {
	i := slices.IndexFunc(l.Parts, func(p Part) bool {
		return slices.ContainsFunc(append([]string{p.Name}, p.Aliases...), func(n string) bool {
			return strings.EqualFold(n, name)
		})
	})
	if i < 0 {
		return Part{}, false
	}
	return l.Parts[i], true
}

// PartNames lists the parts by their names, for a sentence: 2A, 2B and 2C.
func (l *Lab) PartNames() string {
	text := ""
	for i, p := range l.Parts {
		switch {
		case i == 0:
		case i == len(l.Parts)-1:
			text += " and "
		default:
			text += ", "
		}
		text += p.Name
	}
	return text
}

// Needed returns the names of all parts on which what a scenario checks rests, its own first.
func (l *Lab) Needed(s Scenario) []string {
	own, _ := l.Part(s.Part)
	return slices.Concat([]string{s.Part}, s.Needs, own.Needs)
}

// labs are those that registered themselves.
var labs []*Lab

// Register makes a lab known by its name. It is for the init function of the lab's package.
func Register(l *Lab) {
	if _, ok := Find(l.Name); ok {
		panic(fmt.Sprintf("lab: %s is registered twice", l.Name))
	}
	labs = append(labs, l)
	slices.SortFunc(labs, func(a, b *Lab) int { return strings.Compare(a.Name, b.Name) })
}

// All returns the labs that are known, by name.
func All() []*Lab { return slices.Clone(labs) }

// Find finds a lab by its name.
func Find(name string) (*Lab, bool) {
	i := slices.IndexFunc(labs, func(l *Lab) bool { return l.Name == name })
	if i < 0 {
		return nil, false
	}
	return labs[i], true
}
