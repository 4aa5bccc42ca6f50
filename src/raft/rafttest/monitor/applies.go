package monitor

import (
	"bytes"
	"fmt"
	"reflect"

	"raftlab/src/raft"
)

// applies watches what servers hand to their services:
//
//   - State Machine Safety (Figure 3, section 5.4.3): no two servers apply
//     different commands at one index.
//   - Apply Order (Figure 2: lastApplied): in each life of a server, indexes rise
//     by one from the first, or from a snapshot that the service knows, and
//     begin anew after a restart, as services do.
//   - Snapshots (section 7): a snapshot that is applied is the service's own, of
//     its index, and does not move the service back.
type applies struct {
	set       *monitors
	commands  map[int]origin // by index
	at        []int          // by server: the last index applied in this life
	snapshots map[int][]byte // that services have taken, by index; alike on all servers
}

type origin struct {
	command any
	server  int
}

func newApplies(s *monitors, servers int) applies {
	return applies{s, make(map[int]origin), make([]int, servers), make(map[int][]byte)}
}

func (a *applies) restored(server, index int, snapshot []byte) {
	a.at[server] = index
	if index > 0 && snapshot != nil && !bytes.Equal(snapshot, a.snapshots[index]) {
		a.set.violated("Snapshots", "S%d has on its disk a snapshot of index %d that is not the one that the service took there", server, index)
	}
}

func (a *applies) command(server, index int, command any) {
	if want := a.at[server] + 1; index != want {
		a.set.violated("Apply Order", "S%d applied index %d, the next one is %d", server, index, want)
	}
	a.at[server] = index
	if was, ok := a.commands[index]; !ok {
		a.commands[index] = origin{command, server}
	} else if !equal(was.command, command) {
		a.set.violated("State Machine Safety", "at index %d S%d applied %s and S%d %s", index, was.server, brief(was.command), server, brief(command))
	}
	a.set.commits.applied(server, index, command)
}

func (a *applies) snapshot(server int, m raft.ApplyMsg) {
	if !a.set.rules.Snapshots {
		return
	}
	taken, ok := a.snapshots[m.SnapshotIndex]
	switch {
	case !ok:
		a.set.violated("Snapshots", "S%d applied a snapshot of index %d, where no service took one", server, m.SnapshotIndex)
	case !bytes.Equal(taken, m.Snapshot):
		a.set.violated("Snapshots", "S%d applied a snapshot of index %d that is not the one that the service took there: %d bytes and not %d, or others",
			server, m.SnapshotIndex, len(m.Snapshot), len(taken))
	}
	if m.SnapshotIndex < a.at[server] {
		a.set.violated("Snapshots", "S%d applied a snapshot of index %d, its service is at index %d already", server, m.SnapshotIndex, a.at[server])
	}
	a.at[server] = max(a.at[server], m.SnapshotIndex)
	a.set.commits.applied(server, m.SnapshotIndex, nil)
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

// equal compares commands. They come from the code under test and may be
// anything.
func equal(x, y any) bool {
	if v := reflect.ValueOf(x); v.IsValid() && !v.Comparable() {
		return reflect.DeepEqual(x, y)
	}
	return x == y
}
