package report

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Steps tells of work that goes before all runs and takes much the same time for each implementation, such as building
// it. Its methods are safe for concurrent use.
type Steps struct {
	w     io.Writer
	verb  string
	total int
	began time.Time

	mu    sync.Mutex
	begun int
	done  int
}

// NewSteps returns the progress, told on w, of a number of steps in which what the verb says is done.
func NewSteps(w io.Writer, verb string, total int) *Steps {
	return &Steps{w: w, verb: verb, total: total, began: time.Now()}
}

// Begin says in a line that a step begins, which one of how many it is, and what time is left. The function it returns
// is to be called when the step is done.
func (s *Steps) Begin(name string) (done func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun++
	line := s.verb + " " + oneLine(name)
	if s.total > 1 {
		line += fmt.Sprintf(" (%d of %d", s.begun, s.total)
		if s.done > 0 {
			left := time.Duration(float64(time.Since(s.began)) / float64(s.done) * float64(s.total-s.done))
			line += fmt.Sprintf(", about %v left", left.Round(time.Second))
		}
		line += ")"
	}
	fmt.Fprintln(s.w, line)
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.done++
	})
}
