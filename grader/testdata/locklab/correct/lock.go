// Package correct is a lock service that saves who holds its lock.
package correct

import (
	"strconv"
	"sync"

	"raftlab/grader/testdata/locklab"
)

// A Lock is a lock server.
type Lock struct {
	mu     sync.Mutex
	holder int // 0: nobody
	save   func([]byte)
}

// Make starts a lock server.
func Make(saved []byte, save func([]byte)) any {
	l := &Lock{save: save}
	l.holder, _ = strconv.Atoi(string(saved))
	return l
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

func (l *Lock) set(holder int) {
	l.holder = holder
	l.save([]byte(strconv.Itoa(holder)))
}
