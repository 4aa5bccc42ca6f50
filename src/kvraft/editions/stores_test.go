package editions_test

import (
	"slices"
	"testing"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/editions"
)

type (
	err     string
	version uint64
	service struct {
		name string
		log  *[]string
	}
	raft struct{ service }
	rsm  struct{}
)

func (s service) Kill()            { *s.log = append(*s.log, s.name) }
func (raft) GetState() (int, bool) { return 3, true }
func (rsm) Submit(op any) (err, any) {
	if op == "follower" {
		return "ErrWrongLeader", -1
	}
	return "OK", op
}

type clerk struct{}

func (clerk) Get(key string) (string, version, err)       { return key, 7, "OK" }
func (clerk) Put(key, value string, v version) (said err) { return err(value[:v]) }

// What is some year's is the contract's, whatever its types are called.
func TestStores(t *testing.T) {
	var killed []string
	s := editions.ServerOf(service{"store", &killed}, raft{service{"Raft", &killed}}, 5)
	if term, leader := s.GetState(); term != 3 || !leader {
		t.Errorf("T%d, %v", term, leader)
	}
	if s.Kill(); !slices.Equal(killed, []string{"store", "Raft"}) {
		t.Errorf("killed %q", killed)
	}
	ck := editions.Versioned[version, err](clerk{})
	if value, version, err := ck.Get("k"); value != "k" || version != 7 || err != kvraft.OK {
		t.Errorf("it got %q, %d, %q", value, version, err)
	}
	if err := ck.Put("k", "ErrMaybe", 3); err != "Err" {
		t.Errorf("it put: %q", err)
	}
	for _, dies := range []bool{false, true} {
		r, below := editions.ReplicatedOf[err](rsm{}, raft{service{"Raft", &killed}}, dies)
		if err, result := r.Submit(4); err != kvraft.OK || result != 4 {
			t.Errorf("submitted: %q, %v", err, result)
		}
		if err, result := r.Submit("follower"); err != kvraft.ErrWrongLeader || result != nil {
			t.Errorf("a follower said: %q, %v", err, result)
		}
		below.Kill()
	}
	if !slices.Equal(killed, []string{"store", "Raft", "Raft", "Raft"}) {
		t.Errorf("killed %q", killed)
	}
}

// What a process was asked for nobody waits for once it has ended.
func TestDeadProcess(t *testing.T) {
	r, server := editions.ReplicatedOf[err](hangs{}, raft{service{"Raft", new([]string)}}, true)
	go server.Kill()
	if err, result := r.Submit(4); err != kvraft.ErrWrongLeader || result != nil {
		t.Errorf("submitted: %q, %v", err, result)
	}
}

type hangs struct{}

func (hangs) Submit(any) (err, any) { select {} }
