package crash_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftlab/src/cluster"
	"raftlab/src/crash"
)

// read returns what a process printed. The files in testdata are what real ones did, of a Raft in package ada/raft.
func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestExamine(t *testing.T) {
	tests := []struct {
		file   string // in testdata; none: nothing was printed
		status int
		kind   cluster.Kind
		want   string // the first line
	}{
		{"panic", 2, cluster.Panic,
			"panic: runtime error: index out of range [-1], in raft.(*Raft).lastTerm at raft.go:21"},
		{"nil-map", 2, cluster.Panic, "panic: assignment to entry in nil map, in raft.(*Raft).lead at raft.go:29"},
		{"nil-pointer", 2, cluster.Panic, "panic: runtime error: invalid memory address or nil pointer dereference, " +
			"in raft.(*Raft).vote at raft.go:37"},
		{"panic-after-recovery", 2, cluster.Panic,
			"panic: assignment to entry in nil map, in raft.(*Raft).lead at raft.go:29"},
		{"panic-again", 2, cluster.Panic, "panic: in S1:, in raft.(*Raft).rethrow.func1 at raft.go:74"},
		{"concurrent-map", 2, cluster.Panic, "fatal error: concurrent map writes, in raft.(*Raft).count at raft.go:43"},
		{"stack-overflow", 2, cluster.Panic, "fatal error: stack overflow, in raft.(*Raft).descend at raft.go:84"},
		{"ticker", 2, cluster.Panic, "panic: non-positive interval for NewTicker, in raft.(*Raft).tick at raft.go:86"},
		{"race", 66, cluster.Race,
			"data race between raft.(*Raft).campaign at raft.go:41 and raft.(*Raft).GetState at raft.go:39"},
		{"race-in-map", 66, cluster.Race,
			"data race between raft.(*Raft).count at raft.go:43 and raft.(*Raft).count at raft.go:43"},
		{"", 66, cluster.Race, "data race"},
		{"exit", 2, cluster.Exit, "os.Exit was called, in raft.(*Raft).quit at raft.go:45"},
		{"log-fatal", 1, cluster.Exit, "the process ended with status 1 in the midst of the run"},
		{"", 0, cluster.Exit, "the process ended with status 0 in the midst of the run"},
		{"", -1, cluster.Exit,
			"the process was killed in the midst of the run, as a system does that runs out of memory"},
		{"memory", 2, cluster.Resource, "fatal error: out of memory, in raft.(*Raft).hoard at raft.go:52"},
		{"in-background", 2, cluster.Panic,
			"panic: cannot create context from nil parent, in raft.(*Raft).background at raft.go:24"},
		{"in-draw", 2, cluster.Panic,
			"panic: crypto/rand: argument to Int is <= 0, in raft.(*Raft).draw at raft.go:30"},
		{"in-html", 2, cluster.Panic, "panic: template: :1: unclosed action, in raft.(*Raft).html at raft.go:28"},
		{"in-insert", 2, cluster.Panic,
			"panic: runtime error: slice bounds out of range [7:1], in raft.(*Raft).insert at raft.go:32"},
		{"in-next", 2, cluster.Panic,
			"panic: runtime error: integer divide by zero, in raft.(*Raft).next at raft.go:44"},
		{"in-pattern", 2, cluster.Panic, "panic: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`, " +
			"in raft.(*Raft).pattern at raft.go:19"},
		{"in-repeat", 2, cluster.Panic, "panic: strings: negative Repeat count, in raft.(*Raft).repeat at raft.go:20"},
		{"in-sort", 2, cluster.Panic, "panic: incomparable, in raft.(*Raft).less at raft.go:38"},
		{"in-text", 2, cluster.Panic, "panic: template: :1: unclosed action, in raft.(*Raft).text at raft.go:27"},
		{"asleep", 2, cluster.Deadlock,
			"fatal error: all goroutines are asleep - deadlock!, in raft.(*Raft).wait at raft.go:62"},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			printed := ""
			if test.file != "" {
				printed = read(t, test.file)
			}
			// A Raft that logs says much before.
			before := "000001 VOTE S0 asks for votes in T1\npanic mode: off\n   panic: not at all\n"
			f := crash.Examine(before+printed, test.status)
			first, rest, _ := strings.Cut(f.Message, "\n")
			if f.Kind != test.kind || first != test.want {
				t.Errorf("got  %s: %s\nwant %s: %s", f.Kind, first, test.kind, test.want)
			}
			if strings.Contains(printed, "goroutine") && !strings.Contains(rest, "raft.go:") {
				t.Errorf("no stack in %q", rest)
			}
			if strings.Contains(rest, "VOTE") {
				t.Errorf("the log is in the message: %q", rest)
			}
			if says := strings.Contains(printed, "panic:") ||
				strings.Contains(printed, "fatal error:"); crash.Panicked(before+printed) != says {
				t.Errorf("Panicked: %v, want %v", !says, says)
			}
		})
	}
}

