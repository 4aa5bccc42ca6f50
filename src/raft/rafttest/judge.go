package rafttest

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/codec"
	"raftlab/src/lab"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/editions"
	"raftlab/src/raft/rafttest/monitor"
	"raftlab/src/raft/rafttest/raftnode"
	"raftlab/src/raft/rafttest/story"
	"raftlab/src/record"
)

// A judge is the lab's side of one run: what Rafts say goes through it to the monitors and to the services on top of
// the Rafts.
type judge struct {
	run      *cluster.Run
	play     func(*Cluster)
	demands  string // the last part whose promises hold
	source   string // the sentence that asks for what the scenario checks, if it is not the lab's own test
	every    int    // see Snapshotting
	rules    editions.Rules
	monitors *monitor.Set

	mu       sync.Mutex // guards what follows; never held over a call of the run
	states   []state    // as GetState last told
	services services
	resumes  map[int]int        // by server: where its service was, whose disk only its Raft can read
	slow     []time.Duration    // by server: what its service takes over each message
	broken   *monitor.Violation // the first that was seen
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

// Playing is the Judge of a scenario that play plays.
func Playing(play func(*Cluster)) lab.Judge { return Snapshotting(0, play) }

// Snapshotting is the Judge of a scenario in which the service on every server takes a snapshot after each entry whose
// index is one short of a multiple of every.
func Snapshotting(every int, play func(*Cluster)) lab.Judge {
	return func(s *lab.Scenario, r *cluster.Run, edition string) cluster.Judge {
		return newJudge(s, r, every, editions.RulesOf(edition), play)
	}
}

func newJudge(s *lab.Scenario, r *cluster.Run, every int, rules editions.Rules, play func(*Cluster)) *judge {
	j := &judge{
		run:      r,
		play:     play,
		demands:  demands(s),
		source:   s.Source,
		every:    every,
		rules:    rules,
		states:   make([]state, len(s.Nodes)),
		services: newServices(len(s.Nodes), every),
		resumes:  make(map[int]int),
		slow:     make([]time.Duration, len(s.Nodes)),
	}
	j.services.lenient = j.demands < Log
	j.services.short = rules.ShortSnapshots
	j.monitors = monitor.New(len(s.Nodes), monitor.Rules{
		Log:         j.demands >= Log,
		Persistence: j.demands >= Persistence,
		Snapshots:   every > 0,
	}, j.violated)
	j.monitors.Annotate(r)
	return j
}

// violated ends the run because a promise was broken. Of several the first is the finding.
func (j *judge) violated(v monitor.Violation) {
	j.mu.Lock()
	if j.broken == nil {
		j.broken = &v
	}
	j.mu.Unlock()
	j.run.Fail(cluster.Safety, v.String())
}

func (j *judge) Play(c *cluster.Cluster) {
	if c.HasFaults() { // elsewhere time may be the machine's
		j.monitors.Clock(j.run.Now)
	}
	j.play(&Cluster{c, j})
}

// Asked takes note of commands that are about to be started, and of services that are made slow.
func (j *judge) Asked(server int, data []byte) (means string, err error) {
	if encoded, ok := bytes.CutPrefix(data, raftnode.Start(nil)); ok {
		var command any
		if err := labgob.Unmarshal(encoded, &command); err != nil {
			return "", fmt.Errorf("a command that cannot be decoded: %w", err)
		}
		j.mu.Lock()
		defer j.mu.Unlock()
		j.services.start(command)
		if number, ok := command.(int); ok {
			return "command " + strconv.Itoa(number), nil
		}
		return "command " + strconv.Quote(brief{command}.String()), nil
	}
	if encoded, ok := bytes.CutPrefix(data, raftnode.Slow(0)[:1]); ok {
		r := codec.NewReader(encoded)
		d := time.Duration(r.Int())
		if r.Err() != nil || d < 0 {
			return "", errors.New("how slow a service is to be cannot be decoded")
		}
		j.mu.Lock()
		defer j.mu.Unlock()
		j.slow[server] = d
		return fmt.Sprintf("its service takes %v over each message", d), nil
	}
	return "", fmt.Errorf("%d bytes that mean nothing", len(data))
}

func (j *judge) Message(e labrpc.Event) { j.monitors.Message(e) }

func (j *judge) Saved(server int, state, snapshot []byte) { j.monitors.Saved(server, state, snapshot) }

func (j *judge) Told(server int, data []byte) (reply []byte, err error) {
	m, err := raftnode.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("sends the judge a %w of %d bytes", err, len(data))
	}
	switch m := m.(type) {
	case raftnode.State:
		j.state(server, m.Term, m.Leader)
	case raftnode.Started:
		if m.Leader && j.run.Recorded() {
			j.run.Note(record.Note{
				Kind: monitor.Command, Node: server, Term: m.Term, Index: m.Index,
				Text: fmt.Sprintf("S%d accepts a command at index %d in T%d", server, m.Index, m.Term),
			})
		}
		if m.Leader {
			j.monitors.Started(server, m.Term, m.Index)
		}
	case raftnode.Applied:
		return j.command(server, m)
	case raftnode.Installed:
		j.run.Keep(server, len(m.Snapshot))
		j.applied(server, raft.ApplyMsg{
			SnapshotValid: true, SnapshotIndex: m.Index, SnapshotTerm: m.Term,
			Snapshot: append([]byte(nil), m.Snapshot...),
		})
	}
	return nil, nil
}

