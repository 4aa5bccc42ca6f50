// Package editions is the KV labs of all years: how each year's edition looks, in the tables of this file, and how a
// store that was written for it fits this project's contracts. Package kvtest1 below it has what some editions called
// by other names; the rest of what the course had is with the editions of the Raft lab.
package editions

import "raftlab/src/lab/checkouts"

// The words of package checkouts in which the tables are written.
type (
	layout = checkouts.Layout
	course = checkouts.Package
	signs  = checkouts.Signs
)

// src is where the packages are that stand in for those of the labs.
const src = "raftlab/src"

// Until 2024 the harness lay beside the store. Since 2025 it has packages of its own, and there is a package between
// the store and its Raft.
var (
	rpc = course{Path: "labrpc", Stands: src + "/labrpc", Uses: []string{"ClientEnd"}}
	gob = course{Path: "labgob", Stands: src + "/labgob"}

	until2024 = layout{
		Directories: []string{"src/kvraft", "kvraft"},
		Packages:    []course{rpc, gob},
		Harness:     []string{"config"},
		Persister:   checkouts.OwnPersister,
	}
	since2025 = layout{
		Directories: []string{"src/kvraft1", "kvraft1"},
		Packages: append(tested(
			"Tgid", "GRP0", "Gid", "IService", "TesterClnt", "MaxRaftState", "Clnt", "ServerName"),
			course{Path: "kvtest1", Name: "kvtest", Stands: src + "/kvraft/editions/kvtest1", Uses: []string{
				"IKVClerk", "IClerkMaker", "RandValue"}},
		),
		Tester:    "tester1",
		Persister: testersPersister,
	}
)

// testersPersister is the type of the persister since 2025.
const testersPersister = "*tester.Persister"

// tested are the course's packages since 2025 that all code imports; beside what all of it uses of the tester, this
// uses more. Packages rpc and raftapi, which only declare types, are a checkout's own.
func tested(more ...string) []course {
	uses := append([]string{
		"Persister", "MakePersister", "Annotate", "AnnotateInfo", "AnnotateInterval", "AnnotateInfoInterval",
		"AnnotatePoint", "GetAnnotateTimestamp", "GetAnnotatorTimestamp", "AnnotateContinuous",
		"AnnotateContinuousEnd", "UseRaftStateMachine", "Randstring"}, more...)
	return []course{rpc, gob,
		{Path: "tester1", Name: "tester", Stands: src + "/raft/editions/tester1", Uses: uses},
		{Path: "tester", Stands: src + "/raft/editions/tester1", Uses: uses},
	}
}

// Classic is the table of the editions with Get, Put and Append.
func Classic() checkouts.Table {
	return checkouts.Table{
		{Name: "2017", Words: "the KV lab of 2017", Layout: until2024, Signs: []signs{{Has: []string{"RaftKV"}}}},
		{Name: "2024", Words: "the KV lab of 2024", Layout: until2024, Signs: []signs{{Has: []string{"4A"}}}},
		{Name: "2021", Words: "the KV lab of 2021 to 2023", Layout: until2024, Signs: []signs{{Has: []string{"TestSpeed3A"}}}},
		{Name: "2018", Words: "the KV lab of 2018 to 2020", Layout: until2024, Signs: []signs{{Has: []string{"3A"}}}},
		{Name: "2018-2023", Words: "the KV lab of 2018 to 2023", Layout: until2024},
	}
}

// AsksSpeed reports whether the lab of an edition with Get, Put and Append asks how fast operations are, as it does since
// 2021. "" is the contract of this project.
func AsksSpeed(edition string) bool { return edition == "" || edition == "2021" || edition == "2024" }

// Processes is the name of the edition whose servers are processes: they have no Kill.
const Processes = "2026"

// Since2025 is the table of the editions with versions.
func Since2025() checkouts.Table {
	return checkouts.Table{
		{Name: Processes, Words: "the KV lab of 2026 or later (rsm, processes)", Layout: since2025,
			Signs: []signs{{Has: []string{"NewServer"}}}},
		{Name: "2025", Words: "the KV lab of 2025 (rsm)", Layout: since2025},
	}
}

// RSM is the table of the package between a store and its Raft.
func RSM() checkouts.Table {
	return checkouts.Table{{Name: "rsm", Words: "the replicated state machine of 2025 or later", Layout: layout{
		Packages:  tested(),
		Harness:   []string{"rsmSrv", "RSMproxy"},
		Tester:    "tester1",
		Persister: testersPersister,
	}}}
}

// Single is the table of the store on one server, which some replicated ones are made of.
func Single() checkouts.Table {
	return checkouts.Table{{Name: "kvsrv", Words: "the KV server of 2025 or later", Layout: since2025}}
}