// Whoever ends the process without a panic has said why, if anywhere, in the last line.
func TestLastLine(t *testing.T) {
	for text, want := range map[string]string{
		"":      "",
		"\n \n": "",
		"2025/01/01 07:42:09 S1 votes\n2025/01/01 07:42:10 index 7 is not there\n": "\n" +
			"the last line that it printed: index 7 is not there",
		"no line's end":           "\nthe last line that it printed: no line's end",
		strings.Repeat("x", 1000): "\nthe last line that it printed: " + strings.Repeat("x", 400),
	} {
		if got := crash.LastLine(text); got != want {
			t.Errorf("of %q: %q, want %q", text, got, want)
		}
	}
	if f := crash.Examine("2025/01/01 07:42:10 index 7 is not there\n", 1); !strings.HasSuffix(f.Message,
		"of the run\nthe last line that it printed: index 7 is not there") {
		t.Errorf("examined: %v", f)
	}
}

// Where a loop is, is told by the code under test, not by the harness that it calls or that runs it.
func TestBusyAndCaller(t *testing.T) {
	const (
		shim = "goroutine 3 [running]:\n" +
			"raftlab/src/raft/rafttest/sim/guest.(*server).begin(0x1)\n\t/guest/server.go:7 +0x1\n" +
			"raftlab/src/raft/rafttest/sim/guest.peer.RoundTrip(0x1)\n\t/s.go:1\n" +
			"raftlab/src/labrpc.(*ClientEnd).Call(0x1)\n\t/e.go:1"
		started = shim + "\ncreated by ada/raft.(*Raft).send in goroutine 9\n\t/home/ada/raft.go:12 +0x1"
		direct  = "goroutine 4 [chan receive]:\nraftlab/src/labrpc.(*ClientEnd).Call(0x1)\n\t/e.go:1\n" +
			"ada/raft.(*Raft).beat(0x1)\n\t/home/ada/raft.go:20 +0x1"
		asleep = "goroutine 8 [sleep]:\ntime.Sleep(0x1)\n\t/s.go:1\n" +
			"ada/raft.(*Raft).ticker(0x1)\n\t/home/ada/raft.go:9 +0x1"
	)
	all := func(gs ...string) string { return strings.Join(gs, "\n\n") }
	for _, test := range []struct{ name, dump, busy, caller string }{
		{"a goroutine that was started with the call", all(asleep, started), "raft.(*Raft).send at raft.go:12",
			"raft.(*Raft).send at raft.go:12"},
		{"the most of several", all(asleep, started, direct, direct), "raft.(*Raft).send at raft.go:12",
			"raft.(*Raft).beat at raft.go:20"},
		{"as many", all(started, direct), "raft.(*Raft).send at raft.go:12", "raft.(*Raft).beat at raft.go:20"},
		{"none", all(shim), "guest.(*server).begin at server.go:7", ""},
		{"nobody calls", all(asleep), "raft.(*Raft).ticker at raft.go:9", ""},
	} {
		if got := crash.Busy(test.dump); got != test.busy {
			t.Errorf("%s: busy in %q, want %q", test.name, got, test.busy)
		}
		if got := crash.Caller(test.dump); got != test.caller {
			t.Errorf("%s: called from %q, want %q", test.name, got, test.caller)
		}
	}
}

// A message has its limits.
func TestExamineCuts(t *testing.T) {
	f := crash.Examine(read(t, "panic")+strings.Repeat("\ngoroutine 7 [running]:\nraft.x()\n\t/raft.go:1\n", 1000), 2)
	if n := len(f.Message); n > 20<<10 || !strings.HasSuffix(f.Message, "\n[cut]") {
		t.Errorf("%d bytes, in the end %q", n, f.Message[n-20:])
	}
}

