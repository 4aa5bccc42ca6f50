// Package cputime tells how much processor time this process has used. On a busy machine that says more about a
// piece of code than the time that passes.
package cputime

import "time"

// Used returns the processor time that all threads of this process have used since it started, in user code and in
// the system's for it. Where the system does not say, it is the time since this package was initialised. It never
// falls, and any goroutine may ask.
func Used() time.Duration { return used() }

// Of returns the processor time that all threads of a process have used, to a hundredth of a second, and false if
// there is no such process or the system does not say.
func Of(pid int) (time.Duration, bool) { return of(pid) }
