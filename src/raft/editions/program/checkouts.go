package program

import (
	"fmt"
	"maps"

	"raftlab/src/lab/checkouts"
	"raftlab/src/raft/editions"
)

// Checkouts is how checkouts of the Raft lab look.
func Checkouts() *checkouts.Lab {
	return &checkouts.Lab{
		What: "Raft",
		Constructor: checkouts.Constructor{
			Name: "Make", Params: []string{"[]*ClientEnd"}, Least: 4, Persister: 2,
			Takes:   "peers, me, persister and applyCh",
			Whole:   "func Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg)",
			Message: "ApplyMsg",
		},
		Types:   []string{"Raft"},
		Methods: []string{"Start", "Snapshot"},
		Table:   editions.All(),
		Program: programOf,
	}
}

// ownRaft is the type of a Raft that Make returns as what it is.
const ownRaft = "*implementation.Raft"

// programOf is how a Raft is called that was found.
func programOf(f checkouts.Found) (p checkouts.Program, err error) {
	maker := f.Funcs["Make"]
	switch n := len(maker.Params); {
	case n > 5 || n == 5 && !maker.Variadic:
		return p, fmt.Errorf("%s: Make has %d parameters; the grader passes only peers, me, persister and applyCh",
			maker.Place, n)
	case len(maker.Results) != 1:
		return p, fmt.Errorf("%s: Make has %d results; it must return the Raft", maker.Place, len(maker.Results))
	case maker.Params[3].Elem == nil:
		return p, fmt.Errorf("%s: Make's fourth parameter is %s; it must be a chan ApplyMsg", maker.Place,
			maker.Params[3].Written)
	}
	result, applied := maker.Results[0], maker.Params[3].Elem
	m := message{applied.Fields, f.Table}
	rf, declared := f.Types["Raft"]
	install, asks := rf.Methods["CondInstallSnapshot"]
	asks = asks && result.Text == ownRaft &&
		(!f.Harness(editions.Snapshots) || f.Harness(editions.Snapshots, editions.Asks))
	if asks && len(install.Params) != 3 {
		return p, fmt.Errorf("%s: CondInstallSnapshot has %d parameters; the grader passes only the snapshot's "+
			"term, its index and the snapshot", install.Place, len(install.Params))
	}
	_, snapshots := rf.Methods["Snapshot"]
	packages := make(map[string]string)
	maps.Copy(packages, result.Imports)
	maps.Copy(packages, applied.Imports)
	maps.Copy(packages, f.Persister.Imports)
	p.Source = Server{
		Path:        f.Path,
		Debug:       f.Debug,
		Edition:     f.Edition.Name,
		Result:      result.Text,
		Message:     applied.Text,
		Packages:    packages,
		Conversions: m.conversions(),
		Persister:   f.Persister.Text,
		Snapshot:    snapshots || result.Text != ownRaft,
		Install:     asks,
		Warm:        declared,
		Deadlock:    f.Deadlock,
		Handlers:    f.Handlers,
		Test:        f.Test,
	}.Source
	p.Missing = missing(f, m)
	p.Notes = m.notes()
	if asks {
		p.Notes = append(p.Notes, "a snapshot is applied only if its CondInstallSnapshot agrees")
	}
	return p, nil
}

// missing are the parts that cannot be what they should be, since what they need is not there or is empty.
func missing(f checkouts.Found, m message) map[string]string {
	no := make(map[string]string)
	methods := f.Types["Raft"].Methods
	if methods["Start"].Untouched {
		no["2B"] = "Start does nothing"
	}
	if m.fieldFor("CommandIndex") == "" && no["2B"] == "" {
		no["2B"] = "apply messages have no field CommandIndex"
	}
	if why := no["2B"]; why != "" {
		no["2C"], no["2D"] = why, why // they rest on it
		return no
	}
	if !f.Saves {
		no["2C"] = "nothing is ever saved to the persister"
	}
	if snapshot, ok := methods["Snapshot"]; !ok {
		no["2D"] = "there is no method Snapshot"
	} else if snapshot.Empty {
		no["2D"] = "Snapshot does nothing"
	} else if m.fieldFor("SnapshotValid") != "" && m.fieldFor("SnapshotIndex") == "" {
		no["2D"] = "apply messages have no field SnapshotIndex"
	}
	return no
}
