//go:build unix

package sim

import (
	"syscall"
	"time"
)

// cpuTime returns the processor time that this process has used, which other
// programs on the machine disturb less than the time that passes.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
