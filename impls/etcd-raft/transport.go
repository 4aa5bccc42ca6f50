package etcdraft

import (
	"fmt"
	"time"

	etcd "go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"
)

// snapshotPatience is how long a leader waits to hear that a snapshot arrived
// before it takes it for lost and speaks to that server again.
const snapshotPatience = 500 * time.Millisecond

// StepArgs carries messages of etcd's raft, in protobuf.
type StepArgs struct{ Messages [][]byte }

// StepReply says only that they arrived.
type StepReply struct{ Arrived bool }

// Step is the handler of all messages.
func (rf *Raft) Step(args *StepArgs, reply *StepReply) {
	rf.do(func() {
		for _, data := range args.Messages {
			m := new(pb.Message)
			if err := proto.Unmarshal(data, m); err != nil {
				panic(fmt.Sprintf("S%d cannot decode a message: %v", rf.me, err))
			}
			rf.node.Step(m) // its errors are about messages that came too late
		}
	})
	reply.Arrived = true
}

// send sends messages, those to one server together, each server in a goroutine
// of its own. The lock is held.
func (rf *Raft) send(messages []*pb.Message) {
	args := make([]StepArgs, len(rf.peers))
	snapshot := make([]bool, len(rf.peers))
	for _, m := range messages {
		data, err := proto.Marshal(m)
		if err != nil {
			panic(fmt.Sprintf("S%d cannot encode a message: %v", rf.me, err))
		}
		to := int(m.GetTo()) - 1
		args[to].Messages = append(args[to].Messages, data)
		snapshot[to] = snapshot[to] || m.GetType() == pb.MsgSnap
	}
	for to := range rf.peers {
		switch {
		case len(args[to].Messages) == 0:
		case snapshot[to]:
			go rf.sendSnapshot(to, &args[to])
		default:
			go rf.sendTo(to, &args[to])
		}
	}
}

func (rf *Raft) sendTo(to int, args *StepArgs) {
	if !rf.peers[to].Call("Raft.Step", args, new(StepReply)) {
		rf.do(func() { rf.node.ReportUnreachable(id(to)) })
	}
}

// sendSnapshot sends messages with a snapshot among them. Until it is told what
// became of it, the node sends that server no entries.
func (rf *Raft) sendSnapshot(to int, args *StepArgs) {
	lost := func() { rf.do(func() { rf.node.ReportSnapshot(id(to), etcd.SnapshotFailure) }) }
	timer := time.AfterFunc(snapshotPatience, lost)
	defer timer.Stop()
	if rf.peers[to].Call("Raft.Step", args, new(StepReply)) {
		rf.do(func() { rf.node.ReportSnapshot(id(to), etcd.SnapshotFinish) })
	} else {
		lost()
	}
}
