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

// A storage is the [etcd.Storage] of a server: etcd's MemoryStorage, which it keeps on a raft.Persister too. It also
// translates etcd's indexes, which count every entry, into the lab's, which count commands only: the empty entry with
// which an etcd leader begins its term has no index in the lab.
type storage struct {
	*etcd.MemoryStorage
	persister     *raft.Persister
	hardState     *pb.HardState
	snapshot      *pb.SnapshotMetadata
	snapshotIndex uint64 // of the last entry that the snapshot includes; the log begins after it
	labIndexes    []int  // labIndexes[i] counts the commands up to the entry at snapshotIndex+i, inclusive
	encoded       []byte // the entries of the log as they are saved, see onDisk
	ends          []int  // ends[i] is where the entry at snapshotIndex+i ends in encoded; ends[0] is 0
	service       []byte // the service's snapshot, from Raft.Snapshot or in a leader's MsgSnap
}

// onDisk is what a server saves as its Raft state. The service's snapshot is saved next to it.
type onDisk struct {
	HardState []byte // in protobuf
	Snapshot  []byte // its metadata, in protobuf
	Commands  int    // how many commands the snapshot includes
	Entries   []byte // those of the log, in protobuf, each preceded by its length as a varint
}

// serviceSnapshot is the Data of an etcd snapshot that leaders send.
type serviceSnapshot struct {
	Commands int    // how many commands it includes
	Data     []byte // the service's snapshot
}

// openStorage returns the storage with what the persister has or, if that is nothing, an empty log. All servers are
// voters.
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

// install replaces the log and the snapshot by a snapshot that includes so many commands, and an empty log. The caller
// has set s.service to the service's snapshot.
func (s *storage) install(snapshot *pb.SnapshotMetadata, commands int) error {
	s.snapshot, s.snapshotIndex = snapshot, snapshot.GetIndex()
	s.labIndexes, s.encoded, s.ends = []int{commands}, nil, []int{0}
	data, err := labgob.Marshal(&serviceSnapshot{commands, s.service})
	if err != nil {
		return err
	}
	return s.ApplySnapshot(&pb.Snapshot{Metadata: snapshot, Data: data})
}

// append adds entries to the log. The first of them, and all after it, replace those that the log has from there on.
func (s *storage) append(entries []*pb.Entry) error {
	for _, e := range entries {
		at := int(e.GetIndex() - s.snapshotIndex)
		n := s.labIndexes[at-1]
		if len(e.GetData()) > 0 {
			n++
		}
		s.labIndexes = append(s.labIndexes[:at], n)
		encoded := bytes.NewBuffer(s.encoded[:s.ends[at-1]])
		if _, err := protodelim.MarshalTo(encoded, e); err != nil {
			return err
		}
		s.encoded = encoded.Bytes()
		s.ends = append(s.ends[:at], len(s.encoded))
	}
	return s.Append(entries)
}

// labIndex returns the lab's index of the command in the entry at an index of etcd's.
func (s *storage) labIndex(index uint64) int { return s.labIndexes[index-s.snapshotIndex] }

// lastLabIndex returns the lab's index of the last command in the log.
func (s *storage) lastLabIndex() int { return s.labIndexes[len(s.labIndexes)-1] }

// save adds the snapshot, the entries and the HardState of a Ready to the storage, and writes it to the persister. If
// nothing but the commit index has changed, MustSync is false, and the persister gets it with the next write: Figure 2
// does not count it among the persistent state.
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

// compact replaces the log up to and including a command by the service's snapshot. The command is given by the lab's
// index, and must have been applied: applied is etcd's index of the last entry that was. If the storage has a snapshot
// that includes the command already, compact does nothing.
func (s *storage) compact(labIndex int, service []byte, applied uint64) error {
	if labIndex <= s.labIndexes[0] {
		return nil
	}
	// Empty entries after the command have the same lab's index; BinarySearch finds the first with it, the command's.
	i, _ := slices.BinarySearch(s.labIndexes, labIndex)
	index := s.snapshotIndex + uint64(i)
	if i == len(s.labIndexes) || index > applied {
		return fmt.Errorf("it was not applied: the last that was is %d", s.labIndex(applied))
	}
	data, err := labgob.Marshal(&serviceSnapshot{labIndex, service})
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
	s.snapshot, s.snapshotIndex, s.service = snapshot.GetMetadata(), index, service
	dropped := s.ends[i] // bytes
	s.labIndexes, s.encoded, s.ends = slices.Clone(s.labIndexes[i:]), bytes.Clone(s.encoded[dropped:]),
		slices.Clone(s.ends[i:])
	for j := range s.ends {
		s.ends[j] -= dropped
	}
	return s.write()
}

// write saves the whole storage on the persister.
func (s *storage) write() error {
	disk := onDisk{Commands: s.labIndexes[0], Entries: s.encoded}
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
