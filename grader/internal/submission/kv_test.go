package submission_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/submission"
	"raftlab/src/kvraft/editions/program"
	"raftlab/src/lab/checkouts"
)

// A store is found with all that it stands on, in each of which the course's files are left out.
func TestStores(t *testing.T) {
	tests := []struct {
		name    string
		lab     *checkouts.Lab
		paths   []string
		edition string
		harness []string
	}{
		{"kvraft-2017", program.Classic(), []string{".", "src", "src/kvraft"},
			"the KV lab of 2017, in a GOPATH: Go 1.21's rules", []string{"config.go", "raft/config.go", "raft/persister.go"}},
		{"kvraft1-2026", program.Since2025(), []string{".", "src", "src/kvraft1", "src/kvraft1/rsm"},
			"the KV lab of 2026 or later (rsm, processes), module 6.5840, go 1.22",
			[]string{"test.go", "rsm/server.go", "raft1/proxy.go", "kvsrv1/test.go"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := unpack(t, test.name)
			for _, path := range test.paths {
				s, err := submission.Find(filepath.Join(dir, path), test.lab)
				if err != nil {
					t.Fatal(err)
				}
				if s.Name != test.name || s.Words != test.edition {
					t.Errorf("from %s it is %s, %s", path, s.Name, s.Words)
				}
				if diff := cmp.Diff(test.harness, s.HarnessFiles); diff != "" {
					t.Errorf("harness files from %s: -want +got:\n%s", path, diff)
				}
				if len(s.Missing) > 0 {
					t.Errorf("from %s it lacks %v", path, s.Missing)
				}
			}
		})
	}
}

// What a server of 2017 has below it comes out of its package: its Raft, in a field of whatever name, and its disk.
func TestClassicStore(t *testing.T) {
	s, err := submission.Find(unpack(t, "kvraft-2017"), program.Classic())
	if err != nil {
		t.Fatal(err)
	}
	testProgram(t, built(t, s), `package main

import (
	"fmt"
	"testing"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

func TestProgram(t *testing.T) {
	disk := raft.NewPersister([]byte("three"), nil, nil)
	s := store.Start(nil, 0, disk, 41, nil)
	if got := fmt.Sprintf("%T", s.Services); got != "[]interface {}" || fmt.Sprintf("%T %T", s.Services...) !=
		"*raftkv.RaftKV *raft.Raft" {
		t.Errorf("the services are %T", s.Services)
	}
	if term, leader := s.GetState(); term != 5 || !leader {
		t.Errorf("its Raft is in T%d, leader: %v", term, leader)
	}
	if got := disk.ReadSnapshot(); string(got) != "*" {
		t.Errorf("on the disk is %q", got)
	}
	if s.Kill(); disk.RaftStateSize() != 0 {
		t.Error("its Raft was not killed")
	}
	rpc := labrpc.MakeServer()
	for _, service := range s.Services {
		rpc.AddService(labrpc.MakeService(service))
	}
	if got := store.Clerk([]*labrpc.ClientEnd{labrpc.NewClientEnd(way{rpc})}).Get("key"); got != "key" {
		t.Errorf("its clerk got %q", got)
	}
}

type way struct{ server *labrpc.Server }

func (w way) RoundTrip(method string, args []byte) ([]byte, bool) { return w.server.Dispatch(method, args), true }
`)
}

// What servers register with gob a box with clerks must know, too: there no server starts.
func TestRegisters(t *testing.T) {
	s, err := submission.Find(unpack(t, "kvraft-2017"), program.Classic())
	if err != nil {
		t.Fatal(err)
	}
	stage := filepath.Join(t.TempDir(), "stage")
	if _, err := s.Build(t.Context(), tools(t), stage, ""); err != nil {
		t.Fatal(err)
	}
	main, err := os.ReadFile(filepath.Join(stage, "box/main.go"))
	want := "\tlabgob.Register(&implementation.CommandArgs{})\n\tlabgob.Register(implementation.Kind(\"\"))\n"
	if err != nil || !strings.Contains(string(main), want) {
		t.Errorf("%v, want %s in\n%s", err, want, main)
	}
}

// Since 2025 a clerk calls servers by names, and the package rpc is the checkout's own.
func TestVersionedStore(t *testing.T) {
	s, err := submission.Find(unpack(t, "kvraft1-2026"), program.Since2025())
	if err != nil {
		t.Fatal(err)
	}
	testProgram(t, built(t, s), `package main

import (
	"fmt"
	"testing"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

func TestProgram(t *testing.T) {
	s := store.Start(nil, 0, raft.MakePersister(), 1000, nil)
	if got := fmt.Sprintf("%T %T", s.Services...); got != "*kvraft.KVServer *raft.Raft" {
		t.Errorf("the services are %s", got)
	}
	if term, leader := s.GetState(); term != 1 || !leader {
		t.Errorf("its Raft is in T%d, leader: %v", term, leader)
	}
	rpc := labrpc.MakeServer()
	for _, service := range s.Services {
		rpc.AddService(labrpc.MakeService(service))
	}
	clerk := store.Versioned([]*labrpc.ClientEnd{labrpc.NewClientEnd(way{rpc})})
	if _, _, err := clerk.Get("key"); err != "OK" {
		t.Errorf("its clerk got %q", err)
	}
	if err := clerk.Put("key", "value", 3); err != "ErrMine" {
		t.Errorf("its clerk put: %q", err)
	}
	rsm, below := store.RSM(nil, 0, raft.MakePersister(), -1, machine{}, nil)
	if err, result := rsm.Submit(1); err != "OK" || result != 2 {
		t.Errorf("what was submitted came out as %v, %v", err, result)
	}
	if len(below.Services) != 1 {
		t.Errorf("the RSM has the services %T", below.Services)
	}
}

type way struct{ server *labrpc.Server }

func (w way) RoundTrip(method string, args []byte) ([]byte, bool) { return w.server.Dispatch(method, args), true }

type machine struct{}

func (machine) DoOp(op any) any { return op.(int) + 1 }
func (machine) Snapshot() []byte { return nil }
func (machine) Restore([]byte)   {}
`)
}

