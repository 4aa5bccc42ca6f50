package monitor

import (
	"bytes"
	"math"

	"raftlab/src/labgob"
)

// meets watches that a log on a disk never begins after the snapshot that is there (section 7). Where it begins, a
// saved state tells by an integer that was never anything but the index of a snapshot; until there were a few, none is
// known.
type meets struct {
	*views
	starts []*start // by place among a state's integers; nil for those that cannot be it
}

// A start is an integer in saved states that may say where the log begins.
type start struct {
	taken         map[int]bool // of snapshots: what it was, besides none
	server, index int          // of the first save in which the snapshot was older, if there was one
	late, told    bool
}

// enoughStarts is of how many snapshots it must have been the index.
const enoughStarts = 3

func newMeets(v *views) monitor {
	m := &meets{views: v}
	return monitor{explanations: meetsExplained, rules: Rules{Log: true, Snapshots: true}, saved: m.saved}
}

func (m *meets) saved(server int) {
	disk := &m.disks.servers[server]
	if disk.saved != m.now || len(disk.state) == 0 || len(m.snapshots) == 0 {
		return
	}
	values := integers(disk.state)
	if m.starts == nil {
		m.starts = make([]*start, len(values))
		for i := range values {
			m.starts[i] = &start{taken: make(map[int]bool)}
		}
	}
	for i, s := range m.starts {
		if s != nil && (i >= len(values) || !m.taken(values[i])) {
			m.starts[i] = nil
		} else if s != nil && values[i] > 0 {
			m.meet(server, values[i], disk.snapshot, s)
		}
	}
}

// taken reports whether a log may begin after an index, or at it: it is none, or that of a snapshot.
func (m *meets) taken(index int) bool {
	_, ok := m.snapshots[index]
	return ok || index == 0 || index == -1
}

func (m *meets) meet(server, index int, snapshot []byte, s *start) {
	s.taken[index] = true
	if !s.late && m.before(index, snapshot) {
		s.late, s.server, s.index = true, server, index
	}
	if s.late && !s.told && len(s.taken) >= enoughStarts {
		s.told = true
		m.violated("Snapshot Saved First",
			"S%d saves a log that begins after index %d, without a snapshot up to there: after a crash it has neither",
			s.server, s.index)
	}
}

// before reports whether a snapshot is older than that of an index. Of one that no service took that is not known.
func (m *meets) before(index int, snapshot []byte) bool {
	if len(snapshot) == 0 {
		return true
	}
	for i, taken := range m.snapshots {
		if bytes.Equal(taken, snapshot) {
			return i < index
		}
	}
	return false
}

// integers returns those that are in a saved state: the fields of the struct that it begins with, or values of its own.
func integers(state []byte) (all []int) {
	for _, v := range labgob.Values(state) {
		if n, ok := v.Basic.(int64); ok {
			all = append(all, int(n))
		}
	}
	if all != nil {
		return all
	}
	for len(state) > 0 {
		size, rest, ok := gobUint(state)
		if !ok || size > uint64(len(rest)) {
			return all
		}
		message := rest[:size]
		state = rest[size:]
		if len(message) < 3 || message[0] != gobInt || message[1] != 0 {
			continue
		}
		if n, _, ok := gobUint(message[2:]); ok && n>>1 <= math.MaxInt {
			all = append(all, int(n>>1)^-int(n&1))
		}
	}
	return all
}

// gobInt is how gob writes that a value of type int follows: https://go.dev/pkg/encoding/gob has the format.
const gobInt = 2 << 1

// gobUint reads an unsigned integer as gob writes them.
func gobUint(b []byte) (n uint64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	if b[0] < 0x80 {
		return uint64(b[0]), b[1:], true
	}
	size := -int(int8(b[0]))
	if size > 8 || len(b) <= size {
		return 0, nil, false
	}
	for _, c := range b[1 : 1+size] {
		n = n<<8 | uint64(c)
	}
	return n, b[1+size:], true
}

const meetsExplained = `# 3.3 Snapshot Saved First

The log on a disk does not begin after the snapshot that is there with it.

Paper: Section 7: "Once a server completes writing a snapshot, it may delete all log entries up through the last
included index, as well as any prior snapshot."; Figure 13, rules 5 to 8

- State and snapshot are saved one after the other, the state first: a crash in between leaves a log whose beginning is
  in no snapshot. Save both at once.
- A save of the state passes nil for the snapshot, which deletes it.
- The snapshot is saved by another goroutine.
`
