package monitor

// stale watches that nobody says yes to a request of an earlier term (Figure 2, rule 1 of both RPCs).
type stale struct{ *views }

func newStale(v *views) monitor {
	m := stale{v}
	return monitor{explanations: staleExplained, handled: m.handled}
}

// handled: of two copies of a request, the term at the arrival of the first is the lower one. If the reply is in a
// lower one still, it is the term that is wrong.
func (m stale) handled(c *call) {
	yes, fell := c.reply.granted || c.reply.success, c.reply.term > 0 && c.reply.term < c.since
	if c.copies == 0 || !yes || fell {
		return
	}
	if in := max(c.since, c.reply.term); in > c.term {
		what := "says to S%d that it has stored what that sends"
		if c.reply.granted {
			what = "votes for S%d"
		}
		m.violated("Stale Requests Refused", "S%d is in T%d and "+what+" in T%d", c.to, in, c.from, c.term)
	}
}

const staleExplained = `# 1.6 Stale Requests Refused

A server refuses the requests of candidates and leaders of earlier terms than its own.

Paper: Figure 2, "RequestVote RPC" and "AppendEntries RPC", rule 1 of both: "Reply false if term < currentTerm"; section
5.1: "If a server receives a request with a stale term number, it rejects the request."

- The term of the request is not compared with currentTerm, or only in one of the two handlers.
- The reply is set to true first, and the early return for a stale term does not set it back.
- The handler compares the term, releases the lock, and goes on after it has taken it again.
`
