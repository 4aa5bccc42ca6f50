//go:build !unix

package gotest

import "time"

var start = time.Now()

// cpuTime is the real time that has passed, for want of a better one.
func cpuTime() time.Duration { return time.Since(start) }
