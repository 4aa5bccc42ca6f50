package page

import (
	"testing"

	"raftlab/src/record"
)

func TestOpens(t *testing.T) {
	rec := &record.Recording{Version: 1, Scenario: "ReElection", Nodes: []record.Node{{Name: "S0", Role: "server"}},
		Events: []record.Event{{ID: 1, Kind: record.Boot, Peer: -1}}}
	w := browse(t, Page{Title: "ReElection", Runs: []Run{{Title: "ReElection seed 1", Recording: Pack(rec)}}})
	t.Log(w.text("document.title"))
}
