package monitor

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

// A listener is a monitor that only this file knows. It tells all that it hears, and what views say by then.
type listener struct {
	*views
	heard *[]string
}

func (m listener) hears(format string, args ...any) {
	*m.heard = append(*m.heard, fmt.Sprintf(format, args...))
}

// newListener is the line in the list.
func newListener(heard *[]string) func(*views) monitor {
	return func(v *views) monitor {
		m := listener{v, heard}
		return monitor{
			rules: Rules{Persistence: true}, off: m.off,
			booted:  func(server int) { m.hears("S%d booted, life %d", server, m.lives[server].number) },
			crashed: func(server int) { m.hears("S%d crashed, up: %t", server, m.lives[server].up) },
			state: func(a answer) {
				m.hears("S%d is in T%d, known: T%d", a.server, a.term, m.clocks.servers[a.server].known)
			},
			sent: func(c *call) {
				m.hears("S%d sent T%d, known: T%d", c.from, c.term, m.clocks.servers[c.from].known)
			},
			arrived: func(c *call) {
				m.hears("S%d was told T%d, known: T%d", c.to, c.term, m.clocks.servers[c.to].told)
			},
			handled: func(c *call) {
				m.hears("S%d replied T%d, known: T%d", c.to, c.reply.term, m.clocks.servers[c.to].said)
			},
			answered: func(c *call) {
				m.hears("S%d heard T%d, known: T%d", c.from, c.reply.term, m.clocks.servers[c.from].told)
			},
			voted: func(b vote) {
				m.hears("S%d voted for S%d in T%d, known: S%d", b.voter, b.candidate, b.term,
					m.ballots.cast[inTerm{b.voter, b.term}])
			},
			leads: m.leads,
			shows: func(e shownEntry) {
				m.hears("an entry at %d, known: T%d", e.at.index, m.logs[e.call.term].terms[e.at.index])
			},
			applied:  func(a applied) { m.hears("S%d applied %v", a.server, a.Command) },
			restored: func(r restored) { m.hears("S%d goes on at %d", r.server, r.index) },
			saved:    func(server int) { m.hears("S%d saved %s", server, m.disks.servers[server].state) },
		}
	}
}

func (m listener) off() []string {
	if m.wire.knows(unknown) {
		return []string{"nobody listens: " + m.wire.strangers()}
	}
	return nil
}

func (m listener) leads(l lead) {
	m.hears("S%d leads T%d, known: S%d; elected by %v", l.server, l.term, m.claims.byTerm[l.term].server, l.voters)
	m.violated("Nobody Leads", "S%d leads", l.server)
}

// A monitor is one file and one line in a list.
func TestAddedMonitor(t *testing.T) {
	type (
		voteArgs  struct{ Term, CandidateId, LastLogIndex, LastLogTerm int }
		voteReply struct {
			Term        int
			VoteGranted bool
		}
		entry      struct{ Term, Command int }
		appendArgs struct {
			Term, LeaderId, PrevLogIndex, PrevLogTerm int
			Entries                                   []entry
		}
		appendReply struct {
			Term    int
			Success bool
		}
	)
	play := func(s *Set, calls uint64, method string, args, reply any) {
		e := labrpc.Event{End: labrpc.Route{From: 0, To: 1, Life: 1}, Call: calls, Method: method}
		var err error
		if e.Args, err = labgob.Marshal(args); err != nil {
			t.Fatal(err)
		}
		answer, err := labgob.Marshal(reply)
		if err != nil {
			t.Fatal(err)
		}
		for _, e.Step = range []labrpc.Step{labrpc.Sent, labrpc.Arrived, labrpc.Handled, labrpc.Answered} {
			if e.Step == labrpc.Handled {
				e.Reply = answer
			}
			s.Message(e)
		}
	}
	var heard, said []string
	report := func(v Violation) { said = append(said, v.String()) }
	list := append(slices.Clone(constructors), newListener(&heard))

	set := newSet(3, Rules{Log: true, Persistence: true}, report, list)
	set.Booted(0)
	set.Booted(1)
	play(set, 0, "Raft.RequestVote", &voteArgs{1, 0, 0, 0}, &voteReply{1, true})
	play(set, 1, "Raft.AppendEntries", &appendArgs{1, 0, 0, 0, []entry{{1, 7}}}, &appendReply{1, true})
	set.State(0, 1, false)
	set.Applied(0, raft.ApplyMsg{CommandValid: true, Command: 7, CommandIndex: 1})
	set.Crashed(0)
	set.Saved(0, []byte("T1"), nil)
	set.Restored(0, 0, nil)
	want := []string{
		"S0 booted, life 1",
		"S1 booted, life 1",
		"S0 voted for S0 in T1, known: S0",
		"S0 sent T1, known: T1",
		"S1 was told T1, known: T1",
		"S1 replied T1, known: T1",
		"S1 voted for S0 in T1, known: S0",
		"S0 heard T1, known: T1",
		"S0 leads T1, known: S0; elected by [0 1]",
		"an entry at 1, known: T1",
		"S0 sent T1, known: T1",
		"S1 was told T1, known: T1",
		"S1 replied T1, known: T1",
		"S0 heard T1, known: T1",
		"S0 is in T1, known: T1",
		"S0 applied 7",
		"S0 crashed, up: false",
		"S0 saved T1",
		"S0 goes on at 0",
	}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("heard, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Nobody Leads: S0 leads"}, said); diff != "" {
		t.Errorf("violations, -want +got:\n%s", diff)
	}
	if votes, others := set.Off(); slices.ContainsFunc(slices.Concat(votes, others), isListeners) {
		t.Errorf("off: %q, %q", votes, others)
	}
	play(set, 2, "Raft.Ping", &struct{ N int }{7}, &struct{ N int }{7})
	if votes, others := set.Off(); !slices.ContainsFunc(others, isListeners) ||
		slices.ContainsFunc(votes, isListeners) {
		t.Errorf("off: %q, %q", votes, others)
	}

	// Where its rules are not in force, there is no such monitor.
	heard = nil
	set = newSet(3, Rules{Log: true}, report, list)
	set.Booted(0)
	play(set, 0, "Raft.Ping", &struct{ N int }{7}, &struct{ N int }{7})
	if _, others := set.Off(); len(heard) > 0 || slices.ContainsFunc(others, isListeners) {
		t.Errorf("heard %q, off: %q", heard, others)
	}
}

func isListeners(note string) bool { return note == "monitor off: nobody listens: Raft.Ping has N" }
