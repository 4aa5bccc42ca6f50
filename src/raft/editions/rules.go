// Package editions is the Raft lab of all years: how each year's edition looks, in the table of editions.go, and how a
// Raft that was written for it fits this project's contract. The directories below have what some editions called by
// other names.
package editions

// Rules are where what an edition asks differs from the contract of package raft. The zero value is the contract.
type Rules struct {
	// OldCommands says that the edition's service passes over a command at or below the index that it has reached: a
	// Raft may apply it again. It must be the same.
	OldCommands bool
	// ShortSnapshots says that a snapshot of the edition's service holds the last command only, not all of them: a Raft
	// that saves it with its state keeps within the lab's limit for that.
	ShortSnapshots bool
	// OwnDisk says that nobody but the Raft reads the snapshot on its disk: it may be anything there. A service whose
	// snapshot it is not goes on after a restart from where it was, or from the snapshot that the Raft applies first.
	OwnDisk bool
	// NoKill says that nobody kills a Raft: its servers are processes, or its Raft has no method Kill. What its
	// goroutines do afterwards is not looked at.
	NoKill bool
	// AnyTerm says that the edition's tests do not ask for a term of at least 1 once there is a leader.
	AnyTerm bool
}

// Notes say in sentences what the rules are, for whoever reads results. Of AnyTerm the run tells that it spares.
func (r Rules) Notes() []string {
	var notes []string
	if r.OldCommands {
		notes = append(notes,
			"its edition's service passes over commands that it has already applied: Apply Order is not broken by them")
	}
	if r.ShortSnapshots {
		notes = append(notes, "its edition's service has snapshots of the last command only, of a few bytes")
	}
	if r.OwnDisk {
		notes = append(notes,
			"its edition's service does not read the snapshot on the disk: a Raft may save it in a form of its own")
	}
	if r.NoKill {
		notes = append(notes, "it has no Kill: goroutines that stay are not looked for")
	}
	return notes
}
