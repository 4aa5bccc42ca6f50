// Package forgets is a lock service that does not save who holds its lock.
package forgets

import (
	"sync"

	"raftlab/grader/testdata/locklab"
)

// A Lock is a lock server.
type Lock struct {
	mu     sync.Mutex
	holder int // 0: nobody
}

// Make starts a lock server.
func Make(saved []byte, save func([]byte)) any {
	return &Lock{}
}

// Acquire gives the lock to a client if nobody else has it.
func (l *Lock) Acquire(args *locklab.Args, reply *locklab.Reply) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holder == 0 {
		l.set(args.Client)
	}
	reply.OK = l.holder == args.Client
}

// Release takes the lock from the client that has it.
func (l *Lock) Release(args *locklab.Args, reply *locklab.Reply) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holder == args.Client {
		l.set(0)
	}
	reply.OK = l.holder == 0
}

func (l *Lock) set(holder int) { l.holder = holder }
