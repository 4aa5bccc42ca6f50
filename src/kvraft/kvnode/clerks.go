package kvnode

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"raftlab/src/cluster/node"
	"raftlab/src/codec"
	"raftlab/src/kvraft"
	"raftlab/src/kvraft/classic"
	"raftlab/src/labrpc"
)

// clerks is a node.Node that has clerks and calls their methods.
type clerks struct {
	host    node.Host
	store   Store
	servers int
	lock    lock // guards clerks, and the connections of each
	clerks  map[int]*clerk
	made    int // clerks, some of which nobody uses; the judge has one made at a time
}

// A clerk is one of the classic store or of the versioned one; the other field is nil.
type clerk struct {
	classic   classic.Clerk
	versioned kvraft.Clerk
	to        []int // the servers that it is connected to
}

func (c *clerks) Start() *labrpc.Server {
	c.lock = make(lock, 1)
	return nil
}

func (c *clerks) Ask(question []byte, answer func([]byte)) {
	r := codec.NewReader(question)
	switch op := op(r.Byte()); op {
	case opState: // the judge asks every node now and then
		answer(Done{}.Append(nil))
	case opMake:
		m := Make{Clerk: int(r.Int()), Order: ints(&r), To: ints(&r), Before: int(r.Int())}
		go c.make(m, answer)
	case opCall:
		m := Call{ID: r.Uint(), Clerk: int(r.Int()), Method: Method(r.Byte()), Key: string(r.Bytes()),
			Value: string(r.Bytes()), Version: r.Uint()}
		go c.call(m, answer)
	default:
		panic(fmt.Sprintf("raftlab: the judge asks a clerk op %d", op))
	}
}

func (c *clerks) Hear(data []byte) {
	r := codec.NewReader(data)
	r.Byte()
	number, to := int(r.Int()), ints(&r)
	c.lock.lock()
	c.clerks[number].to = to
	c.lock.unlock()
}

func (c *clerks) Kill(killed func()) { killed() }

func (c *clerks) Served() {}

// make makes a clerk.
func (c *clerks) make(m Make, answer func([]byte)) {
	if c.store.Ordered {
		slices.Sort(m.Order)
	}
	for c.made < m.Before {
		c.newClerk(m)
	}
	k, made := c.newClerk(m)
	c.lock.lock()
	c.host.Made(fmt.Sprintf("clerk %d", m.Clerk), made)
	c.clerks[m.Clerk] = k
	c.lock.unlock()
	answer(Done{}.Append(nil))
}

// newClerk returns a clerk, and what the code under test made for it.
func (c *clerks) newClerk(m Make) (k *clerk, made any) {
	c.made++
	k = &clerk{to: m.To}
	var ends []*labrpc.ClientEnd
	for _, server := range m.Order {
		ends = append(ends, labrpc.NewClientEnd(end{c, k, server}))
	}
	if c.store.Versioned != nil {
		k.versioned = c.store.Versioned(ends)
		return k, k.versioned
	}
	k.classic = c.store.Clerk(ends)
	return k, k.classic
}

// call calls a clerk's method, which may take any time.
func (c *clerks) call(m Call, answer func([]byte)) {
	c.lock.lock()
	k := c.clerks[m.Clerk]
	c.lock.unlock()
	returned := Returned{ID: m.ID}
	switch {
	case k.versioned != nil && m.Method == Get:
		value, version, err := k.versioned.Get(m.Key)
		returned.Value, returned.Version, returned.Err = value, uint64(version), string(err)
	case k.versioned != nil:
		returned.Err = string(k.versioned.Put(m.Key, m.Value, kvraft.Version(m.Version)))
	case m.Method == Get:
		returned.Value = k.classic.Get(m.Key)
	case m.Method == Put:
		k.classic.Put(m.Key, m.Value)
	default:
		k.classic.Append(m.Key, m.Value)
	}
	answer(returned.Append(nil))
}

// An end is a clerk's end of a connection to a server. While the clerk is not connected to that server, calls fail
// after up to 99 ms, as in the lab's network.
type end struct {
	clerks *clerks
	clerk  *clerk
	server int
}

func (e end) RoundTrip(method string, args []byte) ([]byte, bool) {
	if !e.enabled() {
		time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
		return nil, false
	}
	reply, ok := e.clerks.host.Peers()[e.server].RoundTrip(method, args)
	return reply, ok && e.enabled()
}

func (e end) enabled() bool {
	e.clerks.lock.lock()
	defer e.clerks.lock.unlock()
	return slices.Contains(e.clerk.to, e.server)
}

// A lock is a mutex. It is no sync.Mutex because to lock one in a box takes virtual time, as the
// run's seed decides.
type lock chan struct{}

func (l lock) lock()   { l <- struct{}{} }
func (l lock) unlock() { <-l }
