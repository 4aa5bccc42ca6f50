package box

import (
	"errors"
	"fmt"
)

// How a box can end, as returned by [Box.Err].
var (
	// ErrClosed: [Box.Close] was called while the guest was alive.
	ErrClosed = errors.New("box closed")

	// ErrMemory: the guest ended because it asked for more memory than its limit.
	ErrMemory = errors.New("out of memory")

	// ErrInterrupted: [Box.Interrupt] was called. The error that wraps it is an
	// [*InterruptError] if the guest was running.
	ErrInterrupted = errors.New("interrupted")
)

// An ExitError is a guest that ended by itself. The status is 0 if main returned, 2
// after a panic, a deadlock or another fatal error, whose message is on the guest's
// standard error.
type ExitError struct {
	Status uint32
}

func (e *ExitError) Error() string { return fmt.Sprintf("exit status %d", e.Status) }
