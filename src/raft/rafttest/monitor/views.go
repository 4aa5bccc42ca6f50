package monitor

import "time"

// views is what is known of a run, beyond single events, that more than one monitor may need. Each view takes in an
// event before any monitor is told of it. Nothing else changes a view.
type views struct {
	findings
	servers   int
	rules     Rules
	now       int           // counts events, the current one included
	at        time.Duration // when the current event happens; 0 if there is no clock
	wire      *wire         // the meanings of messages' fields
	lives     lives         // which life of a server is the current one
	slow      []bool        // servers whose clocks are: what they do in time of their own may take long
	inFlight  inFlight      // RPCs
	clocks    clocks        // terms, and who began them
	claims    claims        // who leads
	ballots   ballots       // who stands for election, and who voted
	disks     disks         // what was saved
	indexes   indexes       // whether indexes of entries start at 0 or 1
	logs      leaderLogs    // the entries that leaders show in messages
	storage   storage       // the entries that followers say they store
	committed committed     // the entries that leaders may take for committed
	snapshots snapshots     // that services took
	elections Elections
}

func newViews(servers int, rules Rules, w *wire) views {
	w.readsCommands = rules.Log
	v := views{
		servers: servers, rules: rules, wire: w,
		lives: make(lives, servers), slow: make([]bool, servers), inFlight: make(inFlight),
		clocks: newClocks(servers), claims: newClaims(),
		ballots: newBallots(servers, w), disks: newDisks(servers), indexes: newIndexes(w), logs: make(leaderLogs),
		storage: make(storage, servers), snapshots: make(snapshots),
	}
	v.committed = newCommitted(servers, v.logs)
	return v
}
