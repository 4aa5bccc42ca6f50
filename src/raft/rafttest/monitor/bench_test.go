package monitor_test

import (
	"encoding/binary"
	"testing"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/monitor"
)

// A recording is what happens in a cluster of five, in which a leader of each term brings entries to all. It is encoded
// before it is played, so that nothing but the monitors is measured.
type recording struct {
	b      *testing.B
	events []func(*monitor.Set)
	calls  uint64
}

func (r *recording) add(event func(*monitor.Set)) { r.events = append(r.events, event) }

// call is an RPC that is sent, handled and answered, with what its receiver has saved meanwhile.
func (r *recording) call(from, to int, method string, args, reply any) {
	e := labrpc.Event{End: labrpc.Route{From: from, To: to, Life: 1}, Call: r.calls, Method: method}
	r.calls++
	var err error
	if e.Args, err = labgob.Marshal(args); err != nil {
		r.b.Fatal(err)
	}
	answer, err := labgob.Marshal(reply)
	if err != nil {
		r.b.Fatal(err)
	}
	state := binary.AppendUvarint(nil, r.calls)
	for _, step := range []labrpc.Step{labrpc.Sent, labrpc.Arrived, labrpc.Handled, labrpc.Answered} {
		e := e
		if e.Step = step; step >= labrpc.Handled {
			e.Reply = answer
		}
		if step == labrpc.Handled {
			r.add(func(s *monitor.Set) { s.Saved(to, state, nil) })
		}
		r.add(func(s *monitor.Set) { s.Message(e) })
	}
}

func recorded(b *testing.B) []func(*monitor.Set) {
	const servers, terms, rounds = 5, 6, 20
	r := &recording{b: b}
	for i := range servers {
		r.add(func(s *monitor.Set) { s.Booted(i) })
	}
	var log []Entry
	for term := 1; term <= terms; term++ {
		leader, lastTerm := term%servers, term-1
		r.add(func(s *monitor.Set) { s.Saved(leader, []byte{byte(term)}, nil) })
		for i := range servers {
			if i != leader {
				r.call(leader, i, "Raft.RequestVote", &RequestVoteArgs{term, leader, len(log), lastTerm},
					&RequestVoteReply{term, true})
			}
		}
		for range rounds {
			prev := len(log)
			log = append(log, Entry{term, prev + 1}, Entry{term, prev + 2})
			r.add(func(s *monitor.Set) { s.State(leader, term, true) })
			for i := range servers {
				if i != leader {
					r.call(leader, i, "Raft.AppendEntries", &AppendArgs{term, leader, prev, lastTerm, log[prev:], prev},
						&AppendEntriesReply{term, true})
					r.call(leader, i, "Raft.AppendEntries", &AppendArgs{term, leader, prev + 2, term, nil, prev},
						&AppendEntriesReply{term, true})
				}
			}
			lastTerm = term
			for i := range servers {
				for n := range 2 {
					index := prev + 1 + n
					r.add(func(s *monitor.Set) {
						s.Applied(i, raft.ApplyMsg{CommandValid: true, Command: index, CommandIndex: index})
					})
				}
			}
		}
	}
	return r.events
}

func BenchmarkSet(b *testing.B) {
	events := recorded(b)
	b.ReportAllocs()
	for b.Loop() {
		set := monitor.New(5, snapping, func(v monitor.Violation) { b.Fatal(v) })
		for _, event := range events {
			event(set)
		}
		if votes, others := set.Off(); len(votes)+len(others) > 0 {
			b.Fatal(votes, others)
		}
	}
}
