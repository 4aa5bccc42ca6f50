package figure2

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// ask returns the AppendEntries for a server.
func ask(t *testing.T, s *State, server int) *AppendEntriesArgs {
	t.Helper()
	args, snapshot := s.Request(server)
	if snapshot != nil {
		t.Fatalf("a snapshot for S%d, up to %d", server, snapshot.LastIncludedIndex)
	}
	return args
}

func TestHeartbeat(t *testing.T) {
	s := leading(3, 5, 1, 3)
	s.CommitIndex = 1
	want := &AppendEntriesArgs{Term: 5, LeaderId: 1, PrevLogIndex: 2, PrevLogTerm: 3, LeaderCommit: 1}
	if d := cmp.Diff(want, ask(t, &s, 2)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestRequestEntries(t *testing.T) {
	s := leading(3, 5, 1, 3, 5, 5)
	s.progress[0].nextIndex = 3
	want := &AppendEntriesArgs{Term: 5, LeaderId: 1, PrevLogIndex: 2, PrevLogTerm: 3, Entries: entries(3, 5, 5)}
	args := ask(t, &s, 0)
	if d := cmp.Diff(want, args); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}

	// The request travels while the log goes on.
	s.ObserveTerm(6)
	s.AppendEntries(&AppendEntriesArgs{Term: 6, LeaderId: 0, PrevLogIndex: 1, PrevLogTerm: 1,
		Entries: entries(2, 6, 6, 6)}, &AppendEntriesReply{})
	if d := cmp.Diff(want, args); d != "" {
		t.Errorf("the request changed with the log, -want +got:\n%s", d)
	}
}

func TestRequestIsBounded(t *testing.T) {
	s := leading(3, 5)
	for command := range maxBatch + 10 {
		s.Start(command)
	}
	s.Flush()
	if args := ask(t, &s, 0); len(args.Entries) != maxBatch {
		t.Errorf("%d entries, want %d", len(args.Entries), maxBatch)
	} else {
		s.CountAppend(0, args, &AppendEntriesReply{Term: 5, Success: true})
	}
	if !s.Missing(0) {
		t.Error("the rest does not follow")
	}
	if args := ask(t, &s, 0); len(args.Entries) != 10 {
		t.Errorf("%d entries, want the 10 that are left", len(args.Entries))
	}
}

// The followers (a) to (f) of Figure 7, and worse ones: how many refusals it
// takes until a follower's log is in line with the leader's (the end of section
// 5.3). A term each, or one more, whatever its length.
func TestGoBack(t *testing.T) {
	figure7 := []int{1, 1, 1, 4, 4, 5, 5, 6, 6, 6}
	tests := []struct {
		name     string
		leader   []int
		follower []int
		refusals int
	}{
		{name: "(a) lacks the last", leader: figure7, follower: []int{1, 1, 1, 4, 4, 5, 5, 6, 6}, refusals: 1},
		{name: "(b) lacks more", leader: figure7, follower: []int{1, 1, 1, 4}, refusals: 1},
		{name: "(c) has one more", leader: figure7, follower: []int{1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6}},
		{name: "(d) has a later term", leader: figure7, follower: []int{1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7}},
		{name: "(e) has too much of term 4", leader: figure7, follower: []int{1, 1, 1, 4, 4, 4, 4}, refusals: 2},
		{name: "(f) has terms 2 and 3", leader: figure7, follower: []int{1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3}, refusals: 2},
		{name: "has nothing", leader: figure7, refusals: 1},
		{name: "a long term that the leader lacks", leader: []int{1, 9}, follower: append([]int{1}, fifty(2)...),
			refusals: 1},
		{name: "a long term of which the leader has the first", leader: append([]int{1, 2}, fifty(9)...),
			follower: append([]int{1}, fifty(2)...), refusals: 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := leading(3, 9, tt.leader...)
			f := server(Follower, 8, None, tt.follower...)
			f.Me = 2
			refusals := 0
			for ; ; refusals++ {
				args := ask(t, &s, 2)
				var reply AppendEntriesReply
				f.AppendEntries(args, &reply)
				next := s.progress[2].nextIndex
				s.CountAppend(2, args, &reply)
				if reply.Success {
					break
				}
				if s.progress[2].nextIndex >= next {
					t.Fatalf("nextIndex was %d and is %d after a refusal", next, s.progress[2].nextIndex)
				}
				if !s.Missing(2) {
					t.Fatal("nothing follows on a refusal")
				}
			}
			if refusals != tt.refusals {
				t.Errorf("refused %d times, want %d", refusals, tt.refusals)
			}
			if s.progress[2].matchIndex != len(tt.leader) {
				t.Errorf("matchIndex %d, want %d", s.progress[2].matchIndex, len(tt.leader))
			}
			// Without new entries nothing tells the follower that what it has more than the leader is wrong.
			if d := cmp.Diff(s.Log.Entries, f.Log.Entries[:len(tt.leader)]); d != "" {
				t.Errorf("-leader +follower:\n%s", d)
			}
		})
	}
}