// What is missing in a store is said in a sentence.
func TestRefusesStores(t *testing.T) {
	const server, client = "src/kvraft/server.go", "src/kvraft/client.go"
	tests := []struct{ name, file, old, new, want string }{
		{"no server", server, "func StartKVServer(", "func Start(",
			"no KV server here; name the directory that has its .go files, or the checkout's root"},
		{"no clerk", client, "func MakeClerk(", "func NewClerk(",
			"/src/kvraft: no func MakeClerk; a KV server needs one"},
		{"no Raft", server, "	consensus *raft.Raft\n", "	consensus interface{ Kill() }\n",
			"/src/kvraft/server.go:26:6: RaftKV has no field rf, which must be its *raft.Raft"},
		{"another GetState", "src/raft/raft.go", "GetState() (int, bool) { return", "GetState() (int, bool, int) { return 0, ",
			"/src/raft/raft.go:18:1: GetState has 3 results; it must return the term, and whether the server leads"},
		{"a clerk for one server", client, "MakeClerk(servers []*labrpc.ClientEnd)", "MakeClerk(server *labrpc.ClientEnd)",
			"/src/kvraft/client.go:7:6: MakeClerk has a parameter of type *labrpc.ClientEnd; the grader passes servers, " +
				"and numbers"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := replaced(t, "kvraft-2017", test.file, test.old, test.new)
			_, err := submission.Find(dir, program.Classic())
			if err == nil || strings.TrimPrefix(strings.ReplaceAll(err.Error(), dir, ""), ": ") != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// A store's Raft can be another one, with the names of its own: the store and the network meet that one.
func TestOver(t *testing.T) {
	ours := tools(t).Ours
	base := &checkouts.Base{Name: "ticker-timer", Root: ours, Dir: filepath.Join(ours, "impls/ticker-timer"),
		Path: "raftlab/impls/ticker-timer", Constructor: "Make", Type: "Raft"}
	t.Run("since 2025", func(t *testing.T) {
		s, err := submission.FindOver(unpack(t, "kvraft1-2026"), program.Since2025(), base)
		if err != nil {
			t.Fatal(err)
		}
		built(t, s)
	})
	t.Run("until 2024", func(t *testing.T) {
		dir := replaced(t, "kvraft-2017", "src/kvraft/server.go", "raft.StartNode(", "raft.Make(")
		s, err := submission.FindOver(dir, program.Classic(), base)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Build(t.Context(), tools(t), filepath.Join(t.TempDir(), "stage"), "")
		want := "src/kvraft/server.go:31:12: persister.SaveSnapshot undefined (type *raft.Persister has no field or " +
			"method SaveSnapshot)"
		if err == nil || !strings.Contains(err.Error(), want) ||
			!strings.Contains(err.Error(), "does not compile over ticker-timer") {
			t.Errorf("a store that writes what is its Raft's: got %v\nwant %s", err, want)
		}
		server, text := filepath.Join(dir, "src/kvraft/server.go"), ""
		if src, err := os.ReadFile(server); err == nil {
			text = strings.Replace(string(src), "persister.SaveSnapshot([]byte{byte(limitOf(maxraftstate))})",
				"_ = kv.consensus.RaftStateSize()", 1)
		}
		write(t, server, text)
		if s, err = submission.FindOver(dir, program.Classic(), base); err != nil {
			t.Fatal(err)
		}
		testProgram(t, built(t, s), `package main

import (
	"fmt"
	"testing"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

func TestProgram(t *testing.T) {
	tapped := 0
	tap := func(make raft.MakeFunc) raft.MakeFunc {
		tapped++
		return make
	}
	peers := []*labrpc.ClientEnd{nil, nil, nil}
	s := store.Start(peers, 0, raft.MakePersister(), -1, tap)
	defer s.Kill()
	if got := fmt.Sprintf("%T %T", s.Services...); got != "*raftkv.RaftKV *tickertimer.Raft" || tapped != 1 {
		t.Errorf("the services are %s, and %d Rafts were tapped", got, tapped)
	}
	if _, leader := s.GetState(); leader {
		t.Error("it leads at once")
	}
}
`)
	})
}
