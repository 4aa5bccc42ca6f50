package monitor

// Elections is what was seen of elections so far, for a scenario that has waited for a leader in vain. It breaks no
// promise that nobody is elected.
type Elections struct {
	Understood bool // requests for votes are known as such, if there are any
	Asked      int  // requests for votes
	Answered   int  // replies to these that came back
	Granted    int  // votes in these
	Term       int  // the highest that any server has shown

	Leaders  int // terms that had a leader
	Last     int // the leader of the last of these
	LastTerm int // which that is
}

// Elections returns what was seen so far.
func (s *Set) Elections() Elections {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.now.elections
	e.Understood = s.wire.countsVotes()
	e.Term = s.now.claims.highest
	e.Leaders = len(s.now.claims.byTerm)
	for term, claim := range s.now.claims.byTerm {
		if term >= e.LastTerm {
			e.Last, e.LastTerm = claim.server, term
		}
	}
	return e
}