func fifty(term int) []int {
	terms := make([]int, 50)
	for i := range terms {
		terms[i] = term
	}
	return terms
}

// Replies come late, twice, out of order, in another term, or from the dead.
func TestCountAppend(t *testing.T) {
	type reply struct {
		asked int // in this term
		prev  int
		n     int // entries
		reply AppendEntriesReply
	}
	yes := AppendEntriesReply{Term: 5, Success: true}
	no := func(term, index int) AppendEntriesReply {
		return AppendEntriesReply{Term: 5, ConflictTerm: term, ConflictIndex: index}
	}
	log := []int{1, 1, 2, 2, 4, 5, 5} // nextIndex begins at 8
	tests := []struct {
		name        string
		replies     []reply
		next, match int
	}{
		{"heartbeat", []reply{{5, 7, 0, yes}}, 8, 7},
		{"entries", []reply{{5, 4, 2, yes}}, 8, 6},
		{"two, the later first", []reply{{5, 4, 2, yes}, {5, 3, 1, yes}}, 8, 6},
		{"one twice", []reply{{5, 4, 2, yes}, {5, 4, 2, yes}}, 8, 6},
		{"refused: its log is shorter", []reply{{5, 7, 0, no(0, 3)}}, 3, 0},
		{"refused: it has another term of which the leader has some", []reply{{5, 7, 0, no(2, 2)}}, 5, 0},
		{"refused: it has a term of which the leader has none", []reply{{5, 7, 0, no(3, 2)}}, 2, 0},
		{"refused twice, once each", []reply{{5, 7, 0, no(0, 5)}, {5, 4, 3, no(0, 2)}}, 2, 0},
		{"a refusal doubled", []reply{{5, 7, 0, no(0, 5)}, {5, 7, 0, no(0, 3)}}, 5, 0},
		{"a refusal from before it matched", []reply{{5, 7, 0, no(0, 3)}, {5, 2, 5, yes}, {5, 7, 0, no(0, 3)}}, 8, 7},
		{"not below what matches", []reply{{5, 2, 2, yes}, {5, 7, 0, no(0, 1)}}, 5, 4},
		{"not up, whatever it says", []reply{{5, 7, 0, no(0, 12)}}, 7, 0},
		{"not below 1, whatever it says", []reply{{5, 7, 0, no(0, -3)}}, 1, 0},
		{"accepted in an earlier term", []reply{{4, 7, 0, AppendEntriesReply{Term: 4, Success: true}}}, 8, 0},
		{"refused in an earlier term", []reply{{4, 7, 0, AppendEntriesReply{Term: 4, ConflictIndex: 1}}}, 8, 0},
		{"of a server that was killed", []reply{{5, 7, 0, AppendEntriesReply{}}}, 8, 0},
		{"of a server that says it is in an earlier term",
			[]reply{{5, 7, 0, AppendEntriesReply{Term: 4, Success: true}}}, 8, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := leading(5, 5, log...)
			var e Effect
			for _, r := range tt.replies {
				args := AppendEntriesArgs{Term: r.asked, LeaderId: 1, PrevLogIndex: r.prev, Entries: make([]Entry, r.n)}
				if e = s.CountAppend(2, &args, &r.reply); e != (Effect{}) {
					t.Errorf("effect %+v: one of four others is no majority", e)
				}
			}
			if f := s.progress[2]; f.nextIndex != tt.next || f.matchIndex != tt.match {
				t.Errorf("nextIndex %d, matchIndex %d, want %d and %d", f.nextIndex, f.matchIndex, tt.next, tt.match)
			}
			checkState(t, s, leading(5, 5, log...))
		})
	}
}

func TestCountAppendCommits(t *testing.T) {
	s := leading(3, 5, 5, 5)
	if e, want := s.CountAppend(0, ask(t, &s, 0), &AppendEntriesReply{Term: 5, Success: true}),
		(Effect{Apply: true}); e != want {
		t.Errorf("effect %+v, want %+v", e, want)
	}
	if e := s.CountAppend(2, ask(t, &s, 2), &AppendEntriesReply{Term: 5, Success: true}); e != (Effect{}) {
		t.Errorf("committed already: effect %+v", e)
	}
	if s.CommitIndex != 2 {
		t.Errorf("committed up to %d, want 2", s.CommitIndex)
	}
}

