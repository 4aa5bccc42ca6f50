package sim

import "raftlab/src/cluster"

// What nodes may have the host hold for them. Rafts that work stay far below.
const (
	maxSaid    = 256 << 20 // bytes of frames in one turn, in which no garbage is collected
	maxHeld    = 512 << 20 // bytes that the host keeps for all nodes: see holds
	maxMethod  = 200       // bytes of a method's name, which is told with each step of its call
	maxWatched = 1000      // methods that its lab's code watches at a time

	// leastRun is how much memory the nodes of a run may have together, at least; it is four times what one of them
	// may have. A node has some ten MiB.
	leastRun = 1 << 30
)

// runMemory is what the nodes of a run may have together, where each may have node bytes.
func runMemory(node int64) int64 { return max(leastRun, 4*node) }

// chargeMessage counts a message of size bytes, and ends the run and reports false if it is one too many.
func (s *node) chargeMessage(size int) bool {
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

// holds counts bytes that the host keeps for a node: requests that are not over with their replies, what is on the
// disk, and what was applied, which the judge remembers. It ends the run if all nodes together are kept too much.
func (s *node) holds(size int64) {
	if s.world.held += size; s.world.held > maxHeld {
		s.exceeds("messages on their way, disks and what was applied have %d MiB", s.world.held>>20)
	}
}

// Keep is holds for what the judge remembers.
func (w *world) Keep(i int, bytes int) { w.nodes[i].holds(int64(bytes)) }

// exceeds ends the run because of what a node asks of its host.
func (s *node) exceeds(format string, args ...any) {
	s.world.fail(cluster.Resource, "%s asks for too much: "+format, append([]any{s.Name}, args...)...)
	s.silence()
}

// silence ends a node whose run is over, and which may be in the midst of its turn.
func (s *node) silence() {
	if s.box != nil {
		s.box.Interrupt()
	}
}
