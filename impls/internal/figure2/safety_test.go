package figure2

import (
	"fmt"
	"testing"
)

// Whatever happens to them, servers that follow the rules keep Raft's promises, and agree when it is over.
func TestModel(t *testing.T) {
	commits, snapshots := 0, 0
	for _, servers := range []int{1, 2, 3, 5} {
		for seed := range uint64(60) {
			t.Run(fmt.Sprintf("%d/%d", servers, seed), func(t *testing.T) {
				m := newModel(t, seed, servers)
				for n := range 1500 {
					m.step()
					if n%20 == 0 {
						m.check()
					}
				}
				m.settle()
				commits += len(m.committed)
				for _, s := range m.servers {
					if s.Log.SnapshotIndex > 0 {
						snapshots++
					}
				}
			})
		}
	}
	if commits < 1000 || snapshots < 100 {
		t.Errorf("only %d commits and %d snapshots: this shows nothing", commits, snapshots)
	}
	t.Logf("%d commits, %d servers with snapshots", commits, snapshots)
}

// noteCommits checks that who knows an entry to be committed knows the same one as everybody (State Machine Safety,
// section 5.4.3).
func (m *model) noteCommits(i int) {
	s := m.servers[i]
	for index := s.CommitIndex; index > s.Log.SnapshotIndex; index-- {
		entry := s.Log.between(index, index, 1)[0]
		was, ok := m.committed[index]
		if ok && was != entry {
			m.errorf("S%d has %v committed at %d, another had %v", i, entry, index, was)
		}
		if ok {
			return
		}
		m.committed[index] = entry
	}
}

// vote notes whom a server voted for (Figure 2, votedFor).
func (m *model) vote(voter, term, candidate int) {
	if was, ok := m.votes[[2]int{voter, term}]; ok && was != candidate {
		m.errorf("S%d votes in T%d for S%d and for S%d", voter, term, was, candidate)
	}
	m.votes[[2]int{voter, term}] = candidate
}

// elected checks Election Safety (section 5.2) and Leader Completeness (5.4).
func (m *model) elected(i int) {
	s := m.servers[i]
	if was, ok := m.leaders[s.CurrentTerm]; ok {
		m.errorf("S%d and S%d lead T%d", was, i, s.CurrentTerm)
	}
	m.leaders[s.CurrentTerm] = i
	for index, entry := range m.committed {
		if index > s.Log.SnapshotIndex && !s.Log.Holds(index, entry.Term) {
			m.errorf("S%d leads T%d and lacks %v, committed at %d", i, s.CurrentTerm, entry, index)
		}
	}
}

// apply hands a service what is next, which must follow on what it has.
func (m *model) apply(i int) {
	s := m.servers[i]
	for _, msg := range s.Apply() {
		switch index := s.applied; {
		case msg.SnapshotValid && (msg.SnapshotIndex <= index || string(msg.Snapshot) != snapshotOf(msg.SnapshotIndex)):
			m.errorf("S%d, which has applied up to %d, is given %q as a snapshot up to %d", i, index, msg.Snapshot,
				msg.SnapshotIndex)
		case msg.CommandValid && msg.CommandIndex != index+1:
			m.errorf("S%d, which has applied up to %d, is given %d", i, index, msg.CommandIndex)
		case msg.CommandValid && m.committed[index+1].Command != msg.Command:
			m.errorf("S%d applies %v at %d, where %v is committed", i, msg.Command, index+1, m.committed[index+1])
		}
		s.applied = max(msg.SnapshotIndex, msg.CommandIndex)
	}
}

// check looks at what must hold between servers: Log Matching (section 5.3), and that what a leader believes of the
// others' logs is on their disks.
func (m *model) check() {
	for i, a := range m.servers {
		last, _ := a.Log.Last()
		if a.Log.SnapshotIndex > a.CommitIndex || a.CommitIndex > last || a.LastApplied > a.CommitIndex ||
			a.applied != a.LastApplied {
			m.errorf("S%d: snapshot %d, applied %d and %d, committed %d, last %d", i, a.Log.SnapshotIndex, a.applied,
				a.LastApplied, a.CommitIndex, last)
		}
		for j, b := range m.servers {
			end, _ := b.Log.Last()
			same := false
			for index := min(last, end); index > max(a.Log.SnapshotIndex, b.Log.SnapshotIndex); index-- {
				equal := a.Log.term(index) == b.Log.term(index)
				if same && !equal {
					m.errorf("the logs of S%d and S%d are the same after %d, but not there", i, j, index)
				}
				same = same || equal
			}
			if a.Role != Leader || b.CurrentTerm > a.CurrentTerm {
				continue
			}
			disk, err := Decode(b.saved)
			if err != nil {
				m.t.Fatal(err)
			}
			f := a.progress[j]
			if f.matchIndex > max(disk.Log.SnapshotIndex, a.Log.SnapshotIndex) &&
				!disk.Log.Holds(f.matchIndex, a.Log.term(f.matchIndex)) {
				m.errorf("S%d, the leader of T%d, believes that S%d has its log up to %d on disk", i, a.CurrentTerm, j,
					f.matchIndex)
			}
			if i != j && f.nextIndex <= f.matchIndex {
				m.errorf("S%d: of S%d, nextIndex is %d and matchIndex %d", i, j, f.nextIndex, f.matchIndex)
			}
		}
	}
}
