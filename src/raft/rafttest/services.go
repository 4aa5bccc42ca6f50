package rafttest

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/cespare/xxhash/v2"

	"raftlab/src/labgob"
	"raftlab/src/raft"
)

// services are the services on top of the Rafts: each takes what its server applies and, if the scenario says so, has
// it snapshotted after every n entries. A service's state is the list of all commands so far. That servers apply the
// same commands in the same order is the monitors' to judge; given that, the list is one for all, and a service is a
// position in it.
type services struct {
	every   int    // entries between snapshots; 0 for none
	short   bool   // a snapshot holds the last command only
	without []bool // by server: its service takes no snapshot for now
	lenient bool   // part 2A asks nothing of the log: a leader may commit an entry of its own
	entries map[int]*entry
	at      []int       // by server: the index up to which its service is, in this life
	started map[any]int // how often each command was handed to a Start
	placed  map[any]int // at how many indexes it was applied
}

// An entry is a place in the log that some server has applied.
type entry struct {
	command any
	applied []bool // by server: in this life or an earlier one
}

func newServices(servers, every int) services {
	return services{
		every:   every,
		without: make([]bool, servers),
		entries: make(map[int]*entry),
		at:      make([]int, servers),
		started: make(map[any]int),
		placed:  make(map[any]int),
	}
}

// start takes note of a command that is about to be started.
func (s *services) start(command any) { s.started[kept(command)]++ }

// restart starts the service of a server anew, from the snapshot that is on its disk, if there is one, as services do,
// and returns its index.
func (s *services) restart(server int, snapshot []byte) (index int, err error) {
	s.at[server] = 0
	if s.every == 0 || len(snapshot) == 0 {
		return 0, nil
	}
	if index, err = snapshotIndex(snapshot); err != nil {
		return 0, fmt.Errorf("expected the service's own snapshot on S%d's disk, found %d bytes that are none: %w",
			server, len(snapshot), err)
	}
	s.restore(server, index)
	return index, nil
}

// leave ends a life of a server's service, and returns up to which index it was.
func (s *services) leave(server int) (index int) {
	index, s.at[server] = s.at[server], 0
	return index
}

// apply takes a message from a server's applyCh, and returns the snapshot that the service wants taken now, if it does.
func (s *services) apply(server int, m raft.ApplyMsg) (snapshot []byte, err error) {
	switch {
	case m.SnapshotValid && s.every > 0:
		index, err := snapshotIndex(m.Snapshot)
		if err != nil {
			return nil,
				fmt.Errorf("expected S%d to apply one of the service's snapshots at index %d, got %d bytes that are "+
					"none: %w",
					server, m.SnapshotIndex, len(m.Snapshot), err)
		}
		if index != m.SnapshotIndex {
			return nil,
				fmt.Errorf("expected the snapshot that S%d applies as index %d to be of that index, it is of %d",
					server, m.SnapshotIndex, index)
		}
		s.restore(server, index)
	case m.CommandValid:
		e := s.entries[m.CommandIndex]
		if e == nil {
			if err := s.place(server, m.CommandIndex, m.Command); err != nil {
				return nil, err
			}
			e = &entry{command: m.Command, applied: make([]bool, len(s.at))}
			s.entries[m.CommandIndex] = e
		}
		e.applied[server] = true
		s.at[server] = m.CommandIndex
		if s.every > 0 && (m.CommandIndex+1)%s.every == 0 && !s.without[server] {
			return s.snapshot(m.CommandIndex), nil
		}
	}
	return nil, nil
}

// place checks that a command has any business in the log: each Start puts it there at most once.
func (s *services) place(server, index int, command any) error {
	if s.lenient {
		return nil
	}
	if v := reflect.ValueOf(command); !v.IsValid() || !v.Comparable() || s.started[command] == 0 {
		return fmt.Errorf("expected S%d to apply a command that was started, got %v of type %T at index %d", server,
			brief{command}, command, index)
	}
	s.placed[command]++
	if n, most := s.placed[command], s.started[command]; n > most {
		return fmt.Errorf("expected command %v, started %d times, to be applied at %d indexes at most; S%d applied "+
			"it at index %d, which is one more",
			brief{command}, most, most, server, index)
	}
	return nil
}

// restore puts a service into the state of a snapshot.
func (s *services) restore(server, index int) {
	s.at[server] = index
	for i, e := range s.entries {
		if i <= index {
			e.applied[server] = true
		}
	}
}

// committed returns how many servers have applied the entry at an index, and what it is.
func (s *services) committed(index int) (servers int, command any) {
	e := s.entries[index]
	if e == nil {
		return 0, nil
	}
	for _, yes := range e.applied {
		if yes {
			servers++
		}
	}
	return servers, e.command
}

// snapshot returns the state after the entry at an index, as the lab has it: the index and all commands, from a nil one
// at index 0 on. The lab of 2021 has nothing but the last command; the index before it is for restart.
func (s *services) snapshot(index int) []byte {
	var state any
	if s.short {
		state = s.command(index)
	} else {
		commands := make([]any, index+1)
		for i := range commands {
			commands[i] = s.command(i)
		}
		state = commands
	}
	var b bytes.Buffer
	enc := labgob.NewEncoder(&b)
	for _, v := range []any{index, state} {
		if err := enc.Encode(v); err != nil {
			panic(fmt.Sprintf("rafttest: cannot encode a snapshot: %v", err))
		}
	}
	return b.Bytes()
}

// Gob numbers types in the order in which a process meets them. Snapshots are on disks and in messages, whose bytes are
// to be the same whatever the process has played before: their type is met first.
func init() {
	if err := labgob.NewEncoder(io.Discard).Encode([]any{}); err != nil {
		panic(fmt.Sprintf("rafttest: cannot encode a snapshot: %v", err))
	}
}

// command is what a snapshot has of the entry at an index, nil if there is none.
func (s *services) command(index int) any {
	e := s.entries[index]
	if e == nil {
		return nil
	}
	if l, ok := e.command.(long); ok {
		return l.String()
	}
	return e.command
}

// snapshotIndex returns the index of a snapshot.
func snapshotIndex(snapshot []byte) (index int, err error) {
	err = labgob.NewDecoder(bytes.NewReader(snapshot)).Decode(&index)
	return index, err
}

// A long command is remembered by what it was: kept whole, it would hide the memory that servers hold.
type long struct {
	head string
	size int
	sum  uint64
}

func (l long) String() string { return fmt.Sprintf("%s… (%d bytes, hash %x)", l.head, l.size, l.sum) }

// kept is a command as it is remembered.
func kept(command any) any {
	const most = 1024
	text, ok := command.(string)
	if !ok || len(text) <= most {
		return command
	}
	return long{strings.Clone(text[:16]), len(text), xxhash.Sum64String(text)}
}

// same reports whether two commands, as they are remembered, are equal. They come from the code under test and may be
// anything.
func same(a, b any) bool {
	if v := reflect.ValueOf(a); v.IsValid() && !v.Comparable() {
		return reflect.DeepEqual(a, b)
	}
	return a == b
}

// brief is a command in a message for people.
type brief struct{ command any }

func (b brief) String() string {
	const most = 32
	text := fmt.Sprintf("%v", b.command)
	if len(text) > most {
		return fmt.Sprintf("%.*s… (%d bytes)", most, text, len(text))
	}
	return text
}
