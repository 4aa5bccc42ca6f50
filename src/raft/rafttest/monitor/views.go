package monitor

// views are what is known of a run, beyond single events, in which more than one monitor may be interested. Each takes
// in an event before any monitor is told of it, and is changed by nobody else.
type views struct {
	findings
	servers   int
	rules     Rules
	now       int        // counts events, the one at hand included
	wire      *wire      // what messages mean
	lives     lives      // which life of a server counts
	inFlight  inFlight   // RPCs
	clocks    clocks     // terms, and who began them
	claims    claims     // who leads
	ballots   ballots    // who stands for election, and who voted
	disks     disks      // what was saved
	indexes   indexes    // where they count from
	logs      leaderLogs // as leaders show them
	storage   storage    // what followers say that they store
	committed committed  // what leaders may take for it
	snapshots snapshots  // that services took
	elections Elections
}

func newViews(servers int, rules Rules, w *wire) views {
	w.readsCommands = rules.Log
	v := views{
		servers: servers, rules: rules, wire: w,
		lives: make(lives, servers), inFlight: make(inFlight), clocks: newClocks(servers), claims: newClaims(),
		ballots: newBallots(servers, w), disks: newDisks(servers), indexes: newIndexes(w), logs: make(leaderLogs),
		storage: make(storage, servers), snapshots: make(snapshots),
	}
	v.committed = newCommitted(servers, v.logs)
	return v
}
