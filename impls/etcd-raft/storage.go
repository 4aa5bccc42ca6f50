package etcdraft

import (
	"bytes"
	"fmt"
	"slices"

	etcd "go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/encoding/protodelim"
	"google.golang.org/protobuf/proto"

	"raftlab/src/labgob"
	"raftlab/src/raft"
)

// A storage is the log that etcd's raft works on, kept on a raft.Persister, and the way from its indexes, which count
// every entry, to the lab's, which count commands.
type storage struct {
	*etcd.MemoryStorage
	persister *raft.Persister
	hardState *pb.HardState
	snapshot  *pb.SnapshotMetadata
	first     uint64 // index of the snapshot, before all entries
	commands  []int  // commands up to and including the entry at first+i
	encoded   []byte // the entries after first, for the disk: each after its length
	ends      []int  // of the entries up to and including first+i in encoded
	service   []byte // the service's part of the snapshot
}

// onDisk is what a server saves, its parts in protobuf. The snapshot's data is kept next to it.
type onDisk struct {
	HardState []byte
	Snapshot  []byte
	Commands  int    // of the snapshot
	Entries   []byte // each after its length, a varint
}

// serviceSnapshot is the data of a snapshot.
type serviceSnapshot struct {
	Commands int
	Data     []byte
}

// openStorage reads a server's disk.
func openStorage(servers int, persister *raft.Persister) (*storage, error) {
	s := &storage{
		MemoryStorage: etcd.NewMemoryStorage(),
		persister:     persister,
		hardState:     &pb.HardState{},
		service:       persister.ReadSnapshot(),
	}
	snapshot := &pb.SnapshotMetadata{ConfState: &pb.ConfState{}}
	for i := range servers {
		snapshot.ConfState.Voters = append(snapshot.ConfState.Voters, id(i))
	}
	var disk onDisk
	var entries []*pb.Entry
	if saved := persister.ReadRaftState(); len(saved) > 0 {
		if err := labgob.Unmarshal(saved, &disk); err != nil {
			return nil, err
		}
		if err := proto.Unmarshal(disk.HardState, s.hardState); err != nil {
			return nil, err
		}
		if err := proto.Unmarshal(disk.Snapshot, snapshot); err != nil {
			return nil, err
		}
		for r := bytes.NewReader(disk.Entries); r.Len() > 0; {
			e := new(pb.Entry)
			if err := protodelim.UnmarshalFrom(r, e); err != nil {
				return nil, err
			}
			entries = append(entries, e)
		}
	}
	if err := s.install(snapshot, disk.Commands); err != nil {
		return nil, err
	}
	if err := s.SetHardState(s.hardState); err != nil {
		return nil, err
	}
	return s, s.append(entries)
}

// install makes a snapshot, with the service's part as it is in s, all that there is.
func (s *storage) install(snapshot *pb.SnapshotMetadata, commands int) error {
	s.snapshot, s.first = snapshot, snapshot.GetIndex()
	s.commands, s.encoded, s.ends = []int{commands}, nil, []int{0}
	data, err := labgob.Marshal(&serviceSnapshot{commands, s.service})
	if err != nil {
		return err
	}
	return s.ApplySnapshot(&pb.Snapshot{Metadata: snapshot, Data: data})
}

// append puts entries into the log, in the place of those that it has there.
func (s *storage) append(entries []*pb.Entry) error {
	for _, e := range entries {
		at := int(e.GetIndex() - s.first)
		n := s.commands[at-1]
		if len(e.GetData()) > 0 {
			n++
		}
		s.commands = append(s.commands[:at], n)
		encoded := bytes.NewBuffer(s.encoded[:s.ends[at-1]])
		if _, err := protodelim.MarshalTo(encoded, e); err != nil {
			return err
		}
		s.encoded = encoded.Bytes()
		s.ends = append(s.ends[:at], len(s.encoded))
	}
	return s.Append(entries)
}

// command returns the lab's index for an entry with a command.
func (s *storage) command(index uint64) int { return s.commands[index-s.first] }

// lastCommand returns the lab's index of the last entry.
func (s *storage) lastCommand() int { return s.commands[len(s.commands)-1] }

// save takes over what a Ready has for the disk and, if anybody may be told of it, writes it.
func (s *storage) save(rd *etcd.Ready) error {
	installed := !etcd.IsEmptySnap(rd.Snapshot)
	if installed {
		var snapshot serviceSnapshot
		if err := labgob.Unmarshal(rd.Snapshot.GetData(), &snapshot); err != nil {
			return err
		}
		s.service = snapshot.Data
		if err := s.install(rd.Snapshot.GetMetadata(), snapshot.Commands); err != nil {
			return err
		}
	}
	if err := s.append(rd.Entries); err != nil {
		return err
	}
	if !etcd.IsEmptyHardState(rd.HardState) {
		s.hardState = rd.HardState
		if err := s.SetHardState(rd.HardState); err != nil {
			return err
		}
	}
	if installed || rd.MustSync {
		return s.write()
	}
	return nil
}

// compact puts the service's snapshot in the place of the log up to and including a command that was applied. A
// snapshot that is older than the one there is does nothing.
func (s *storage) compact(command int, service []byte, applied uint64) error {
	if command <= s.commands[0] {
		return nil
	}
	i, _ := slices.BinarySearch(s.commands, command) // the first, as empty entries come after
	index := s.first + uint64(i)
	if i == len(s.commands) || index > applied {
		return fmt.Errorf("it was not applied: the last that was is %d", s.commands[applied-s.first])
	}
	data, err := labgob.Marshal(&serviceSnapshot{command, service})
	if err != nil {
		return err
	}
	snapshot, err := s.CreateSnapshot(index, nil, data)
	if err != nil {
		return err
	}
	if err := s.Compact(index); err != nil {
		return err
	}
	s.snapshot, s.first, s.service = snapshot.GetMetadata(), index, service
	gone := s.ends[i]
	s.commands, s.encoded, s.ends = slices.Clone(s.commands[i:]), bytes.Clone(s.encoded[gone:]),
		slices.Clone(s.ends[i:])
	for j := range s.ends {
		s.ends[j] -= gone
	}
	return s.write()
}

// write saves everything.
func (s *storage) write() error {
	disk := onDisk{Commands: s.commands[0], Entries: s.encoded}
	var err error
	if disk.HardState, err = proto.Marshal(s.hardState); err != nil {
		return err
	}
	if disk.Snapshot, err = proto.Marshal(s.snapshot); err != nil {
		return err
	}
	data, err := labgob.Marshal(&disk)
	if err != nil {
		return err
	}
	s.persister.Save(data, s.service)
	return nil
}
