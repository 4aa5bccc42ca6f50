package kvtest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/kvraft"
	"raftlab/src/kvraft/history"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/raft/rafttest/raftnode"
)

// A judge watches one run from outside the nodes: it records the clerks' calls and their results, and passes the
// messages between servers to the Raft monitors, which check the promises of Raft.
type judge struct {
	cluster.NopJudge
	run      *cluster.Run
	play     func(*Cluster)
	edition  string // of the submission
	servers  int
	source   string // the sentence that asks for what the scenario checks
	maxState int    // maxraftstate
	model    history.Model
	monitors *monitor.Set

	mu      sync.Mutex // guards what follows; not held while a method of run is called
	states  []state    // by server: as GetState last returned
	events  int64      // counts calls and returns
	ops     []*operation
	starts  []start
	taken   []int              // by server: how many snapshots its store has taken
	apart   map[int]bool       // clerks that are not connected to all servers
	broken  *monitor.Violation // of a promise of the Raft, the first
	finding *history.Finding   // why the run failed, if it did for that
	pages   map[string][]byte  // HTML that shows a failure, by the suffixes of the files' names

	requests requestLog
}

type state struct {
	term   int
	leader bool
	known  bool
}

func (s state) String() string {
	switch {
	case !s.known:
		return "unknown"
	case s.leader:
		return fmt.Sprintf("leader of T%d", s.term)
	default:
		return fmt.Sprintf("not leader in T%d", s.term)
	}
}

// An operation is a call of a clerk's method: its entry in the history, and what is known of the RPCs that it led to.
type operation struct {
	history.Op
	node      int        // of the clerk
	versioned bool       // keys have versions
	args      [][]byte   // arguments of the RPCs by which a write was sent, if they differ the first two
	sent      int        // how many requests were sent for it
	lost      int        // how many of these are known to have ended without a reply
	requests  []*request // those that the requestLog keeps

	connected  bool // the clerk was connected to all servers when it was called
	answers    int  // how many replies had come to the clerk's node when it was called
	unanswered bool // no reply came to the clerk's node from the call until it returned
}

// String formats the call, without its result.
func (o *operation) String() string {
	if o.Method == history.Get {
		return fmt.Sprintf("Get(%q) of clerk %d", o.Key, o.Clerk)
	}
	return fmt.Sprintf("%s(%q, %q) of clerk %d", o.Method, o.Key, o.Value, o.Clerk)
}

// Playing returns the Judge of a scenario that play drives. The stores' maxraftstate is maxState, and histories are
// checked against model.
func Playing(model history.Model, maxState int, play func(*Cluster)) lab.Judge {
	return func(s *lab.Scenario, r *cluster.Run, edition string) cluster.Judge {
		servers := 0
		for _, n := range s.Nodes {
			if n.Role != kvnode.ClerkRole {
				servers++
			}
		}
		j := &judge{
			source: s.Source,
			run:    r, play: play, edition: edition, servers: servers, maxState: maxState, model: model,
			states: make([]state, servers), taken: make([]int, servers), apart: make(map[int]bool),
			requests: newRequestLog(),
		}
		j.monitors = monitor.New(servers,
			monitor.Rules{Log: true, Persistence: true, Snapshots: maxState > 0}, j.violated)
		j.monitors.Annotate(r)
		return j
	}
}

// violated ends the run because the Raft broke a promise. Of several the first is the finding.
func (j *judge) violated(v monitor.Violation) {
	j.mu.Lock()
	if j.broken == nil {
		j.broken = &v
	}
	j.mu.Unlock()
	j.run.Fail(cluster.Safety, v.String()+belowStore)
}

func (j *judge) Play(cl *cluster.Cluster) {
	c := &Cluster{Cluster: cl, judge: j}
	if c.HasFaults() { // elsewhere time may be the machine's
		j.monitors.Clock(j.run.Now)
	}
	c.Go(c.watch)
	j.play(c)
}

// Message passes the RPCs of servers to the Raft monitors, and records those of clerks.
func (j *judge) Message(e labrpc.Event) {
	r, ok := e.End.(labrpc.Route)
	switch {
	case !ok:
	case r.To >= j.servers:
		j.callsClerks(r)
	case r.From < j.servers:
		j.monitors.Message(e)
	default:
		j.sent(r, e)
	}
}

func (j *judge) Saved(node int, state, snapshot []byte) {
	if node < j.servers {
		j.monitors.Saved(node, state, snapshot)
	}
}

func (j *judge) Booting(node int, state, snapshot []byte) (given []byte) {
	if node < j.servers {
		if j.run.Recorded() {
			j.run.NoteBoot(monitor.Boots(node, state, snapshot))
		}
		began := start{node, j.run.Now(), len(snapshot) > 0}
		j.mu.Lock()
		j.starts = append(j.starts, began)
		j.mu.Unlock()
		j.monitors.Booted(node)
	}
	return kvnode.Given{Servers: j.servers, MaxRaftState: j.maxState}.Append(nil)
}

func (j *judge) Crashing(node int) {
	if node >= j.servers {
		return
	}
	j.monitors.Crashed(node)
	j.mu.Lock()
	j.states[node].leader = false
	j.mu.Unlock()
}

