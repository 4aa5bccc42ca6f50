//go:build !wasip1

package dlog

import (
	"os"
	"strconv"
	"sync"
	"time"
)

// A lock keeps lines whole.
type lock struct{ sync.Mutex }

func init() {
	if v, err := strconv.Atoi(os.Getenv("VERBOSE")); err == nil && v >= 1 {
		SetSink(&Sink{W: os.Stderr, Start: time.Now()})
	}
}
