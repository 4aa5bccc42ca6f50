package script_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/labrpc"
	"raftlab/src/recipe"
	"raftlab/src/script"
)

// everything is a script with each kind of action.
func everything() *script.Script {
	w := labrpc.Unreliable().LongReordering()
	w.DoubleRequest, w.DoubleDelay = 1.0/3, labrpc.Delay{Max: 3 * time.Second, Low: true}
	drawn := recipe.Recipe{Seed: math.MaxUint64, Branches: recipe.Branches{{At: time.Second, Seed: 3}}}
	return &script.Script{
		Lab: "raft", Scenario: "ChaosLog", Drawn: drawn, Finding: "safety: Log Matching: S0 # S1",
		Nodes: 5, Instead: script.All, Until: 9 * time.Second, Plain: true, Listed: true,
		Actions: []script.Action{
			{Do: script.Weather, Weather: w},
			{Do: script.Weather},
			{At: 1, Do: script.Crash, Node: 3},
			{At: 1, Do: script.Restart, Node: 3},
			{At: time.Second, Do: script.Disconnect, Node: 4},
			{At: time.Second, Do: script.Connect, Node: 4},
			{At: 1500 * time.Millisecond, Do: script.Cut, Node: 1, Peer: 2},
			{At: 1500 * time.Millisecond, Do: script.Uncut, Node: 1, Peer: 2},
			{At: 2 * time.Second, Do: script.Partition, First: 5, Groups: [][]int{{0, 3}, {1}, nil}},
			{At: 2 * time.Second, Do: script.Heal},
			{At: 3 * time.Second, Do: script.Pause, Node: 1},
			{At: 3 * time.Second, Do: script.Resume, Node: 1},
			{At: 3 * time.Second, Do: script.Skew, Node: 1, Rate: 0.875, Jump: -3 * time.Hour},
			{At: 3 * time.Second, Do: script.Linger, Node: 2, Longest: 300 * time.Millisecond},
			{At: 3 * time.Second, Do: script.CrashOnSave, Node: 1},
			{At: 3 * time.Second, Do: script.Spare, Node: 1},
			{At: 4 * time.Second, Do: script.Ask, Node: 2, Method: "Start", Data: []byte{2, 0, 255}, Means: "command # 3"},
			{At: 4 * time.Second, Do: script.Ask, Node: 2},
			{At: 4 * time.Second, Do: script.Tell, Node: 2, Data: []byte{4}},
			{At: 5 * time.Second, Do: script.Message, Node: 0, Peer: 4, Number: 17, Fate: script.Fate{
				LoseReply: true, DelayRequest: time.Millisecond, Double: true, DoubleAfter: 2 * time.Second,
			}},
			{At: 5 * time.Second, Do: script.Message, Node: 0, Peer: 4, Number: 18, Fate: script.Fate{LoseRequest: true}},
			{At: 5 * time.Second, Do: script.Message, Node: 0, Peer: 4, Number: 19, Fate: script.Fate{DelayReply: 5, Double: true}},
		},
	}
}

func TestTextIsRead(t *testing.T) {
	want := everything()
	got, err := script.Parse(want.Text("how it came about\nin lines", "and more"))
	if err != nil {
		t.Fatalf("%v in\n%s", err, want.Text())
	}
	want.Actions[16].Means = ""
	if diff := cmp.Diff(want.Text(), got.Text()); diff != "" {
		t.Errorf("what is read is not what was written (-want +got):\n%s", diff)
	}
	kinds := make(map[script.Kind]bool)
	for _, a := range got.Actions {
		kinds[a.Do] = true
	}
	if len(kinds) != 18 {
		t.Errorf("%d kinds of actions are read, there are 18", len(kinds))
	}
}

