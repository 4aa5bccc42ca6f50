// Package shapes has values of all sorts, as they are found in code under test.
package shapes

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// A role must not be asked what it is called.
type role int

func (role) String() string { panic("String was called") }

type failure struct{ why string }

func (*failure) Error() string { panic("Error was called") }

// An Entry is one of a log's.
type Entry struct {
	Term    int
	Command any
}

type embedded struct{ deep int }

// A Server has fields of all sorts.
type Server struct {
	mu       sync.Mutex
	state    *sync.RWMutex
	cond     *sync.Cond
	group    sync.WaitGroup
	once     sync.Once
	dead     atomic.Bool
	term     atomic.Int64
	leader   atomic.Pointer[Entry]
	any      atomic.Value
	shared   sync.Map
	peers    []*labrpc.ClientEnd
	disk     *raft.Persister
	applyCh  chan raft.ApplyMsg
	buffered chan int
	closed   chan struct{}
	role     role
	err      error
	log      []Entry
	first    *Entry
	self     *Server
	next     []int
	votes    map[int]bool
	names    map[string][]string
	keys     map[Entry]*int
	pair     [2]float64
	data     []byte
	snapshot []byte
	text     string
	last     time.Time
	never    time.Time
	born     time.Time
	timeout  time.Duration
	timer    *time.Timer
	handle   func(int) error
	nothing  struct{}
	embedded
	point struct{ X, Y complex64 }
	none  *Server
	nils  []int
	noMap map[int]int
	iface fmt.Stringer
	free  uintptr
	raw   unsafe.Pointer
	_     int
}

// Make makes one.
func Make(zero time.Time) *Server {
	s := &Server{
		state: new(sync.RWMutex), peers: make([]*labrpc.ClientEnd, 3), disk: raft.MakePersister(),
		applyCh: make(chan raft.ApplyMsg), buffered: make(chan int, 5), role: 2, err: &failure{"disk"},
		log:  []Entry{{1, 5}, {2, "x"}, {3, Entry{4, nil}}, {5, role(1)}, {6, &Entry{7, []int{8}}}},
		next: []int{1, 2}, votes: map[int]bool{10: true, 9: false, -1: true},
		names: map[string][]string{"b": nil, "a": {"x\n"}}, keys: map[Entry]*int{{1, "k"}: new(int)},
		pair: [2]float64{0.5, 1}, data: []byte("abc"), snapshot: make([]byte, 300), text: strings.Repeat("a", 300),
		last: zero.Add(1312400 * time.Microsecond), born: time.Unix(1, 0), timeout: 150 * time.Millisecond,
		timer: time.NewTimer(time.Hour), handle: func(int) error { return nil },
	}
	for i := range s.peers {
		s.peers[i] = new(labrpc.ClientEnd)
	}
	s.self, s.first, s.deep = s, &s.log[1], 3
	s.mu.Lock()
	s.state.RLock()
	s.cond = sync.NewCond(&s.mu)
	s.group.Add(2)
	s.once.Do(func() {})
	s.dead.Store(true)
	s.term.Store(7)
	s.leader.Store(&Entry{Term: 9})
	s.any.Store("held")
	s.shared.Store("key", 1)
	s.buffered <- 1
	return s
}

// A List is linked.
type List struct {
	Value int
	Next  *List
}

// A Nest may be in itself.
type Nest []Nest

// A Clerk is one of the lab's since 2025.
type Clerk struct{ leader int }

func (ck *Clerk) Get(key string) (value string, version uint64, err string) { panic("Get was called") }
func (ck *Clerk) Put(key, value string, version uint64) (err string)        { panic("Put was called") }
