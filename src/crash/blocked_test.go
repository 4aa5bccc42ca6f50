package crash_test

import (
	"slices"
	"strings"
	"testing"

	"raftlab/src/crash"
)

// Parts of the stacks of a box. In them each goroutine of a Raft called GetState by way of the harness, or not.
const (
	asked   = "raftlab/src/raft/rafttest/sim/guest.(*server).look(0x1)\n\tg.go:1 +0x1\n"
	lockOfA = "internal/sync.runtime_SemacquireMutex(0x5, 0x0, 0x2)\n\tsema.go:1 +0x1\n" +
		"internal/sync.(*Mutex).lockSlow(0x3fa010)\n\tmutex.go:9 +0x1\n" +
		"sync.(*Mutex).Lock(0x3fa010)\n\tmutex.go:5 +0x1\n"
	lockOfB = "sync.(*Mutex).Lock(0x3fa018?)\n\tmutex.go:5 +0x1\n"
)

func mine(name, line string) string {
	return "ada/raft.(*Raft)." + name + "(0x1, {0x2, 0x3})\n\tada/raft/raft.go:" + line + " +0x4\n"
}

func taken(lock, by, name, line string) string {
	return "\nlock " + lock + " is held " + by + "\nada/raft.(*Raft)." + name + "(...)\n\tada/raft/raft.go:" + line +
		"\n"
}

func TestBlocked(t *testing.T) {
	const look = "raftlab/src/raft/rafttest/sim/guest.(*server).look"
	tests := []struct {
		name  string
		dump  []string // goroutines and locks
		want  string
		first string // the numbers of the goroutines, in the order in which they are shown
	}{
		{"nothing", nil, "", ""},
		{"no dump at all", []string{"goroutine \n", "lock 0x3fa010 is held by nobody\n"}, "", ""},
		{"nobody asked", []string{"goroutine 3 [sleep]:\n" + mine("tick", "9")}, "", "3"},
		{"the one that was asked is not in the Raft",
			[]string{"goroutine 3 [sleep]:\n" + asked, "goroutine 4 [sleep]:\n" + mine("tick", "9")}, "", "4"},
		{"a channel", []string{"goroutine 3 [select, 2 minutes]:\n" + mine("tick", "9"),
			"goroutine 7 [chan receive (nil chan)]:\n" + mine("GetState", "27") + asked},
			"it waits for a channel in raft.(*Raft).GetState at raft.go:27", "7 3"},
		{"for ever", []string{"goroutine 7 [select (no cases)]:\n" + mine("GetState", "27") + asked},
			"it waits for ever in raft.(*Raft).GetState at raft.go:27", "7"},
		{"something else", []string{"goroutine 7 [IO wait]:\n" + mine("GetState", "27") + asked},
			"it waits (IO wait) in raft.(*Raft).GetState at raft.go:27", "7"},
		{"a lock of which nothing is known",
			[]string{"goroutine 7 [sync.Mutex.Lock]:\n" + lockOfA + mine("GetState", "27") + asked},
			"it waits for a lock in raft.(*Raft).GetState at raft.go:27", "7"},
		{"a lock over an RPC", []string{
			"goroutine 2 [sleep]:\n" + mine("tick", "9"),
			"goroutine 7 [sync.Mutex.Lock]:\n" + lockOfA + mine("GetState", "27") + asked,
			"goroutine 9 [chan receive]:\nraftlab/src/labrpc.(*ClientEnd).Call(0x1)\n\tl.go:1 +0x1\n" +
				mine("greet", "36") + "created by ada/raft.Make in goroutine 1\n\tada/raft/raft.go:2 +0x1\n",
			taken("0x3fa010", "by goroutine 9", "greet", "34"),
			taken("0x3fa018", "by goroutine 2", "tick", "8"),
		}, "it waits for a lock in raft.(*Raft).GetState at raft.go:27, which is held by a goroutine that took it in " +
			"raft.(*Raft).greet at raft.go:34 and " +
			"waits for the reply to an RPC in raft.(*Raft).greet at raft.go:36: it holds a lock over an RPC", "7 9 2"},
		{"three in a row", []string{
			"goroutine 2 [runnable]:\n" + mine("tick", "9"),
			"goroutine 7 [sync.Mutex.Lock]:\n" + lockOfA + mine("GetState", "27") + asked,
			"goroutine 9 [sync.Mutex.Lock]:\n" + lockOfB + mine("apply", "36"),
			taken("0x3fa010", "by goroutine 9", "apply", "34"),
			taken("0x3fa018", "by goroutine 2", "tick", "8"),
		}, "it waits for a lock in raft.(*Raft).GetState at raft.go:27, which is held by a goroutine that took it in " +
			"raft.(*Raft).apply at raft.go:34 and " +
			"waits for a lock in raft.(*Raft).apply at raft.go:36, which is held by a goroutine that took it in " +
			"raft.(*Raft).tick at raft.go:8 and " +
			"runs in raft.(*Raft).tick at raft.go:9", "7 9 2"},
		{"a circle", []string{
			"goroutine 7 [sync.Mutex.Lock]:\n" + lockOfA + mine("GetState", "27") + asked,
			"goroutine 9 [sync.Mutex.Lock]:\n" + lockOfB + mine("apply", "36"),
			taken("0x3fa010", "by goroutine 9", "apply", "34"),
			taken("0x3fa018", "by goroutine 7", "GetState", "26"),
		}, "it waits for a lock in raft.(*Raft).GetState at raft.go:27, which is held by a goroutine that took it in " +
			"raft.(*Raft).apply at raft.go:34 and " +
			"waits for a lock in raft.(*Raft).apply at raft.go:36, which is held by the goroutine before that, which " +
			"took it in raft.(*Raft).GetState at raft.go:26 and has it: " +
			"each waits for the other", "7 9"},
		{"itself", []string{"goroutine 7 [sync.Mutex.Lock]:\n" + lockOfA + mine("many", "36") +
			mine("GetState", "25") + asked, taken("0x3fa010", "by goroutine 7", "GetState", "22")},
			"it waits for a lock in raft.(*Raft).many at raft.go:36, but holds it already: it took it in " +
				"raft.(*Raft).GetState at raft.go:22 and has not given it back", "7"},
		{"one that has left", []string{"goroutine 7 [sync.Mutex.Lock]:\n" + lockOfA + mine("GetState", "24") + asked,
			taken("0x3fa010", "by goroutine 5", "GetState", "24")},
			"it waits for a lock in raft.(*Raft).GetState at raft.go:24, which no goroutine holds that still runs: " +
				"it was last taken in raft.(*Raft).GetState at raft.go:24 " +
				"and not given back (a return without Unlock?)", "7"},
		{"one that is no longer in the Raft", []string{
			"goroutine 1 [chan receive]:\nraftlab/src/raft/rafttest/sim/guest.apply[...](0x1)\n\tg.go:1 +0x1\n",
			"goroutine 7 [sync.Mutex.Lock]:\n" + lockOfA + mine("GetState", "24") + asked,
			taken("0x3fa010", "by goroutine 1", "Snapshot", "40")},
			"it waits for a lock in raft.(*Raft).GetState at raft.go:24, which no goroutine holds that still runs: " +
				"it was last taken in raft.(*Raft).Snapshot at raft.go:40 " +
				"and not given back (a return without Unlock?)", "7"},
		{"a library's place", []string{
			"goroutine 7 [sync.Mutex.Lock]:\n" + lockOfA + mine("GetState", "24") + asked,
			"goroutine 9 [sleep]:\n" + mine("tick", "9"),
			"\nlock 0x3fa010 is held by goroutine 9\ngithub.com/sasha-s/go-deadlock.lock(...)\n\td.go:3\n"},
			"it waits for a lock in raft.(*Raft).GetState at raft.go:24, which is held by a goroutine that sleeps in " +
				"raft.(*Raft).tick at raft.go:9", "7 9"},
		{"readers", []string{
			"goroutine 7 [sync.RWMutex.RLock]:\nsync.(*RWMutex).RLock(0x3fa010)\n\trw.go:5 +0x1\n" +
				mine("GetState", "24") + asked,
			"goroutine 8 [sync.RWMutex.Lock]:\nsync.(*RWMutex).Lock(0x3fa010)\n\trw.go:5 +0x1\n" + mine("write", "7"),
			"goroutine 9 [sleep]:\n" + mine("tick", "9"),
			taken("0x3fa010", "by goroutine 8", "write", "7"), // the Mutex in it
			taken("0x3fa010", "for reading by goroutine 9", "tick", "8")},
			"it waits for a lock in raft.(*Raft).GetState at raft.go:24, which is held by a goroutine that took it " +
				"for reading in raft.(*Raft).tick at raft.go:8 and " +
				"sleeps in raft.(*Raft).tick at raft.go:9", "7 9 8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			why, list := crash.Blocked(strings.Join(test.dump, "\n"), look)
			if why != test.want {
				t.Errorf("got  %s\nwant %s", why, test.want)
			}
			var numbers []string
			for _, g := range list {
				numbers = append(numbers, strings.Fields(g)[1])
				if strings.Contains(g, "sync.(*") || strings.Contains(g, "/guest.") ||
					!strings.Contains(g, "ada/raft/raft.go:") {
					t.Errorf("shown as %s", g)
				}
			}
			if got := strings.Join(numbers, " "); got != test.first {
				t.Errorf("goroutines %s, want %s", got, test.first)
			}
		})
	}
}

