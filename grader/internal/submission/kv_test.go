package submission_test

import (
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
		{"kvraft1-2026", program.Since2025(), []string{".", "src", "src/kvraft1"},
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

// Since 2025 there is more below a store, some of it the checkout's own where others have the course's.
func TestVersionedStore(t *testing.T) {
	s, err := submission.Find(unpack(t, "kvraft1-2026"), program.Since2025())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Build(t.Context(), tools(t), filepath.Join(t.TempDir(), "stage"), ""); err != nil {
		t.Fatal(err)
	}
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
			"/src/kvraft/server.go:23:6: RaftKV has no field rf, which must be its *raft.Raft"},
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