// state records what GetState of a server returned, whoever called it.
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

// Of commands that servers apply.
const (
	maxCommand = 1 << 20 // bytes, as gob encodes one

	// decoded is how many bytes a byte of an encoded command may come to: an empty string is one byte there, and a
	// pointer and a length here.
	decoded = 16
)

// command takes a command that a server applied, and returns the snapshot that its service then wants.
func (j *judge) command(server int, m raftnode.Applied) (snapshot []byte, err error) {
	if len(m.Command) > maxCommand {
		return nil, cluster.Failure{
			Kind:    cluster.Resource,
			Message: fmt.Sprintf("S%d asks for too much: it applies a command of %d bytes", server, len(m.Command)),
			At:      j.run.Now(),
		}
	}
	var command any
	if err := labgob.Unmarshal(m.Command, &command); err != nil {
		return nil, fmt.Errorf("applies what is no command (%w)", err)
	}
	j.run.Keep(server, footprint(command, len(m.Command)))
	return j.applied(server, raft.ApplyMsg{CommandValid: true, CommandIndex: m.Index, Command: command}), nil
}

// footprint is how many bytes a command may take that has size bytes in gob.
func footprint(command any, size int) int {
	switch command.(type) {
	case string, []byte:
		return size
	}
	return decoded * size
}

// applied takes what a server sent on its applyCh, and returns the snapshot that its service then wants. Until the
// service has it, it reads no further, as the lab's does: a Raft whose Snapshot waits for its applyCh to be read is
// stuck.
func (j *judge) applied(server int, m raft.ApplyMsg) (snapshot []byte) {
	m.Command = kept(m.Command)
	switch {
	case m.SnapshotValid:
		j.run.Logf("S%d applies a snapshot at index %d", server, m.SnapshotIndex)
	case m.CommandValid:
		j.run.Logf("S%d applies %v at index %d", server, brief{m.Command}, m.CommandIndex)
	}
	j.resume(server, m)
	if j.rules.OldCommands && m.CommandValid && j.passesOver(server, m) {
		return nil
	}
	j.monitors.Applied(server, m)
	if j.run.Failed() {
		return nil
	}
	j.mu.Lock()
	snapshot, err := j.services.apply(server, m)
	j.mu.Unlock()
	if err != nil {
		j.run.Fail(cluster.Assertion, err.Error())
		return nil
	}
	if snapshot != nil {
		if j.run.Recorded() {
			j.run.Note(record.Note{
				Kind: monitor.Snapshot, Node: server, Index: m.CommandIndex,
				Text: fmt.Sprintf("the service of S%d takes a snapshot up to index %d", server, m.CommandIndex),
			})
		}
		j.monitors.Snapshotted(m.CommandIndex, snapshot)
	}
	return snapshot
}

