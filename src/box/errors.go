package box

import (
	"errors"
	"fmt"
)

// ErrModule says that the argument of [Engine.Load] or [Prepare] is no guest: the module is at fault.
var ErrModule = errors.New("cannot use this WebAssembly module")

// How a box can end, as returned by [Box.Err].
var (
	// ErrClosed: [Box.Close] was called while the guest was alive.
	ErrClosed = errors.New("box closed")

	// ErrMemory: the guest ended because it asked for more memory than its limit.
	ErrMemory = errors.New("out of memory")

	// ErrBudget: the guest ended because it asked for more memory than its [Budget] had left.
	ErrBudget = errors.New("out of the memory that the boxes share")

	// ErrInterrupted: [Box.Interrupt] was called. What Err returns is an [*InterruptError] that wraps it.
	ErrInterrupted = errors.New("interrupted")
)

// An ExitError is a guest that ended by itself. The status is 0 if main returned, 2 after a panic, a deadlock or
// another fatal error, whose message is on the guest's standard error.
type ExitError struct {
	Status uint32

	// Stacks are the guest's goroutines, as Go prints them; the one that has ended it is first. The text is empty
	// if [Config].Stacks does not ask for them, or the guest was not built with gobuild.
	Stacks string
}

func (e *ExitError) Error() string { return fmt.Sprintf("exit status %d", e.Status) }

// A MemoryError is [ErrMemory] or [ErrBudget] with the stacks of the guest that asked for more. [Box.Err] returns
// it in the place of these if [Config].Stacks is set.
type MemoryError struct {
	Err    error
	Stacks string // as an ExitError has them
}

func (e *MemoryError) Error() string { return e.Err.Error() }

// Unwrap returns the one of the two that it is.
func (e *MemoryError) Unwrap() error { return e.Err }

// An InterruptError is a guest that was interrupted.
type InterruptError struct {
	// Stacks are the guest's goroutines, as Go prints them; the one that was running is first. The text is empty if
	// the guest was not built with gobuild.
	Stacks string
}

func (e *InterruptError) Error() string { return ErrInterrupted.Error() }

// Unwrap returns [ErrInterrupted].
func (e *InterruptError) Unwrap() error { return ErrInterrupted }