func TestGoroutines(t *testing.T) {
	dump := strings.Join([]string{
		"goroutine 1 [chan receive]:\nraftlab/src/raft/rafttest/raftnode.apply[...](0x1)\n\tg.go:1 +0x1\n",
		"goroutine 2 [sleep, 3 minutes]:\ntime.Sleep(0x1)\n\tt.go:1 +0x1\n" + mine("wait", "8") + mine("tick", "9"),
		"goroutine 7 [sync.Mutex.Lock]:\n" + lockOfA + mine("GetState", "27") + asked,
		"goroutine 8 [sync.Mutex.Lock]:\n" + lockOfB + mine("Start", "28") + asked,
		"goroutine 9 [chan receive]:\nraftlab/src/labrpc.(*ClientEnd).Call(0x1)\n\tl.go:1 +0x1\n" +
			mine("greet", "36") + "created by ada/raft.Make in goroutine 1\n\tada/raft/raft.go:2 +0x1\n",
		"goroutine 10 [sync.Mutex.Lock, 2 minutes]:\n" + lockOfB + mine("Start", "28") + asked,
		taken("0x3fa010", "by goroutine 9", "greet", "34"),
	}, "\n")
	want := []crash.Goroutine{
		{1, "raft.(*Raft).wait at raft.go:8", "sleep", "raft.(*Raft).wait at raft.go:8\nraft.(*Raft).tick at raft.go:9"},
		{1, "raft.(*Raft).GetState at raft.go:27", "sync.Mutex.Lock, held since raft.(*Raft).greet at raft.go:34",
			"raft.(*Raft).GetState at raft.go:27"},
		{2, "raft.(*Raft).Start at raft.go:28", "sync.Mutex.Lock", "raft.(*Raft).Start at raft.go:28"},
		{1, "raft.(*Raft).greet at raft.go:36", "the reply to an RPC", "raft.(*Raft).greet at raft.go:36"},
	}
	if got := crash.Goroutines(dump); !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