// passesOver reports whether the service on a server has reached the index of a command already, and passes over it.
func (j *judge) passesOver(server int, m raft.ApplyMsg) bool {
	j.mu.Lock()
	old := m.CommandIndex <= j.services.at[server]
	was := j.services.entries[m.CommandIndex]
	j.mu.Unlock()
	if old && was != nil && !j.services.lenient && !same(was.command, m.Command) {
		j.violated(monitor.Violated("State Machine Safety", "at index %d S%d applied %v, where %v was applied before",
			m.CommandIndex, server, brief{m.Command}, brief{was.command}))
	}
	return old
}

func (j *judge) Crashing(server int) {
	j.monitors.Crashed(server)
	j.mu.Lock()
	j.states[server].leader = false
	j.mu.Unlock()
}

// Booting starts a server's service, from the snapshot on its disk.
func (j *judge) Booting(server int, state, snapshot []byte) (given []byte) {
	if j.run.Recorded() {
		j.run.NoteBoot(monitor.Boots(server, state, snapshot))
	}
	j.restart(server, snapshot)
	j.mu.Lock()
	defer j.mu.Unlock()
	return raftnode.Given{SnapshotEvery: j.every, Slow: int64(j.slow[server])}.Append(nil)
}

func (j *judge) restart(server int, snapshot []byte) {
	if j.foreign(snapshot) {
		j.mu.Lock()
		// it may crash again before it applies anything
		j.resumes[server] = max(j.resumes[server], j.services.leave(server))
		j.mu.Unlock()
		j.monitors.Booted(server)
		return
	}
	j.mu.Lock()
	delete(j.resumes, server)
	index, err := j.services.restart(server, snapshot)
	j.mu.Unlock()
	if err != nil {
		j.run.Fail(cluster.Assertion, err.Error())
	}
	j.monitors.Booted(server)
	if index > 0 {
		j.monitors.Restored(server, index, snapshot)
	}
}

// foreign reports whether a snapshot on a disk is not one of the service's, and need not be.
func (j *judge) foreign(snapshot []byte) bool {
	if !j.rules.OwnDisk || j.every == 0 || len(snapshot) == 0 {
		return false
	}
	index, err := snapshotIndex(snapshot)
	return err != nil || !j.monitors.Took(index, snapshot)
}

// resume has a service whose disk only its Raft can read go on from where it was, unless the first that the Raft
// applies is a snapshot.
func (j *judge) resume(server int, m raft.ApplyMsg) {
	j.mu.Lock()
	index, ok := j.resumes[server]
	delete(j.resumes, server)
	if ok = ok && m.CommandValid; ok {
		j.services.at[server] = index
	}
	j.mu.Unlock()
	if ok {
		j.monitors.Restored(server, index, nil)
	}
}

func (j *judge) Describe(server int) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	known := j.states[server].String()
	if at := j.services.at[server]; at > 0 {
		known += fmt.Sprintf(", at index %d", at)
	}
	return known
}

// Story names the promise and where the paper has it, and tells how it came to be broken, or what else happened.
func (j *judge) Story(rec *record.Recording) {
	j.mu.Lock()
	broken := j.broken
	j.mu.Unlock()
	if broken != nil && broken.String() != rec.Finding.Sentence {
		broken = nil // the run had failed before
	}
	rec.Finding.Source = j.source
	if broken != nil {
		rec.Finding.Promise = broken.Promise
		for _, e := range monitor.Explanations() {
			if e.Name == broken.Promise {
				rec.Finding.Source = e.Paper
			}
		}
	}
	story.Tell(rec, broken)
}

func (j *judge) Report(r *cluster.Result) {
	votes, others := j.monitors.Off()
	for _, notes := range [][]string{j.monitors.Taken(), votes, others} {
		r.Warnings = append(r.Warnings, notes...)
	}
	r.Unwatched = len(votes) > 0 || len(others) > 0 && j.demands > Elections
	r.Advice = append(r.Advice, j.monitors.Advice()...)
}

// moment writes a time of a run for people.
func moment(at time.Duration) string {
	if ms := at.Round(time.Millisecond); 0 < ms && ms < time.Second {
		return fmt.Sprintf("%d ms", ms.Milliseconds())
	}
	return strconv.FormatFloat(math.Round(at.Seconds()*100)/100, 'f', -1, 64) + " s"
}

// spent rounds a time for people.
func spent(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
