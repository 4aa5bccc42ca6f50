package etcdraft

import (
	"fmt"
	"time"

	etcd "go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"
)

// snapshotPatience is how long a leader waits for the answer to a snapshot before it takes it for lost and sends to
// that server again.
const snapshotPatience = 500 * time.Millisecond

// StepArgs carries messages of etcd's raft, in protobuf.
type StepArgs struct {
	From     int
	Messages [][]byte
}

// StepReply carries the messages that answer those of StepArgs.
type StepReply struct{ Messages [][]byte }

// Step is the handler of all messages.
func (rf *Raft) Step(args *StepArgs, reply *StepReply) {
	reply.Messages = rf.do(args.From, func() { rf.step(args.Messages) })
}

// step hands messages to the node. The lock is held.
func (rf *Raft) step(messages [][]byte) {
	for _, data := range messages {
		m := new(pb.Message)
		if err := proto.Unmarshal(data, m); err != nil {
			panic(fmt.Sprintf("S%d cannot decode a message: %v", rf.me, err))
		}
		rf.node.Step(m) // its errors are about messages that came too late
	}
}

// send sends messages, all that are for one server in one RPC from a goroutine of its own. It returns those to the
// caller instead of sending them, unless one is a snapshot: that is sent. The lock is held.
func (rf *Raft) send(messages []*pb.Message, caller int) (answers [][]byte) {
	args := make([]StepArgs, len(rf.peers))
	snapshot := make([]bool, len(rf.peers))
	for _, m := range messages {
		data, err := proto.Marshal(m)
		if err != nil {
			panic(fmt.Sprintf("S%d cannot encode a message: %v", rf.me, err))
		}
		to := int(m.GetTo()) - 1
		if to == caller && m.GetType() != pb.MsgSnap {
			answers = append(answers, data)
			continue
		}
		args[to].Messages = append(args[to].Messages, data)
		snapshot[to] = snapshot[to] || m.GetType() == pb.MsgSnap
	}
	for to := range rf.peers {
		args[to].From = rf.me
		switch {
		case len(args[to].Messages) == 0:
		case snapshot[to]:
			go rf.sendSnapshot(to, &args[to])
		default:
			go rf.sendTo(to, &args[to])
		}
	}
	return answers
}

func (rf *Raft) sendTo(to int, args *StepArgs) {
	var reply StepReply
	ok := rf.peers[to].Call("Raft.Step", args, &reply)
	rf.do(nobody, func() {
		if !ok {
			rf.node.ReportUnreachable(id(to))
		}
		rf.step(reply.Messages)
	})
}

// sendSnapshot sends messages with a snapshot among them, and reports to the node whether it arrived: until then the
// node sends that server no entries.
func (rf *Raft) sendSnapshot(to int, args *StepArgs) {
	report := func(status etcd.SnapshotStatus, answers [][]byte) {
		rf.do(nobody, func() {
			rf.node.ReportSnapshot(id(to), status)
			rf.step(answers)
		})
	}
	timer := time.AfterFunc(snapshotPatience, func() { report(etcd.SnapshotFailure, nil) })
	defer timer.Stop()
	var reply StepReply
	if rf.peers[to].Call("Raft.Step", args, &reply) {
		report(etcd.SnapshotFinish, reply.Messages)
	} else {
		report(etcd.SnapshotFailure, nil)
	}
}
