package kvnode

import (
	"slices"
	"testing"

	"raftlab/src/cluster/node"
	"raftlab/src/kvraft"
	"raftlab/src/labrpc"
)

// A clerk's ends are in the order that the judge draws, or in that of the servers where clerks may know them by number.
func TestOrdered(t *testing.T) {
	for _, test := range []struct {
		ordered bool
		want    []int
	}{{false, []int{2, 0, 1}}, {true, []int{0, 1, 2}}} {
		var called []int
		h := host{}
		for i := range 3 {
			h.peers = append(h.peers, labrpc.NewClientEnd(peer{i, &called}))
		}
		var ends []*labrpc.ClientEnd
		c := &clerks{host: h, clerks: make(map[int]*clerk), store: Store{Ordered: test.ordered,
			Versioned: func(servers []*labrpc.ClientEnd) kvraft.Clerk {
				ends = servers
				return nil
			}}}
		c.Start()
		c.make(Make{Order: []int{2, 0, 1}, To: []int{0, 1, 2}}, func([]byte) {})
		for _, end := range ends {
			end.RoundTrip("KVServer.Get", nil)
		}
		if !slices.Equal(called, test.want) {
			t.Errorf("ordered %v: the ends lead to %v, want %v", test.ordered, called, test.want)
		}
	}
}

// Where clerks are numbered by a counter, a node makes others before one, as many as there are on other nodes.
func TestCounted(t *testing.T) {
	count := 0
	numbers := make(map[kvraft.Clerk]int)
	c := &clerks{host: host{}, clerks: make(map[int]*clerk), store: Store{Versioned: func([]*labrpc.ClientEnd) kvraft.Clerk {
		count++
		k := &struct{ kvraft.Clerk }{}
		numbers[k] = count
		return k
	}}}
	c.Start()
	var got []int
	for _, m := range []Make{{Clerk: 2, Before: 2}, {Clerk: 3, Before: 3}, {Clerk: 5, Before: 5}, {Clerk: 9}} {
		c.make(m, func([]byte) {})
		got = append(got, numbers[c.clerks[m.Clerk].versioned])
	}
	if want := []int{3, 4, 6, 7}; !slices.Equal(got, want) {
		t.Errorf("clerks have the numbers %v, want %v", got, want)
	}
}

type host struct {
	node.Host
	peers []*labrpc.ClientEnd
}

func (host) Made(string, any) {}

func (h host) Peers() []*labrpc.ClientEnd { return h.peers }

// A peer notes its number when it is called.
type peer struct {
	number int
	called *[]int
}

func (p peer) RoundTrip(string, []byte) ([]byte, bool) {
	*p.called = append(*p.called, p.number)
	return nil, true
}