func TestCountAppendNewerTerm(t *testing.T) {
	s := leading(3, 5, 5)
	args := ask(t, &s, 0)
	if e, want := s.CountAppend(0, args, &AppendEntriesReply{Term: 6}), (Effect{Save: true, Reset: true}); e != want {
		t.Errorf("effect %+v, want %+v", e, want)
	}
	checkState(t, s, server(Follower, 6, None, 5))
	if e := s.CountAppend(0, args, &AppendEntriesReply{Term: 5, Success: true}); e != (Effect{}) {
		t.Errorf("not a leader any more: effect %+v", e)
	}
	checkState(t, s, server(Follower, 6, None, 5))
}

// What a leader says before the next heartbeat, and when.
func TestNews(t *testing.T) {
	s := leading(3, 5)
	yes := &AppendEntriesReply{Term: 5, Success: true}
	expect := func(when string, wait time.Duration, pending, missing []int) {
		t.Helper()
		if got, ok := s.Updates(); got != wait || ok != (wait > 0) {
			t.Errorf("%s: updates in %v, %v, want %v", when, got, ok, wait)
		}
		var gotPending, gotMissing []int
		for i := range s.Servers {
			if s.Pending(i) {
				gotPending = append(gotPending, i)
			}
			if s.Missing(i) {
				gotMissing = append(gotMissing, i)
			}
		}
		if d := cmp.Diff(pending, gotPending); d != "" {
			t.Errorf("%s: pending, -want +got:\n%s", when, d)
		}
		if d := cmp.Diff(missing, gotMissing); d != "" {
			t.Errorf("%s: missing, -want +got:\n%s", when, d)
		}
	}
	none, both := []int(nil), []int{0, 2}

	expect("in the beginning", 0, none, none)
	s.Start("a")
	expect("started", entryDelay, none, none)
	s.Flush()
	expect("flushed", entryDelay, both, both)
	to0, to2 := ask(t, &s, 0), ask(t, &s, 2)
	expect("under way", 0, none, none)
	s.Start("b")
	s.Flush()
	expect("more flushed, while the first is under way", 0, none, none)
	s.CountAppend(0, to0, yes)
	expect("S0 has the first, which is committed, and gets more at once", entryDelay, []int{0}, []int{0})
	to0 = ask(t, &s, 0)
	expect("and is busy again", 0, none, none)
	s.CountAppend(0, to0, yes)
	expect("the second is committed, which S0 does not know", commitDelay, []int{0}, none)
	s.CountAppend(2, to2, yes)
	expect("S2 lacks the second", entryDelay, both, []int{2})
	to0, to2 = ask(t, &s, 0), ask(t, &s, 2)
	s.CountAppend(0, to0, yes)
	s.CountAppend(2, to2, yes)
	expect("both know all", 0, none, none)

	// A heartbeat overtakes: only the answer to the last request is waited for.
	s.Start("c")
	s.Flush()
	late, last := ask(t, &s, 2), ask(t, &s, 2)
	s.Start("d")
	s.Flush()
	s.CountAppend(2, late, yes)
	expect("the heartbeat is still under way", entryDelay, []int{0}, []int{0})
	s.CountAppend(2, last, yes)
	expect("and is answered", entryDelay, both, both)

	// A refusal makes what else is under way useless.
	first, second := ask(t, &s, 2), ask(t, &s, 2)
	s.progress[2].matchIndex = 0
	s.CountAppend(2, first, &AppendEntriesReply{Term: 5, ConflictIndex: 2})
	expect("go back at once", entryDelay, both, both)
	s.CountAppend(2, second, &AppendEntriesReply{Term: 5, ConflictIndex: 2})
	expect("refused likewise", entryDelay, both, both)

	s.ObserveTerm(6)
	expect("not a leader any more", 0, none, none)
}

// Who is silent for some time gets heartbeats without entries until it answers.
func TestSilence(t *testing.T) {
	s := leading(3, 5, 5, 5)
	s.progress[0].nextIndex = 1
	var args *AppendEntriesArgs
	for range maxUnanswered {
		if args = ask(t, &s, 0); len(args.Entries) != 2 {
			t.Fatalf("%d entries, want 2", len(args.Entries))
		}
	}
	for range 3 {
		want := &AppendEntriesArgs{Term: 5, LeaderId: 1}
		if d := cmp.Diff(want, ask(t, &s, 0)); d != "" {
			t.Errorf("to a silent server, -want +got:\n%s", d)
		}
	}
	probe := ask(t, &s, 0)
	s.CountAppend(0, probe, &AppendEntriesReply{Term: 5, Success: true})
	if !s.Missing(0) || len(ask(t, &s, 0).Entries) != 2 {
		t.Error("it answered and gets no entries")
	}
}