func TestCulprit(t *testing.T) {
	tests := []struct{ name, trace, want string }{
		{"nothing", "", "an unknown place"},
		{"only the runtime", "goroutine 1 [running]:\nruntime.gopark(0x1)\n\t/go/src/runtime/proc.go:1 +0x1\n",
			"an unknown place"},
		{"the harness itself", "panic({0x1, 0x2})\n\t/go/src/runtime/panic.go:9 +0x1\n" +
			"raftlab/src/labrpc.f()\n\t/l.go:1\nraftlab/src/raft/rafttest/sim/guest.apply[...](0x1)\n\t/s.go:3 +0x1\n" +
			"main.main()\n\t/m.go:1\n", "guest.apply[...] at s.go:3"},
		{"a function", "raft.elect(...)\n\t/home/ada/raft.go:7 +0x1\n", "raft.elect at raft.go:7"},
		{"a method of a type with parameters", "a/raft.(*Log[...]).last(0x1)\n\t/raft.go:7\n",
			"raft.(*Log[...]).last at raft.go:7"},
		{"behind locks", "sync.(*Mutex).Lock(...)\n\t/m.go:1\n" +
			"github.com/sasha-s/go-deadlock.(*Mutex).Lock(0x1)\n\t/d.go:2\nraft.f()\n\t/raft.go:7\n",
			"raft.f at raft.go:7"},
		{"behind the network", "raftlab/src/labrpc.(*ClientEnd).Call(0x1)\n\t/e.go:1\nraft.f()\n\t/raft.go:7\n",
			"raft.f at raft.go:7"},
		{"behind gob", "encoding/gob.(*Encoder).Encode(0x1)\n\t/e.go:1\nraftlab/src/labgob.Marshal(0x1)\n\t/l.go:1\n" +
			"raft.persist()\n\t/raft.go:7\n", "raft.persist at raft.go:7"},
		{"who started it does not count", "runtime.x()\n\t/r.go:1\ncreated by raft.Make in goroutine 1\n\t/raft.go:9\n",
			"an unknown place"},
		{"a package whose name only begins so", "oslo/timed.Tick()\n\t/timed.go:7\n", "timed.Tick at timed.go:7"},
	}
	for _, test := range tests {
		if got := crash.Culprit(test.trace); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestForeignAndWaits(t *testing.T) {
	const (
		mine = "goroutine 7 [sync.Mutex.Lock]:\ninternal/sync.(*Mutex).lockSlow(0x1)\n\t/m.go:1\n" +
			"ada/raft.(*Raft).GetState(0x1)\n\t/home/ada/raft.go:7 +0x1\n" +
			"created by raftlab/src/raft/rafttest/sim/guest.serve in goroutine 1\n\t/g.go:1"
		asleep = "goroutine 8 [sleep, 2 minutes]:\ntime.Sleep(0x1)\n\t/s.go:1\n" +
			"ada/raft.(*Raft).ticker(0x1)\n\t/home/ada/raft.go:9 +0x1\ncreated by ada/raft.Make\n\t/home/ada/raft.go:2"
		ours = "goroutine 1 [sync.Mutex.Lock]:\nraftlab/src/raft/rafttest/sim/guest.serve()\n\t/g.go:1\n" +
			"main.main()\n\t/m.go:1"
	)
	dump := strings.Join([]string{ours, asleep, mine}, "\n\n") + "\n"
	got := crash.Foreign(dump)
	if len(got) != 2 || got[0] != asleep || got[1] != mine {
		t.Errorf("foreign: %q", got)
	}
	if where := crash.Waits(dump); where != "raft.(*Raft).GetState at raft.go:7" {
		t.Errorf("waits: %q", where)
	}
	if where := crash.Waits(ours + "\n\n" + asleep); where != "" {
		t.Errorf("nobody waits, and it waits in %q", where)
	}
	if got := crash.Foreign("no dump\n\nat all"); got != nil {
		t.Errorf("foreign: %q", got)
	}
}

func TestRunningAndBrief(t *testing.T) {
	const (
		waits = "goroutine 1 [IO wait]:\nraftlab/src/box/guest.Receive()\n\t/g.go:1 +0x1"
		runs  = "goroutine 7 gp=0x302fc0 m=0 mp=0x26d480 [running]:\n" +
			"runtime.throw({0x1, 0x2})\n\truntime/panic.go:9 +0x1 fp=0x1 sp=0x2 pc=0x3\n" +
			"slices.Insert[...](...)\n\tslices/slices.go:5\n" +
			"ada/raft.(*Log[...]).grow(0x1, {0x2})\n\tada/raft/log.go:7 +0x1 fp=0x1 sp=0x2 pc=0x3\n" +
			"raftlab/src/labrpc.(*Service).Call(0x1)\n\tl.go:1\nmain.main()\n\tm.go:2\n" +
			"created by raftlab/src/raft/rafttest/sim/guest.serve[...] in goroutine 1\n\tg.go:3 +0x1"
		brief = "goroutine 7 [running]:\nada/raft.(*Log[...]).grow(0x1, {0x2})\n\tada/raft/log.go:7"
		own   = "goroutine 9 [select]:\nada/raft.(*Raft).ticker(0x1)\n\tada/raft/raft.go:9 +0x1\n" +
			"created by ada/raft.Make in goroutine 8\n\tada/raft/raft.go:2 +0x1"
	)
	if got := crash.Running(waits + "\n\n" + runs + "\n"); got != runs {
		t.Errorf("running: %q", got)
	}
	if got := crash.Running(waits); got != "" {
		t.Errorf("running: %q", got)
	}
	for g, want := range map[string]string{
		runs:  brief,
		own:   strings.ReplaceAll(own, " +0x1", ""),
		waits: "goroutine 1 [IO wait]:",
		"":    "",
	} {
		if got := crash.Brief(g); got != want {
			t.Errorf("brief: %q\nwant   %q", got, want)
		}
	}
}

// Whatever a process prints.
func FuzzExamine(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		f.Fatal(err, "no testdata")
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), 2)
	}
	f.Fuzz(func(t *testing.T, text string, status int) {
		if got := crash.Examine(text, status); got.Kind == "" || got.Message == "" {
			t.Errorf("%+v", got)
		}
		crash.Foreign(text)
		crash.Waits(text)
		crash.Brief(crash.Running(text))
		crash.Blocked(text, "raft.f", "ada/raft.TestDie")
	})
}
