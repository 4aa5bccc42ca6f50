package kvtest

import (
	"fmt"
	"time"
)

// mixed starts n clients that read and write the same few keys.
func (c *Cluster) mixed(n, keys int) *Workload {
	batch := c.batches
	c.batches++
	return c.Work(n, nil, func(cl *Client) {
		key := fmt.Sprintf("k%d", cl.Rand.IntN(keys))
		// no other client, of any round, writes this value
		token := func() string {
			cl.writes++
			return fmt.Sprintf("<%d.%d.%d>", batch, cl.Number, cl.writes)
		}
		switch dice := cl.Rand.IntN(100); {
		case dice < 45:
			cl.Append(key, token())
		case dice < 50:
			cl.Put(key, token())
		default:
			cl.Get(key)
		}
	})
}

// with returns how a scenario is played in which n clients read and write while faults happen.
func with(n int, faults func(*Cluster)) func(*Cluster) {
	return func(c *Cluster) {
		w := c.mixed(n, keys)
		faults(c)
		w.settle(keys)
	}
}

// readAll reads the keys that mixed has written, with a new clerk.
func (c *Cluster) readAll(keys int) {
	k := c.Clerk()
	for i := range keys {
		k.Get(fmt.Sprintf("k%d", i))
	}
}

// calmLimit is how long an operation may take after the last fault. There may be an election with a split vote, and
// calls that hang.
const calmLimit = 15 * time.Second

// settle has the clients stop once all faults are over, waits until their operations have returned, and checks that
// the history is linearizable.
func (w *Workload) settle(keys int) {
	w.Finish(calmLimit)
	w.c.readAll(keys)
	w.c.Linearizable()
}
