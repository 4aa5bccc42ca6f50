package raftnode

// States tells the judge what a Raft's GetState returns, where it was asked for or is new. Its methods may be called
// from any goroutine.
type States struct {
	getState func() (term int, leader bool)
	tell     func([]byte)

	told    State // who looks has it
	looks   lock  // guards what follows
	asked   []func([]byte)
	looking bool
	again   bool // somebody came while it was looked
	stopped bool
}

// Look is the name in stacks of the method that calls GetState: deadlocks are found by it.
const Look = here + "(*States).Look"

// NewStates makes the States of a Raft. tell tells the judge a State that nobody asked for.
func NewStates(getState func() (term int, leader bool), tell func([]byte)) *States {
	return &States{getState: getState, tell: tell, looks: make(lock, 1)}
}

// Ask has the next Look answer. It returns at once.
func (s *States) Ask(answer func([]byte)) {
	s.looks.lock()
	s.asked = append(s.asked, answer)
	s.looks.unlock()
}

// Stop has GetState called no more: whoever asks is told what it returned last.
func (s *States) Stop() {
	s.looks.lock()
	s.stopped = true
	s.looks.unlock()
}

// Look calls GetState and tells what was asked for or is new. Only one goroutine looks at a time, so that what is told
// has an order; who comes meanwhile has it look again.
func (s *States) Look() {
	s.looks.lock()
	defer s.looks.unlock()
	s.again = true
	if s.looking {
		return
	}
	s.looking = true
	for s.again {
		s.again = false
		asked, now, stopped := s.asked, s.told, s.stopped
		s.asked = nil
		s.looks.unlock()
		if !stopped {
			now.Term, now.Leader = s.getState()
		}
		if now != s.told && len(asked) == 0 {
			asked = append(asked, s.tell)
		}
		s.told = now
		for _, tell := range asked {
			tell(now.Append(nil))
		}
		s.looks.lock()
	}
	s.looking = false
}

// A lock keeps goroutines apart. It is no sync.Mutex since those take the time in a box that the run's schedule gives
// them.
type lock chan struct{}

func (l lock) lock()   { l <- struct{}{} }
func (l lock) unlock() { <-l }
