package editions

// A Lab is an edition of the lab, or some that cannot be told apart.
type Lab struct {
	Name  string // short, such as "2021"
	Words string // in a sentence
	Rules Rules
}

// Rules are where what an edition asks differs from the contract of package raft.
// The zero value is the contract.
type Rules struct {
	// OldCommands says that the edition's service passes over a command at or below
	// the index that it has reached: a Raft may apply it again. It must be the same.
	OldCommands bool
	// ShortSnapshots says that a snapshot of the edition's service holds the last
	// command only, not all of them: a Raft that saves it with its state keeps within
	// the lab's limit for that.
	ShortSnapshots bool
	// OwnDisk says that nobody but the Raft reads the snapshot on its disk: it may be
	// anything there. A service whose snapshot it is not goes on after a restart from
	// where it was, or from the snapshot that the Raft applies first.
	OwnDisk bool
	// NoKill says that nobody kills a Raft: its servers are processes, or its Raft
	// has no method Kill. What its goroutines do afterwards is not looked at.
	NoKill bool
	// AnyTerm says that the edition's tests do not ask for a term of at least 1 once
	// there is a leader.
	AnyTerm bool
}

// Notes say in sentences what the rules are, for whoever reads results. Of AnyTerm
// the run tells that it spares.
func (r Rules) Notes() []string {
	var notes []string
	if r.OldCommands {
		notes = append(notes, "its edition's service passes over commands that it has already applied: Apply Order is not broken by them")
	}
	if r.ShortSnapshots {
		notes = append(notes, "its edition's service has snapshots of the last command only, of a few bytes")
	}
	if r.OwnDisk {
		notes = append(notes, "its edition's service does not read the snapshot on the disk: a Raft may save it in a form of its own")
	}
	if r.NoKill {
		notes = append(notes, "it has no Kill: goroutines that stay are not looked for")
	}
	return notes
}

// The editions that differ for a Raft.
var (
	OfContract = Lab{Name: "contract", Words: "written for this project's package raft"}
	Of2016     = Lab{Name: "2016", Words: "the lab of 2016 or 2017", Rules: Rules{AnyTerm: true}}
	Of2018     = Lab{Name: "2018", Words: "the lab of 2018 to 2020", Rules: Rules{AnyTerm: true}}
	Of2021     = Lab{Name: "2021", Words: "the lab of 2021", Rules: Rules{OldCommands: true, ShortSnapshots: true, OwnDisk: true}}
	Of2022     = Lab{Name: "2022", Words: "the lab of 2022"}
	Of2023     = Lab{Name: "2023", Words: "the lab of 2023"}
	Of2024     = Lab{Name: "2024", Words: "the lab of 2024"}
	Of2025     = Lab{Name: "2025", Words: "the lab of 2025 or later (raftapi, tester1)"}
	Of2026     = Lab{Name: "2026", Words: "the lab of 2026 or later (raftapi, tester1)", Rules: Rules{NoKill: true}}

	// Where a checkout came without its tester the years are less certain, and the
	// rules are those of the year that asks the least.
	Of2021To2022 = Lab{Name: "2021-2022", Words: "the lab of 2021 or 2022", Rules: Of2021.Rules}
	Of2023To2024 = Lab{Name: "2023-2024", Words: "the lab of 2023 or 2024"}
	Of2021To2024 = Lab{Name: "2021-2024", Words: "the lab of 2021 to 2024", Rules: Of2021.Rules}
)

// Labs are all of them.
func Labs() []Lab {
	return []Lab{OfContract, Of2016, Of2018, Of2021, Of2022, Of2023, Of2024, Of2025, Of2026, Of2021To2022, Of2023To2024, Of2021To2024}
}

// LabOf finds a lab by its name.
func LabOf(name string) (Lab, bool) {
	for _, l := range Labs() {
		if l.Name == name {
			return l, true
		}
	}
	return Lab{}, false
}
