package elections

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/raftnode"
)

// A judge hears what servers send. A server that leads says so by what it sends, whatever its messages are called; so
// it is enough to ask for the state of those that have just sent something.
type judge struct {
	cluster.NopJudge
	run        *cluster.Run
	conditions Conditions
	kind       Kind
	trials     int

	// For the scenario's goroutine:
	timing   raft.Timing // what servers that start are told
	measured Measured

	mu         sync.Mutex        // guards what follows
	sent       int               // requests
	spoke      []bool            // by server: it has sent something since it was looked last
	reached    [][]time.Duration // when a server last sent something to another
	candidates map[int][]int     // by term: who asked for votes
	methods    map[string]bool   // by name: it asks for votes
	votes      bool              // one of them does
	timed      bool              // a server has asked for its timing
}

func (j *judge) Play(c *cluster.Cluster) {
	defer func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.measured.Timed, j.measured.Votes = j.timed, j.votes
	}()
	l := &laboratory{Cluster: c, judge: j, favourite: nobody}
	if j.kind == Starts {
		l.starts()
		return
	}
	l.crashes()
}

func (j *judge) Booting(int, []byte, []byte) (given []byte) {
	return raftnode.Given{Timing: j.timing}.Append(nil)
}

func (j *judge) Told(server int, data []byte) (reply []byte, err error) {
	m, err := raftnode.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("sends the judge a %w of %d bytes", err, len(data))
	}
	if _, ok := m.(raftnode.Timed); ok {
		j.mu.Lock()
		j.timed = true
		j.mu.Unlock()
	}
	return nil, nil
}

func (j *judge) Message(e labrpc.Event) {
	if e.Step != labrpc.Sent {
		return
	}
	route, now := e.End.(labrpc.Route), j.run.Now()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sent++
	j.spoke[route.From] = true
	j.reached[route.From][route.To] = now
	if term, ok := j.asksForVotes(e); ok {
		if all := j.candidates[term]; len(all) < j.conditions.Servers && !slices.Contains(all, route.From) {
			j.candidates[term] = append(all, route.From)
		}
	}
}

// What is remembered of methods and terms, which come from the code under test.
const (
	maxMethods = 100
	maxTerms   = 100_000
)

// asksForVotes returns the term in which a request asks for a vote, if it is known as one by its fields' usual names.
func (j *judge) asksForVotes(e labrpc.Event) (term int, ok bool) {
	votes, known := j.methods[e.Method]
	if !known {
		if len(j.methods) >= maxMethods {
			return 0, false
		}
		fields := labgob.Fields(e.Args)
		votes = slices.Contains(fields, "Term") && slices.Contains(fields, "LastLogTerm")
		j.methods[e.Method] = votes
		j.votes = j.votes || votes
	}
	if !votes || len(j.candidates) >= maxTerms {
		return 0, false
	}
	var args struct{ Term int }
	if labgob.Unmarshal(e.Args, &args) != nil {
		return 0, false
	}
	return args.Term, true
}

// speakers returns the servers that have sent something since the last call.
func (j *judge) speakers() (servers []int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, spoke := range j.spoke {
		if spoke {
			servers = append(servers, i)
		}
	}
	clear(j.spoke)
	return servers
}

// others reports whether a server besides this one has sent something since speakers was called.
func (j *judge) others(server int) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, spoke := range j.spoke {
		if spoke && i != server {
			return true
		}
	}
	return false
}

// lastSent is when a server last sent something to any other; less than 0 if it never has.
func (j *judge) lastSent(server int) time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Max(j.reached[server])
}

// lastTo is when a server last sent something to another.
func (j *judge) lastTo(server, to int) time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.reached[server][to]
}

// splits counts the terms after one and before another in which there was more than one candidate.
func (j *judge) splits(after, before int) (n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for term, all := range j.candidates {
		if term > after && term < before && len(all) > 1 {
			n++
		}
	}
	return n
}

// forget drops what was heard of elections.
func (j *judge) forget() {
	j.mu.Lock()
	defer j.mu.Unlock()
	clear(j.candidates)
	clear(j.spoke)
}

func (j *judge) requests() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.sent
}

func (j *judge) isTimed() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.timed
}
