package locks

import "sync"

type (
	Mutex   = sync.Mutex
	RWMutex = sync.RWMutex
)
