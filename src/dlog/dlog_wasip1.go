package dlog

// A lock is nothing where there is one thread and a write does not wait. In a simulation a real one would be a
// place where other goroutines may go first, and logging would change the run that it shows.
type lock struct{}

func (lock) Lock()   {}
func (lock) Unlock() {}
