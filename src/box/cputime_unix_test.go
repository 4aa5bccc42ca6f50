//go:build unix

package box_test

import (
	"syscall"
	"testing"
)

// reportCPU reports the processor time of a benchmark's operations, which other
// programs on the machine disturb less than the time that passes.
func reportCPU(b *testing.B) (stop func()) {
	used := func() int64 {
		var u syscall.Rusage
		if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
			return 0
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	start := used()
	return func() { b.ReportMetric(float64(used()-start)/float64(b.N), "cpu-ns/op") }
}
