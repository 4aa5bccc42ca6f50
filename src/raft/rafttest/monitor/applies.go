package monitor

import (
	"bytes"
	"fmt"
	"reflect"
)

// applies watches what servers hand to their services:
//
//   - State Machine Safety (Figure 3, section 5.4.3): no two servers apply different commands at one index.
//   - Apply Order (Figure 2: lastApplied): in each life of a server, indexes rise by one from the first, or from a
//     snapshot that the service knows, and begin anew after a restart, as services do.
//   - Snapshots (section 7): a snapshot that is applied is the service's own, of its index, and does not move the
//     service back.
type applies struct {
	*views
	commands map[int]origin // by index
	at       []int          // by server: the last index applied in this life
}

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
	if r.index > 0 && r.snapshot != nil && !bytes.Equal(r.snapshot, m.snapshots[r.index]) {
		m.violated("Snapshots",
			"S%d has on its disk a snapshot of index %d that is not the one that the service took there",
			r.server, r.index)
	}
}

func (m *applies) applied(a applied) {
	if a.SnapshotValid {
		m.snapshot(a)
		return
	}
	server, index, command := a.server, a.CommandIndex, a.Command
	if want := m.at[server] + 1; index != want {
		m.violated("Apply Order", "S%d applied index %d, the next one is %d", server, index, want)
	}
	m.at[server] = index
	if was, ok := m.commands[index]; !ok {
		m.commands[index] = origin{command, server}
	} else if !equal(was.command, command) {
		m.violated("State Machine Safety", "at index %d S%d applied %s and S%d %s",
			index, was.server, brief(was.command), server, brief(command))
	}
}

func (m *applies) snapshot(a applied) {
	taken, ok := m.snapshots[a.SnapshotIndex]
	switch {
	case !ok:
		m.violated("Snapshots", "S%d applied a snapshot of index %d, where no service took one",
			a.server, a.SnapshotIndex)
	case !bytes.Equal(taken, a.Snapshot):
		m.violated("Snapshots",
			"S%d applied a snapshot of index %d that is not the one that the service took there: %d bytes and not "+
				"%d, or others",
			a.server, a.SnapshotIndex, len(a.Snapshot), len(taken))
	}
	if at := m.at[a.server]; a.SnapshotIndex < at {
		m.violated("Snapshots", "S%d applied a snapshot of index %d, its service is at index %d already",
			a.server, a.SnapshotIndex, at)
	}
	m.at[a.server] = max(m.at[a.server], a.SnapshotIndex)
}

// brief is a command for people.
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

const appliesExplained = `# 4.1 State Machine Safety

No two servers apply different commands at the same index.

Paper: Figure 3, State Machine Safety: "if a server has applied a log entry at a given index to its state machine, no
other server will ever apply a different log entry for the same index"; section 5.4.3

- commitIndex goes beyond what the leader has said, or beyond what is checked: see Committed by a Majority.
- A committed entry is overwritten: see Leader Completeness and Log Matching.
- The applier copies entries, gives up the lock and takes their indexes afterwards, when a snapshot has moved the log
  (2D).
- The index of the first entry is off by one.

# 4.2 Apply Order

In each life of a server the indexes that it applies rise by one, from the first or from the snapshot that it began with
or installed.

Paper: Figure 2, "Rules for Servers", All Servers, the first rule: "If commitIndex > lastApplied: increment lastApplied,
apply log[lastApplied] to state machine"; lastApplied

- Two goroutines apply at the same time. Let one do it, in order.
- lastApplied is set to commitIndex before the entries were sent, and some are then not sent.
- lastApplied is saved. Services begin anew after a restart and need all commands again, or the snapshot (2C).
- The lock is given up to send on applyCh, and meanwhile a snapshot is installed: what was about to be sent is older
  then (2D).
- After a restart with a snapshot lastApplied begins at 0 (2D).

# 4.3 Snapshots

A snapshot that is applied, or lies on the disk, is the one that the service took at its index; and it does not take the
service back.

Paper: Figure 13, lastIncludedIndex: "the snapshot replaces all entries up through and including this index"; section 7

- A snapshot is installed that is older than lastApplied.
- The snapshot that is sent and its index are taken at different moments.
- persist saves the state with nil in place of the snapshot and so deletes it.
- Snapshot is called with an index that is in the snapshot already, and the older one overwrites the newer.
- LastIncludedIndex or LastIncludedTerm is not saved with the state.
`
