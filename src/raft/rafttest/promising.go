package rafttest

// promising returns the scenarios that find most of the mutants of grader/testdata/mutants for their time: first the one
// that finds the most of all for each second of processor time, then the one that finds the most of the others, and so
// on. docs/search.md says what that order is worth for bugs that it was not made from.
func promising() []string {
	return []string{
		"Rejoin", "SnapshotOverStored", "ReElection", "SnapshotOverConflict", "LingeringElections", "Persist3",
		"LosersFollow", "LateSnapshotJoiner", "SnapshotToSlowService", "StaleCandidate", "LingeringSnapshots",
		"LateSnapshotReplies", "DeadServers", "ElectionsInHalves4", "RandomTimeouts", "CrashBeforeReply", "Count",
		"EarlierLeadership", "DeafLeader", "LogInHalves", "TermsFarApart", "OneWayCutsWithLog",
		"HeartbeatsUnderLoad", "ChaosSnapshots", "Figure8Unreliable",
	}
}
