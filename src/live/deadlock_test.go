package live

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sasha-s/go-deadlock"

	"raftlab/src/locks"
)

// A vault is something with locks, and ways to use them badly.
type vault struct {
	mu, log locks.Mutex
	rw      locks.RWMutex
	cond    *locks.Cond
	held    chan bool     // a sign for each lock that is held
	gate    chan struct{} // closed when the holders may give it back
}

func (v *vault) outer() {
	v.mu.Lock()
	v.inner()
}

func (v *vault) inner() {
	v.mu.Lock()
	defer v.mu.Unlock()
}

func (v *vault) stateThenLog() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.log.Lock()
	defer v.log.Unlock()
}

func (v *vault) logThenState() {
	v.log.Lock()
	defer v.log.Unlock()
	v.mu.Lock()
	defer v.mu.Unlock()
}

func (v *vault) readTwice() {
	v.rw.RLock()
	defer v.rw.RUnlock()
	v.readOnce()
}

func (v *vault) readOnce() {
	v.rw.RLock()
	defer v.rw.RUnlock()
}

func (v *vault) hold() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.held <- true
	<-v.gate
}

func (v *vault) holdToRead() {
	v.rw.RLock()
	defer v.rw.RUnlock()
	v.held <- true
	<-v.gate
}

func (v *vault) wait() {
	v.mu.Lock()
	defer v.mu.Unlock()
}

func (v *vault) waitToWrite() {
	v.rw.Lock()
	defer v.rw.Unlock()
}

func (v *vault) waitForSign() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.held <- true
	v.cond.Wait()
}

func (v *vault) holdAfterSign() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.cond.Signal()
	v.held <- true
	<-v.gate
}

// provoke has go-deadlock report and returns its words. The options are the process's, and go-deadlock's timers read
// them whenever they fire: so this is a process of its own, which sets them once.
func provoke(t *testing.T, name string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), provoking+"="+name)
	report, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, report)
	}
	return string(report)
}

// provoking is the variable of the environment that makes a provocation of this program, by its name.
const provoking = "RAFTLAB_PROVOKE"

func TestMain(m *testing.M) {
	name := os.Getenv(provoking)
	if name == "" {
		os.Exit(m.Run())
	}
	for _, p := range provocations {
		if p.name == name {
			p.print(os.Stdout)
			os.Exit(0)
		}
	}
	os.Exit(1)
}

// A provocation is a way to have go-deadlock report.
type provocation struct {
	name    string
	timeout time.Duration
	play    func(v *vault, reported <-chan bool)
	want    string
}

// print prints what is reported.
func (p provocation) print(w io.Writer) {
	var b reportBuffer
	reported := make(chan bool, 10)
	deadlock.Opts.LogBuf = &b
	deadlock.Opts.DeadlockTimeout = p.timeout
	deadlock.Opts.OnPotentialDeadlock = func() { reported <- true }
	v := &vault{held: make(chan bool), gate: make(chan struct{})}
	v.cond = locks.NewCond(&v.mu)
	p.play(v, reported)
	io.WriteString(w, b.take())
}

// together runs fs, each when the one before holds its lock, until there is a report.
func together(fs ...func(*vault)) func(*vault, <-chan bool) {
	return func(v *vault, reported <-chan bool) {
		var all locks.WaitGroup
		for i, f := range fs {
			all.Go(func() { f(v) })
			if i < len(fs)-1 {
				<-v.held
			}
		}
		<-reported
		close(v.gate)
		all.Wait()
	}
}

const soon = 20 * time.Millisecond

