//go:build !unix

package sim

import "time"

var began = time.Now()

// cpuTime returns the time that this process has run, the nearest to its
// processor time that there is here.
func cpuTime() time.Duration { return time.Since(began) }
