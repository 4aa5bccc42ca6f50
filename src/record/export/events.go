// Package export writes recordings in forms for other programs: lines of JSON, a log for ShiViz, a trace for Perfetto.
// Lines of JSON it also reads, as a log. docs/events.md describes all of them.
package export

import (
	"bufio"
	"encoding/json"
	"io"

	"raftlab/src/recipe"
	"raftlab/src/record"
)

// Format is what the first line of [Events] says that the file is.
const Format = "raftlab-events"

// A header is the first line: the recording without its events and states, which follow.
type header struct {
	Format         string          `json:"format"`
	Version        int             `json:"version"`
	Lab            string          `json:"lab"`
	Implementation string          `json:"implementation"`
	Scenario       string          `json:"scenario"`
	Seed           uint64          `json:"seed"`
	Branches       recipe.Branches `json:"branches,omitempty"`
	Nodes          []record.Node   `json:"nodes"`
	End            int64           `json:"end"`
	Dropped        int             `json:"dropped,omitempty"`
	Finding        *record.Finding `json:"finding,omitempty"`
}

// Events writes a recording as lines of JSON: what it is of, then its events, one a line, in their order. What nodes held
// in memory is not in it.
func Events(w io.Writer, rec *record.Recording) error {
	b := bufio.NewWriter(w)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	err := e.Encode(header{
		Format: Format, Version: rec.Version, Lab: rec.Lab, Implementation: rec.Implementation, Scenario: rec.Scenario,
		Seed: rec.Seed, Branches: rec.Branches, Nodes: rec.Nodes, End: rec.End, Dropped: rec.Dropped, Finding: rec.Finding,
	})
	for i := 0; i < len(rec.Events) && err == nil; i++ {
		err = e.Encode(rec.Events[i])
	}
	if err != nil {
		return err
	}
	return b.Flush()
}
