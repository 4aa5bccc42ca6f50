package monitor

import "time"

// silence watches that who was elected says so at once. Who waits for the next heartbeat is a leader all the same, and is
// advised.
type silence struct {
	*views
	won map[inTerm]time.Duration // when the last of the votes came that elected it; spoken if it has spoken since
}

// speaksWithin is how long a leader may need to take notice: some look only now and then.
const speaksWithin = 60 * time.Millisecond

const spoken = -1

func newSilence(v *views) monitor {
	m := &silence{v, make(map[inTerm]time.Duration)}
	return monitor{votes: true, crashed: m.forget, resumed: m.forget, paced: m.forget, answered: m.answered, sent: m.sent}
}

// forget: of what was won before nothing is asked any more, also if one more of its votes comes.
func (m *silence) forget(server int) {
	for at := range m.won {
		if at.server == server {
			m.won[at] = spoken
		}
	}
}

func (m *silence) answered(c *call) {
	at := inTerm{c.from, c.term}
	if c.reply.granted && len(m.ballots.heard[at])+1 == m.servers/2+1 && m.clocks.servers[c.from].known == c.term {
		if _, ok := m.won[at]; !ok {
			m.won[at] = m.at
		}
	}
}

func (m *silence) sent(c *call) {
	at := inTerm{c.from, c.term}
	won, ok := m.won[at]
	if !ok || won == spoken || c.kind == requestVote {
		return
	}
	m.won[at] = spoken
	if m.at-won >= speaksWithin && !m.slow(c.from) {
		m.advised("a server sends its first AppendEntries more than 60 ms after it was elected, and others may stand for " +
			"election meanwhile: send them at once (Figure 2, Leaders: \"Upon election: send initial empty AppendEntries RPCs\")")
	}
}
