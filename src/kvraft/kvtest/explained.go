package kvtest

import (
	_ "embed"

	"raftlab/src/lab"
)

//go:embed explained.txt
var explained string

// Explanations explain what can be wrong with a history, and the other promises of these labs.
func Explanations() []lab.Explanation { return lab.ParseExplanations(explained) }
