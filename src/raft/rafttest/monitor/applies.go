package monitor

import (
	"bytes"
	"fmt"
	"reflect"
)

// applies watches what servers hand to their services:
//
//   - State Machine Safety (Figure 3, section 5.4.3): no two servers apply different commands at one index.
//   - Apply Order (Figure 2: lastApplied): the indexes that a server applies are consecutive. They start at 1, or after
//     a snapshot that the service restored or applied. After a restart they start again, as the service has lost its
//     state.
//   - Snapshots (section 7): a snapshot that is applied is byte for byte one that a service took at its index, and it
//     is not older than what the service has applied.
type applies struct {
	*views
	commands map[int]origin // by index
	at       []int          // by server: the last index applied since its start
}

// An origin is the command that was first applied at an index, and the server that applied it.
type origin struct {
	command any
	server  int
}

func newApplies(v *views) monitor {
	m := &applies{v, make(map[int]origin), make([]int, v.servers)}
	return monitor{explanations: appliesExplained, booted: m.booted, restored: m.restored, applied: m.applied}
}

func (m *applies) booted(server int) { m.at[server] = 0 }

func (m *applies) restored(r restored) {
	m.at[r.server] = r.index
	if r.index > 0 && r.snapshot != nil {
		m.own(r.server, "has on disk", r.index, r.snapshot)
	}
}

func (m *applies) applied(a applied) {
	if a.SnapshotValid {
		m.snapshot(a)
		return
	}
	server, index, command := a.server, a.CommandIndex, a.Command
	if want := m.at[server] + 1; index != want {
		m.violated("Apply Order", "S%d applied index %d; expected %d", server, index, want)
	}
	m.at[server] = index
	if was, ok := m.commands[index]; !ok {
		m.commands[index] = origin{command, server}
	} else if !equal(was.command, command) {
		m.violated("State Machine Safety", "at index %d, S%d applied %s but S%d applied %s",
			index, was.server, brief(was.command), server, brief(command))
	}
}

func (m *applies) snapshot(a applied) {
	m.own(a.server, "applied", a.SnapshotIndex, a.Snapshot)
	if at := m.at[a.server]; a.SnapshotIndex < at {
		m.violated("Snapshots", "S%d applied a snapshot of index %d, but its service is already at index %d",
			a.server, a.SnapshotIndex, at)
	}
	m.at[a.server] = max(m.at[a.server], a.SnapshotIndex)
}

// own checks that a snapshot of an index is what a service took at that index.
func (m *applies) own(server int, does string, index int, snapshot []byte) {
	taken, ok := m.snapshots[index]
	switch {
	case !ok:
		m.violated("Snapshots", "S%d %s a snapshot of index %d, where no service took one", server, does, index)
	case !bytes.Equal(taken, snapshot):
		m.violated("Snapshots",
			"S%d %s a snapshot of index %d that differs from the one taken at that index (%d bytes; the other has %d)",
			server, does, index, len(snapshot), len(taken))
	}
}

// brief formats a command for a message, cut to 60 bytes.
func brief(command any) string {
	const most = 60
	text := fmt.Sprint(command)
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}

// equal compares commands. They come from the code under test and may be anything.
func equal(x, y any) bool {
	if v := reflect.ValueOf(x); v.IsValid() && !v.Comparable() {
		return reflect.DeepEqual(x, y)
	}
	return x == y
}

// appliesExplained has chapter 4 of what grader explain prints: for each promise its rule, the paper's words, and usual
// mistakes.
const appliesExplained = `# 4.1 State Machine Safety

No two servers apply different commands at the same index.

Paper: Figure 3, State Machine Safety: "if a server has applied a log entry at a given index to its state machine, no
other server will ever apply a different log entry for the same index"; section 5.4.3

- commitIndex is set beyond leaderCommit, or beyond the last entry that this AppendEntries has matched: see Committed by
  a Majority.
- A committed entry is overwritten: see Leader Completeness and Log Matching.
- The applier copies entries, releases the lock and computes their indexes afterwards, when a snapshot may have changed
  the log's first index (lab part 2D).
- The index of the first entry is off by one.

# 4.2 Apply Order

Between a start of a server and its next crash, the indexes that it applies are consecutive, from 1 or from the snapshot
that it started with or installed.

Paper: Figure 2, "Rules for Servers", All Servers, the first rule: "If commitIndex > lastApplied: increment lastApplied,
apply log[lastApplied] to state machine"; lastApplied

- Two goroutines apply at the same time. Let one do it, in order.
- lastApplied is set to commitIndex before the entries are sent, and some are never sent.
- lastApplied is persisted. After a restart a service has no state: it needs all commands again, or the snapshot (lab
  part 2C).
- The lock is released to send on applyCh, and a snapshot is installed meanwhile: the entry sent next is older than the
  snapshot (2D).
- After a restart with a snapshot, lastApplied starts at 0 (2D).

# 4.3 Snapshots

A snapshot that is applied, or is on disk, is the one that the service took at its index. It is not older than what the
service has applied.

Paper: Figure 13, lastIncludedIndex: "the snapshot replaces all entries up through and including this index"; section 7

- A snapshot is installed that is older than lastApplied.
- The snapshot to send and its index are read at different times, with the lock released in between.
- persist saves the state with nil in place of the snapshot and so deletes it.
- Snapshot is called with an index that the current snapshot already covers, and the older one overwrites the newer.
- LastIncludedIndex or LastIncludedTerm is not saved with the state.
`