func TestParseRefuses(t *testing.T) {
	const head = "raftlab script 1\nlab: raft\nscenario: ChaosLog\nseed: 1\nactions instead of: all\nuntil: 3s\n"
	tests := []struct{ name, text, want string }{
		{"nothing", "", "it is empty"},
		{"something else", "hello\n", "line 1: the first line"},
		{"too little", "raftlab script 1\nlab: raft\n", `no line "scenario: …"`},
		{"twice", head + "seed: 2\n", "line 7: seed is said twice"},
		{"a seed", strings.Replace(head, "seed: 1", "seed: -1", 1), "line 4: seed"},
		{"instead", strings.Replace(head, "all", "some", 1), "line 5: actions instead of"},
		{"until", strings.Replace(head, "3s", "-3s", 1), "line 6: until"},
		{"nodes", head + "nodes: 0\n", "at least 1"},
		{"left out", head + "left out: naps\n", "schedules, ties or weather"},
		{"a word", head + "crash\n", "line 7"},
		{"a time", head + "soon crash S1\n", `"soon" must be a time`},
		{"a kind", head + "1s explode S1\n", `"explode" is nothing that can be done`},
		{"a node", head + "1s crash 1\n", `"1" is no node`},
		{"far too many nodes", head + "1s crash S1000000\n", "is no node"},
		{"no node", head + "1s crash\n", "must be followed by a node"},
		{"two nodes", head + "1s crash S1 S2\n", "must be followed by a node"},
		{"a way", head + "1s cut S1->S1\n", "is no way"},
		{"a group twice", head + "1s partition 3 S1 S1\n", "S1 is in it twice"},
		{"a group outside", head + "1s partition 3 S3\n", "not one of the first 3"},
		{"a speed", head + "1s skew S1 -1 0s\n", "a speed above 0"},
		{"no speed", head + "1s skew S1 NaN 0s\n", "a speed above 0"},
		{"a weather", head + "1s weather snow=1\n", "nothing that a network does"},
		{"a probability", head + "1s weather lose-request=1.5\n", "a probability"},
		{"a delay", head + "1s weather timeout=2s..1s\n", "two times"},
		{"bytes", head + "1s tell S1 04\n", "no bytes"},
		{"a fate", head + "1s message S1->S2 3 lose-both\n", "nothing that happens to a message"},
		{"a fate without time", head + "1s message S1->S2 3 delay-reply\n", "nothing that happens to a message"},
		{"disorder", head + "2s heal\n1s heal\n", "line 8: 1s is before"},
	}
	for _, tt := range tests {
		if _, err := script.Parse([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got the error %v, expected one with %q", tt.name, err, tt.want)
		}
	}
	if _, err := script.Parse([]byte(head + "# a remark\n\n1s heal # another\n")); err != nil {
		t.Errorf("remarks and empty lines are refused: %v", err)
	}
}

func TestFits(t *testing.T) {
	s := &script.Script{Actions: []script.Action{{Do: script.Cut, Node: 1, Peer: 4}}}
	if err := s.Fits(5); err != nil {
		t.Errorf("five nodes have S4, got %v", err)
	}
	if err := s.Fits(4); err == nil {
		t.Errorf("four nodes have no S4")
	}
}

// With fewer nodes there is nothing that is done to the others.
func TestFewer(t *testing.T) {
	s := everything()
	if err := s.Fits(5); err != nil {
		t.Fatal(err)
	}
	few := s.Fewer(3)
	if err := few.Fits(5); err != nil {
		t.Errorf("%v in\n%s", err, few.Text())
	}
	text := string(few.Text())
	if !strings.Contains(text, "partition 3 S0 S1 -\n") || strings.Contains(text, "S3\n") || len(few.Actions) != len(s.Actions)-7 {
		t.Errorf("got %d actions of %d\n%s", len(few.Actions), len(s.Actions), text)
	}
	whole := &script.Script{Actions: []script.Action{{Do: script.Partition, First: 5, Groups: [][]int{{0, 2, 1}, {3, 4}}}}}
	if got := whole.Fewer(3).Actions[0]; got.Do != script.Heal || whole.Faults() != 1 {
		t.Errorf("a partition with all three nodes on one side is %s", got)
	}
	few.Instead = script.Harm
	if few.Fits(5) == nil || s.Fits(4) == nil {
		t.Error("a scenario is played with fewer nodes than it has, or a script with more")
	}
}

func TestFaults(t *testing.T) {
	s := everything()
	if got := s.Faults(); got != 13 {
		t.Errorf("got %d faults, expected 13: what undoes others, asks, or changes nothing for the worse is none", got)
	}
}

func TestFateIsThatOfTheWeather(t *testing.T) {
	w := labrpc.Unreliable().LongReordering()
	w.DoubleRequest, w.DoubleDelay = 0.5, labrpc.Delay{Max: time.Second}
	for n := range uint64(200) {
		drawn := w.Fate(1, 0, 1, n)
		got := script.FateOf(drawn).In(drawn)
		want := drawn
		if want.LoseRequest { // then what comes later does not
			want.Double, want.DoubleDelay, want.LoseReply, want.ReplyDelay = false, 0, false, 0
		}
		if !want.Double {
			want.DoubleDelay = 0
		}
		if want.LoseReply {
			want.ReplyDelay = 0
		}
		if got != want {
			t.Fatalf("request %d: got %+v, expected %+v", n, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(everything().Text("a remark"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := script.Parse(text)
		if err != nil {
			return
		}
		written := s.Text()
		again, err := script.Parse(written)
		if err != nil {
			t.Fatalf("what was read is written as what cannot be: %v\n%s", err, written)
		}
		if got := again.Text(); string(got) != string(written) {
			t.Fatalf("got %s, expected %s", got, written)
		}
	})
}