// Told takes a message that a node has sent to the judge.
func (j *judge) Told(node int, data []byte) (reply []byte, err error) {
	m, err := kvnode.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("sends the judge a %w of %d bytes", err, len(data))
	}
	server := node < j.servers
	switch m := m.(type) {
	case kvnode.Raft:
		s, err := raftnode.Parse(m.State)
		state, ok := s.(raftnode.State)
		if err != nil || !ok || !server {
			return nil, fmt.Errorf("sends the judge an invalid or unexpected Raft state of %d bytes", len(m.State))
		}
		j.state(node, state.Term, state.Leader)
	case kvnode.Disorder:
		if server {
			j.disorder(node, m)
		}
	case kvnode.Snapshotted:
		if server {
			j.mu.Lock()
			j.taken[node]++
			j.mu.Unlock()
			if j.run.Recorded() {
				j.noteSnapshot(node, m)
			}
		}
	case kvnode.Returned:
		if err := j.keepsReturn(node, m); err != nil {
			return nil, err
		}
		if !j.returned(node, m) {
			return nil, fmt.Errorf("says that operation %d has returned, which is not in progress there", m.ID)
		}
		if j.run.Recorded() {
			j.mu.Lock()
			n := j.ops[m.ID-1].returned()
			j.mu.Unlock()
			j.run.Note(n)
		}
	}
	return nil, nil
}

// disorder fails the run because a Raft has applied something out of order.
func (j *judge) disorder(server int, m kvnode.Disorder) {
	what := fmt.Sprintf("Apply Order: S%d applied index %d; expected %d", server, m.Index, m.Last+1)
	if m.Snapshot {
		what = fmt.Sprintf("Snapshots: S%d applied a snapshot of index %d, but its store is already at index %d",
			server, m.Index, m.Last)
	}
	j.run.Fail(cluster.Safety, what+belowStore)
}

// belowStore says of a failure which layer is at fault.
const belowStore = " (the Raft, below the store)"

// state records what GetState of a server's Raft returned.
func (j *judge) state(server, term int, leader bool) {
	now := state{term, leader, true}
	j.mu.Lock()
	changed := j.states[server] != now
	j.states[server] = now
	j.mu.Unlock()
	if changed {
		j.run.Logf("S%d is now %v", server, now)
	}
	j.monitors.State(server, term, leader)
}

// connects records whether a clerk is connected to all servers.
func (j *judge) connects(clerk int, all bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.apart[clerk] = !all
}

// snapshots returns how many snapshots stores have taken, by server.
func (j *judge) snapshots() []int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.taken)
}

// calls records an operation that a clerk is about to be told to call, and returns its number.
func (j *judge) calls(o *operation) (id uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events++
	o.Call, o.Called = j.events, j.run.Now()
	o.connected, o.versioned = !j.apart[o.Clerk], j.model == history.Versioned
	o.answers = j.requests.answers[o.node]
	j.ops = append(j.ops, o)
	j.requests.called(o)
	return uint64(len(j.ops))
}

// returned records the result of an operation. It reports false if no such operation is in progress on the node.
func (j *judge) returned(node int, m kvnode.Returned) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if m.ID == 0 || m.ID > uint64(len(j.ops)) {
		return false
	}
	o := j.ops[m.ID-1]
	if o.node != node || o.Return != 0 {
		return false
	}
	j.events++
	o.Return, o.Returned = j.events, j.run.Now()
	if o.Method == history.Get {
		o.Value, o.Version = m.Value, kvraft.Version(m.Version)
	}
	o.Err = kvraft.Err(m.Err)
	o.unanswered = o.answers == j.requests.answers[node]
	j.requests.returned(o)
	return true
}

// pending returns the operations that have not returned, in the order of their calls.
func (j *judge) pending() (list []*operation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, o := range j.ops {
		if o.Return == 0 {
			list = append(list, o)
		}
	}
	return list
}

// history returns the clerks' calls so far, with the results of those that have returned.
func (j *judge) history() []history.Op {
	j.mu.Lock()
	defer j.mu.Unlock()
	ops := make([]history.Op, len(j.ops))
	for i, o := range j.ops {
		ops[i] = o.Op
	}
	return ops
}

func (j *judge) Describe(node int) string {
	if node < j.servers {
		j.mu.Lock()
		defer j.mu.Unlock()
		return j.states[node].String()
	}
	var waits []string
	for _, o := range j.pending() {
		if o.node == node {
			waits = append(waits, o.String())
		}
	}
	const most = 3
	if n := len(waits); n > most {
		waits = append(waits[:most], fmt.Sprintf("%d more", n-most))
	}
	if waits == nil {
		return "no clerk waits"
	}
	return "waits for " + strings.Join(waits, ", ")
}

// Report adds what the monitors have to say. A run is never Unwatched here, whatever they could not read: the verdicts
// of these labs rest on what clerks were told, which is always seen. The monitors are a help, to say of a failure that
// the Raft broke first; whether a Raft keeps its promises the Raft lab says, where runs are Unwatched without them.
func (j *judge) Report(r *cluster.Result) {
	// Taken says which unusual names of messages' fields were understood, Off what could not be watched because of
	// others.
	votes, others := j.monitors.Off()
	r.Warnings = slices.Concat(r.Warnings, j.monitors.Taken(), votes, others)
	r.Advice = append(r.Advice, j.monitors.Advice()...)
	if r.Failure != nil {
		r.Files = j.pages
	}
}

// moment formats a time of a run, in seconds to the millisecond.
func moment(at time.Duration) string {
	return strconv.FormatFloat(math.Round(at.Seconds()*1000)/1000, 'f', -1, 64) + " s"
}
