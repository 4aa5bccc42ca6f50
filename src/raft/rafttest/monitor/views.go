package monitor

import (
	"slices"
	"time"
)

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
	paces     []pace        // of servers
	skewed    bool          // wall clocks may differ, see [Set.Skewed]
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
		lives: make(lives, servers), paces: slices.Repeat([]pace{{clock: 1}}, servers), inFlight: make(inFlight),
		clocks: newClocks(servers), claims: newClaims(),
		ballots: newBallots(servers, w), disks: newDisks(servers), indexes: newIndexes(w), logs: make(leaderLogs),
		storage: make(storage, servers), snapshots: make(snapshots),
	}
	v.committed = newCommitted(servers, v.logs)
	return v
}

// A pace is how a server goes about its work.
type pace struct {
	clock   float64       // how fast its clock runs, 1 being right
	lingers time.Duration // for how long its goroutines rest where they wait for nothing, at most
	until   time.Duration // when the last of those that rested before has gone on
}

// slow reports whether what a server does in time of its own may take long.
func (v *views) slow(server int) bool {
	p := v.paces[server]
	return p.clock < 1 || p.lingers > 0 || v.at < p.until
}
