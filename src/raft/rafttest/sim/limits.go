package sim

import "raftlab/src/raft/rafttest"

// What servers may have the host hold for them. Rafts that work stay far below.
const (
	maxSaid    = 256 << 20 // bytes of frames in one turn, in which no garbage is collected
	maxHeld    = 512 << 20 // bytes of requests that are not over and of replies to them, of all servers
	maxMethod  = 200       // bytes of a method's name, which is told with each step of its call
	maxApplied = 256 << 20 // bytes of what one server applies in a run: the judge remembers it
)

// mayStillSay counts a frame of so many bytes, and ends the run if it is one too
// many.
func (s *server) mayStillSay(size int) bool {
	w := s.world
	w.busy++
	s.said += int64(size)
	switch {
	case w.busy >= w.flood:
		s.silence() // when it has stopped it is told, with the place
	case s.said > maxSaid:
		s.exceeds("it said more than %d MiB without waiting for anything", maxSaid>>20)
	default:
		return true
	}
	return false
}

// exceeds ends the run because of what a server asks of its host.
func (s *server) exceeds(format string, args ...any) {
	s.world.fail(rafttest.Resource, "S%d asks for too much: "+format, append([]any{s.me}, args...)...)
	s.silence()
}

// silence ends a server whose run is over, and which may be in the midst of its
// turn.
func (s *server) silence() {
	if s.box != nil {
		s.box.Interrupt()
	}
}
