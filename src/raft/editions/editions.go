package editions

import "raftlab/src/lab/checkouts"

// The words of package checkouts in which the table is written.
type (
	edition = checkouts.Edition
	layout  = checkouts.Layout
	course  = checkouts.Package
	field   = checkouts.Field
	signs   = checkouts.Signs
)

// src is where the packages are that stand in for those of the labs.
const src = "raftlab/src"

// The lab was laid out in two ways. Until 2024 its harness and its persister were files in the Raft's own package.
var (
	rpc = course{Path: "labrpc", Stands: src + "/labrpc", Uses: []string{"ClientEnd"}}
	gob = course{Path: "labgob", Stands: src + "/labgob"}

	// The structs of package raft that count.
	structs = map[string]map[string]string{"ApplyMsg": {
		"CommandValid": "bool", "Command": "any", "CommandIndex": "int",
		"SnapshotValid": "bool", "Snapshot": "[]byte", "SnapshotTerm": "int", "SnapshotIndex": "int",
	}}

	until2024 = layout{
		Directories: []string{"src/raft", "raft"},
		Packages:    []course{rpc, gob},
		Harness:     []string{"config"},
		Persister:   checkouts.OwnPersister,
	}
	since2025 = layout{
		Directories: []string{"src/raft1", "raft1"},
		Packages: []course{rpc, gob,
			{Path: "raftapi", Stands: src + "/raft/editions/raftapi", Structs: structs,
				Declares: []string{"Raft", "ApplyMsg"}},
			{Path: "tester1", Name: "tester", Stands: src + "/raft/editions/tester1", Uses: []string{
				"Persister", "MakePersister", "Annotate", "AnnotateInfo", "AnnotateInterval", "AnnotateInfoInterval",
				"AnnotatePoint", "GetAnnotateTimestamp", "GetAnnotatorTimestamp", "AnnotateContinuous",
				"AnnotateContinuousEnd"}},
			{Path: "tester", Stands: src + "/raft/editions/tester1"},
		},
		Harness:   []string{"rfsrv", "Rfproxy"},
		Tester:    "tester1",
		Persister: "*tester.Persister",
	}
)

// What the harness of an edition does with snapshots and commands, as patterns of its source.
const (
	Snapshots  = `\bapplierSnap\(`                                   // it applies them
	Asks       = `\.CondInstallSnapshot\(`                           // it asks the Raft before
	passesOver = `\.CommandValid && m\.CommandIndex > lastApplied\b` // it ignores commands that it has applied
)

// What the lab of 2021 asks.
var of2021 = Rules{OldCommands: true, ShortSnapshots: true, OwnDisk: true}

// The table: an entry for each edition that differs for a Raft. To add a year, add its entry here and to [All]. Where
// the year has types of its own, a package below this one has them, and stands in for the lab's.
var (
	OfContract = edition{Name: "contract", Words: "written for this project's package raft", Layout: layout{
		Packages: []course{{Path: src + "/raft", Structs: structs}, {Path: src + "/labrpc"}, {Path: src + "/labgob"},
			{Path: src + "/dlog"}, {Path: src + "/locks"}},
		Persister: "*raft.Persister",
	}}
	Of2026 = edition{Name: "2026", Words: "the lab of 2026 or later (raftapi, tester1)", Layout: since2025,
		Rules: Rules{NoKill: true},
		Signs: []signs{{Has: []string{"Raft"}, Lacks: []string{"Raft.Kill"}}}}
	Of2025 = edition{Name: "2025", Words: "the lab of 2025 or later (raftapi, tester1)", Layout: since2025}
	Of2016 = edition{Name: "2016", Words: "the lab of 2016 or 2017", Layout: until2024,
		Rules: Rules{AnyTerm: true},
		Fields: []field{
			{Ours: "CommandValid", Theirs: "!UseSnapshot"}, {Ours: "CommandIndex", Theirs: "Index"}},
		Signs: []signs{{Has: []string{"ApplyMsg.Index"}, Lacks: []string{"ApplyMsg.CommandValid"}}}}
	Of2024 = edition{Name: "2024", Words: "the lab of 2024", Layout: until2024,
		Signs: []signs{{Has: []string{"3A"}}}}
	Of2021 = edition{Name: "2021", Words: "the lab of 2021", Layout: until2024,
		Rules: of2021,
		Signs: []signs{{Harness: []string{Snapshots, passesOver}}}}
	Of2022 = edition{Name: "2022", Words: "the lab of 2022", Layout: until2024,
		Signs: []signs{{Harness: []string{Snapshots, Asks}}}}
	Of2023 = edition{Name: "2023", Words: "the lab of 2023", Layout: until2024,
		Signs: []signs{{Has: []string{"2A", "Persister.Save"}}, {Has: []string{"2A"}, Harness: []string{Snapshots}}}}

	// Where a checkout came without its tester the years are less certain, and the rules are those of the year that
	// asks the least.
	Of2023To2024 = edition{Name: "2023-2024", Words: "the lab of 2023 or 2024", Layout: until2024,
		Signs: []signs{{Has: []string{"Persister.Save"}}, {Harness: []string{Snapshots}}}}
	Of2021To2022 = edition{Name: "2021-2022", Words: "the lab of 2021 or 2022", Layout: until2024,
		Rules: of2021,
		Signs: []signs{{Has: []string{"Raft.CondInstallSnapshot"}}}}
	Of2021To2024 = edition{Name: "2021-2024", Words: "the lab of 2021 to 2024", Layout: until2024,
		Rules: of2021,
		Signs: []signs{{Has: []string{"Raft.Snapshot"}}}}
	Of2018 = edition{Name: "2018", Words: "the lab of 2018 to 2020", Layout: until2024,
		Rules: Rules{AnyTerm: true}}
)

// All returns the table. A checkout is of the first edition whose signs it has.
func All() checkouts.Table {
	return checkouts.Table{
		OfContract, Of2026, Of2025, Of2016, Of2024, Of2021, Of2022, Of2023, Of2023To2024, Of2021To2022, Of2021To2024,
		Of2018,
	}
}

// RulesOf are the rules of the edition with a name.
func RulesOf(name string) Rules {
	for _, l := range All() {
		if l.Name == name {
			rules, _ := l.Rules.(Rules)
			return rules
		}
	}
	return Rules{}
}
