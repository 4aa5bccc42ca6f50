//go:build !wasip1

package locks

import "github.com/sasha-s/go-deadlock"

type (
	Mutex   = deadlock.Mutex   // reports recursion, order and long waits
	RWMutex = deadlock.RWMutex // likewise
)
