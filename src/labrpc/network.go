package labrpc

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// A Network connects ends to servers, in its current weather. All methods may be called from many goroutines at
// once.
type Network struct {
	seed     uint64
	observer func(Event)
	done     chan struct{} // closed by Cleanup
	hop      time.Duration // the least time that a message takes in each direction

	mu      sync.Mutex // guards what follows; never held over anything that blocks
	weather Weather
	ends    map[any]*link
	servers map[any]*Server
	changed chan struct{}     // closed and replaced whenever somebody may have been cut off
	sent    map[[2]int]uint64 // requests so far, from server to server
	count   int
	bytes   int64
}

// MakeNetwork returns a reliable network with a random seed.
func MakeNetwork() *Network { return NewNetwork(Reliable(), rand.Uint64(), nil) }

// NewNetwork returns a network whose weather is decided by seed. If observer is not nil it is told of every message
// as it passes, from many goroutines at once; it must neither block nor call the network.
func NewNetwork(w Weather, seed uint64, observer func(Event)) *Network {
	if observer == nil {
		observer = func(Event) {}
	}
	return &Network{
		seed:     seed,
		observer: observer,
		done:     make(chan struct{}),
		weather:  w,
		ends:     make(map[any]*link),
		servers:  make(map[any]*Server),
		changed:  make(chan struct{}),
		sent:     make(map[[2]int]uint64),
	}
}

// Hops makes each message take at least a [Hop] in each direction, as it must where the clock is virtual; on a real
// clock each takes some time of its own, and a timer takes much more than that. It must be called before anything
// else.
func (rn *Network) Hops() { rn.hop = Hop }

// Cleanup ends the network: calls under way fail at once, and calls to come within a tenth of a second. It may be
// called once.
func (rn *Network) Cleanup() { close(rn.done) }

func (rn *Network) ended() bool {
	select {
	case <-rn.done:
		return true
	default:
		return false
	}
}

// SetWeather changes how messages sent from now on are treated.
func (rn *Network) SetWeather(w Weather) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	rn.weather = w
}

// Reliable switches between the lab's good and bad weather.
func (rn *Network) Reliable(yes bool) {
	w := Unreliable()
	if yes {
		w = Reliable()
	}
	rn.mu.Lock()
	defer rn.mu.Unlock()
	w.HoldReply, w.HoldFor, w.Timeout = rn.weather.HoldReply, rn.weather.HoldFor, rn.weather.Timeout
	rn.weather = w
}

// LongReordering sets whether two thirds of the replies are held back, for up to 2.2 s.
func (rn *Network) LongReordering(yes bool) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	rn.weather.HoldReply = 0
	if yes {
		rn.weather = rn.weather.LongReordering()
	}
}

// LongDelays sets whether a call to a dead or cut-off server takes up to 7 s to fail, as it does by default, or
// only up to 0.1 s.
func (rn *Network) LongDelays(yes bool) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	rn.weather.Timeout = shortWait
	if yes {
		rn.weather.Timeout = longWait
	}
}

// MakeEnd makes a client's end under a name of the caller's choice, best a Route. It is connected to nothing and
// not enabled.
func (rn *Network) MakeEnd(name any) *ClientEnd {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	if _, ok := rn.ends[name]; ok {
		panic(fmt.Sprintf("labrpc: MakeEnd: an end %v exists already", name))
	}
	l := &link{network: rn, name: name, answers: true}
	if r, ok := name.(Route); ok {
		l.from, l.to = r.From, r.To
	} else {
		l.from = len(rn.ends)
	}
	rn.ends[name] = l
	return NewClientEnd(l)
}

// Connect connects an end to a server, once and for all.
func (rn *Network) Connect(end, server any) {
	rn.change(func() { rn.end(end).server = server })
}

// Enable sets whether requests pass from an end to its server. While they do not, calls fail after the weather's
// Timeout.
func (rn *Network) Enable(end any, yes bool) {
	rn.change(func() { rn.end(end).enabled = yes })
}

// EnableReplies sets whether replies pass from an end's server back to the end; they do unless told otherwise.
// While they do not, requests are handled and calls fail after the weather's Timeout. With Enable this makes a cut
// of one direction only.
func (rn *Network) EnableReplies(end any, yes bool) {
	rn.change(func() { rn.end(end).answers = yes })
}

// AddServer puts a server at an address, and replaces the one that was there.
func (rn *Network) AddServer(name any, s *Server) {
	rn.change(func() { rn.servers[name] = s })
}

// DeleteServer takes a server away. Calls that it is handling fail, and no reply leaves it.
func (rn *Network) DeleteServer(name any) {
	rn.change(func() { delete(rn.servers, name) })
}

// GetCount returns how many requests reached the server at an address since it was put there.
func (rn *Network) GetCount(server any) int {
	rn.mu.Lock()
	s := rn.servers[server]
	rn.mu.Unlock()
	if s == nil {
		return 0
	}
	return s.GetCount()
}

// GetTotalCount returns how many requests were sent.
func (rn *Network) GetTotalCount() int {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	return rn.count
}

// GetTotalBytes returns the bytes of all requests sent, even of those that were lost, and of all replies that
// arrived.
func (rn *Network) GetTotalBytes() int64 {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	return rn.bytes
}

// change changes who is connected to whom, and wakes the calls that wait for a reply: they check whether it can
// still come.
func (rn *Network) change(f func()) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	f()
	close(rn.changed)
	rn.changed = make(chan struct{})
}

func (rn *Network) end(name any) *link {
	l := rn.ends[name]
	if l == nil {
		panic(fmt.Sprintf("labrpc: there is no end %v", name))
	}
	return l
}

// wait lets d pass; it reports false if the network ended first.
func (rn *Network) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-rn.done:
		return false
	}
}
