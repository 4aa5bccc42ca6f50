package rsmtest

import (
	"fmt"
	"sync"
	"time"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/kvtest"
)

// A load is what most of the lab's tests of the store are: clients that put and get, again and again, in rounds, and
// faults in each of them.
type load struct {
	clients    int
	unreliable bool
	crash      bool
	partitions bool
	randomKeys bool // each operation is of any of a hundred keys; otherwise all are of one
	maxState   int  // maxraftstate
}

// key is the one that all clients put where keys are not random.
const key = "k"

func (l load) play(s store) {
	r := kvtest.Rounds{Round: time.Second, Crash: l.crash, Partitions: l.partitions, MaxState: l.maxState}
	if l.partitions {
		r.Round = 5 * time.Second // as long as the lab's older tests, so that there are some
	}
	check, p := s.Clerk(), newPutters(s)
	p.randomKeys, p.inTurn = l.randomKeys, true
	r.Play(s.Cluster, func() *kvtest.Workload { return p.work(l.clients) }, func(*kvtest.Workload) {
		if l.randomKeys {
			return
		}
		_, version, _ := check.GetVersion(key)
		p.counts(int(version), l.unreliable || l.crash || l.partitions)
	})
	s.Linearizable()
}

// putters are clients that put, at the version that they have last seen, what nobody else does, and get what is there.
type putters struct {
	s          store
	randomKeys bool
	inTurn     bool // each gets what it has put before it puts again; otherwise a coin decides what it does

	mu        sync.Mutex // guards what follows
	tokens    int        // values so far
	ok, maybe int        // Puts, by what they returned
}

func newPutters(s store) *putters { return &putters{s: s} }

// A putter is what one client knows.
type putter struct {
	seen map[string]kvraft.Version // by key: the version that it has last seen
	key  string                    // that it put or got last
	gets bool                      // it gets next, if that is in turn
}

// work starts clients.
func (p *putters) work(clients int) *kvtest.Workload {
	known := make([]putter, clients)
	for i := range known {
		known[i].seen = make(map[string]kvraft.Version)
	}
	return p.s.Work(clients, nil, func(cl *kvtest.Client) {
		k := &known[cl.Number]
		gets := k.gets
		if !p.inTurn {
			gets = cl.Rand.IntN(2) == 0
		}
		k.gets = !gets
		switch {
		case !p.randomKeys:
			k.key = key
		case !gets || !p.inTurn:
			k.key = fmt.Sprintf("k%d", cl.Rand.IntN(100))
		}
		if gets {
			_, k.seen[k.key], _ = cl.GetVersion(k.key)
		} else {
			p.took(cl.PutVersion(k.key, p.token(cl.Number), k.seen[k.key]))
		}
	})
}

// token is the next value, which nobody else puts.
func (p *putters) token(client int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens++
	return fmt.Sprintf("<%d.%d>", client, p.tokens)
}

func (p *putters) took(err kvraft.Err) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch err {
	case kvraft.OK:
		p.ok++
	case kvraft.ErrMaybe:
		p.maybe++
	}
}

// counts checks the version that the key has in the end: it counts the Puts that were executed. Where replies are lost
// that may be more than those that returned OK.
func (p *putters) counts(version int, lossy bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case version < p.ok:
		p.s.Violatedf("Executed Once: expected a version of at least %d, since that many Puts returned OK, got %d", p.ok,
			version)
	case !lossy && version > p.ok:
		p.s.Violatedf("Executed Once: expected version %d, since nothing was lost and that many Puts returned OK, got %d",
			p.ok, version)
	case version > p.ok+p.maybe:
		p.s.Violatedf("Executed Once: expected a version of at most %d, since %d Puts returned OK and %d ErrMaybe, got "+
			"%d", p.ok+p.maybe, p.ok, p.maybe, version)
	}
}
