package kvnode

import (
	"fmt"
	"strconv"
	"sync"

	"raftlab/src/labgob"
)

// An Operation is what a counter can be asked for.
type Operation byte

// The operations of counters.
const (
	Increment Operation = iota // adds one, and returns the sum
	Nothing
	Poison // must never be executed: whoever does is at fault
)

// Inc, Null and Dec are the operations as an RSM is given them.
type (
	Inc  struct{}
	Null struct{}
	Dec  struct{}
)

func init() {
	labgob.Register(Inc{})
	labgob.Register(Null{})
	labgob.Register(Dec{})
}

// A counter is the state machine that the judge has replicated.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

func (c *counter) DoOp(op any) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch op.(type) {
	case Inc:
		c.n++
		return c.n
	case Null:
		return nil
	}
	panic(fmt.Sprintf("the RSM executes %T, which was submitted to a leader that was cut off, or never", op))
}

func (c *counter) Snapshot() []byte { return strconv.AppendInt(nil, int64(c.count()), 10) }

func (c *counter) Restore(snapshot []byte) {
	n, err := strconv.Atoi(string(snapshot))
	if err != nil {
		panic(fmt.Sprintf("the RSM restores a snapshot that is none of its state machine's: %q", snapshot))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n = n
}

// submit has a counter's operation executed.
func (s *server) submit(id uint64, operation Operation, answer func([]byte)) {
	if !s.isStarted() {
		return
	}
	var op any = Null{}
	switch operation {
	case Increment:
		op = Inc{}
	case Poison:
		op = Dec{}
	}
	err, result := s.rsm.Submit(op)
	n, _ := result.(int)
	answer(Submitted{ID: id, Err: string(err), Result: n}.Append(nil))
}