var provocations = []provocation{
	{"a lock taken twice", 0, func(v *vault, reported <-chan bool) {
		returned := make(chan bool)
		go func() {
			v.outer()
			close(returned)
		}()
		<-reported
		v.mu.Unlock() // for outer
		<-returned    // it looks at the options until then
	}, "a goroutine takes a lock that it holds already: in live.(*vault).inner at FILE: v.mu.Lock(), and before in " +
		"live.(*vault).outer at FILE: v.mu.Lock()"},
	{"a lock taken twice to read", 0, func(v *vault, reported <-chan bool) {
		v.readTwice()
	}, "a goroutine takes a lock that it holds already: in live.(*vault).readOnce at FILE: v.rw.RLock(), and before " +
		"in live.(*vault).readTwice at FILE: v.rw.RLock()"},
	{"two orders", 0, func(v *vault, reported <-chan bool) {
		v.stateThenLog()
		v.logThenState()
	}, "two locks are taken in two orders: live.(*vault).stateThenLog at FILE: v.mu.Lock() then " +
		"live.(*vault).stateThenLog at FILE: v.log.Lock()," +
		" elsewhere live.(*vault).logThenState at FILE: v.log.Lock() then live.(*vault).logThenState at FILE: " +
		"v.mu.Lock()"},
	{"held for long", soon, together((*vault).hold, (*vault).wait),
		"a lock is held for more than 3s: taken in live.(*vault).hold at FILE: v.mu.Lock(), waited for in " +
			"live.(*vault).wait at FILE: v.mu.Lock()"},
	{"held for long by readers", soon, together((*vault).holdToRead, (*vault).holdToRead, (*vault).waitToWrite),
		"a lock is held for more than 3s: taken in live.(*vault).holdToRead at FILE: v.rw.RLock(), waited for in " +
			"live.(*vault).waitToWrite at FILE: v.rw.Lock()"},
	{"held for long while another wakes up", soon,
		together((*vault).waitForSign, (*vault).holdAfterSign, func(*vault) {}),
		"a lock is held for more than 3s: taken in live.(*vault).holdAfterSign at FILE: v.mu.Lock(), waited for in " +
			"live.(*vault).waitForSign at FILE: v.cond.Wait()"},
}

// What go-deadlock reports is said in a line that names the places where the locks were asked for.
func TestSummary(t *testing.T) {
	for _, test := range provocations {
		t.Run(test.name, func(t *testing.T) {
			report := provoke(t, test.name)
			if got := withSource(t, summary(report)); got != test.want {
				t.Errorf("got  %s\nwant %s\nof %s", got, test.want, report)
			}
		})
	}
}

// Words that nobody knows are no reason to say nothing.
func TestSummaryOfAnything(t *testing.T) {
	const nowhere = "an unknown place"
	tests := []struct{ report, want string }{
		{"", "a lock is held for more than 3s: taken in " + nowhere + ", waited for in " + nowhere},
		{"POTENTIAL DEADLOCK: Recursive locking:\n", "a goroutine takes a lock that it holds already: in " + nowhere +
			", and before in " + nowhere},
		{
			"POTENTIAL DEADLOCK: Recursive locking:\ncurrent goroutine 7 lock 0xc000\n" +
				"~/my raft/raft.go:31 raft.(*Raft).elect { rf.mu.Lock() } <<<<<\n\n",
			"a goroutine takes a lock that it holds already: in raft.(*Raft).elect at raft.go:31, and before in " +
				nowhere,
		},
	}
	for _, test := range tests {
		if got := summary(test.report); got != test.want {
			t.Errorf("summary(%q) =\n%s, want\n%s", test.report, got, test.want)
		}
	}
}

// withSource puts the lines of this file in the place of their numbers.
func withSource(t *testing.T, s string) string {
	t.Helper()
	source, err := os.ReadFile("deadlock_test.go")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(source), "\n")
	return regexp.MustCompile(`deadlock_test\.go:(\d+)`).ReplaceAllStringFunc(s, func(at string) string {
		n, err := strconv.Atoi(at[strings.Index(at, ":")+1:])
		if err != nil || n > len(lines) {
			t.Fatalf("%s: there is no such line", at)
		}
		return "FILE: " + strings.TrimSpace(lines[n-1])
	})
}
