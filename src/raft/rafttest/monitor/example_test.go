package monitor_test

import (
	"fmt"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest/monitor"
)

// S1 gives its vote in term 1 to S0, and then to S2.
func Example() {
	set := monitor.New(3, monitor.Rules{}, func(v monitor.Violation) { fmt.Println(v) })
	for i := range 3 {
		set.Booted(i)
	}
	for _, candidate := range []int{0, 2} {
		args, _ := labgob.Marshal(&RequestVoteArgs{Term: 1, CandidateId: candidate})
		reply, _ := labgob.Marshal(&RequestVoteReply{Term: 1, VoteGranted: true})
		e := labrpc.Event{
			End:    labrpc.Route{From: candidate, To: 1, Life: 1},
			Method: "Raft.RequestVote", Args: args, Reply: reply,
		}
		for _, e.Step = range []labrpc.Step{labrpc.Sent, labrpc.Arrived, labrpc.Handled} {
			set.Message(e)
		}
	}
	// Output:
	// One Vote per Term: S1 voted for S0 and for S2 in T1
}
