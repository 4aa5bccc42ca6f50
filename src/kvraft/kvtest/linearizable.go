package kvtest

import (
	"bytes"
	"fmt"
	"strings"

	"raftlab/src/cluster"
	"raftlab/src/kvraft/history"
)

// Linearizable fails if the history of the clerks' calls so far is not linearizable. If that cannot be decided, the run
// is skipped: it has not passed.
func (c *Cluster) Linearizable() {
	verdict := history.Check(c.judge.model, c.judge.history())
	switch verdict.Result() {
	case history.Illegal:
		c.judge.found(verdict.Findings)
		c.Sleep(0) // does not return: there is a verdict
	case history.Undecided:
		c.Undecidedf("whether the history of key %s is linearizable was not found out", strings.Join(
			verdict.Undecided, ", of key "))
	}
}

// wrongf fails because a clerk was told what it must not be. The history says why, if it is not linearizable; if it is,
// as far as is known, the message says what was expected.
func (c *Cluster) wrongf(format string, args ...any) {
	if v := history.Check(c.judge.model, c.judge.history()); v.Result() == history.Illegal {
		c.judge.found(v.Findings)
	}
	c.Failf(format, args...)
}

// found fails the run with the first finding, and keeps porcupine's page of it.
func (j *judge) found(findings []history.Finding) {
	first := findings[0]
	layer := "the store or its clerks: no promise of the Raft was seen broken"
	if fault := j.clerksFault(first); fault != "" {
		layer = "a clerk: " + fault
	}
	text := fmt.Sprintf("%s: the history of key %q is not linearizable\n%s", first.Name, first.Key, first.Text)
	for i := range first.Core {
		text += fmt.Sprintf("\n    %v", first.Core[i])
	}
	text += "\nbroken first: " + layer
	for _, cause := range j.causes(first) {
		text += "\n" + cause
	}
	if more := len(findings) - 1; more > 0 {
		text += fmt.Sprintf("\n%d more keys have histories that are not linearizable", more)
	}
	var page bytes.Buffer
	err := first.WriteHTML(&page)
	j.mu.Lock()
	j.finding = &first
	if err == nil {
		j.pages = map[string][]byte{"history.html": page.Bytes()}
	}
	j.mu.Unlock()
	j.run.Fail(cluster.Safety, text)
}
