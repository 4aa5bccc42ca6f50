package rsmtest

import (
	"bytes"
	"fmt"
	"sync"

	"raftlab/src/cluster"
	"raftlab/src/kvraft"
	"raftlab/src/kvraft/history"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
)

// store is what a scenario of the store sees.
type store struct {
	*kvtest.Cluster
	puts *puts
}

// storing is the Judge of a scenario with the store.
func storing(maxState int, play func(*store)) lab.Judge {
	return func(s *lab.Scenario, r *cluster.Run, edition string) cluster.Judge {
		p := newPuts()
		judge := kvtest.Playing(history.Versioned, maxState, func(c *kvtest.Cluster) { play(&store{c, p}) })
		return listening{judge(s, r, edition), p}
	}
}

// put calls Put, and fails if the clerk, which must reach all servers, returns ErrMaybe without a reason.
func (s *store) put(k *kvtest.Clerk, key, value string, version kvraft.Version) kvraft.Err {
	args := kvraft.PutArgs{Key: key, Value: value, Version: version}
	s.puts.begin(args)
	err := k.PutVersion(key, value, version)
	if f := s.puts.end(args); err == kvraft.ErrMaybe && f.answered() && f.open == 0 {
		s.Failf("Maybe for a Reason: expected ErrVersion of Put(%q, %q, %d), which was sent %s and whose every reply "+
			"came and said whether it was executed, got ErrMaybe", key, value, version, times(f.sent))
	}
	return err
}

// mustPut has a Put of the right version executed. While the clerk cannot know whether it was, it puts again.
func (s *store) mustPut(k *kvtest.Clerk, key, value string, version kvraft.Version) {
	maybe := false
	for {
		switch err := k.PutVersion(key, value, version); {
		case err == kvraft.ErrMaybe:
			maybe = true
			continue
		case err == kvraft.ErrVersion && maybe, err == kvraft.OK:
			return
		default:
			s.Failf("expected OK of Put(%q, %q, %d), whose version is right, got %s", key, value, version, err)
		}
	}
}

// mustGet checks what a key's value and version are.
func (s *store) mustGet(k *kvtest.Clerk, key, value string, version kvraft.Version) {
	if v, n, err := k.GetVersion(key); err != kvraft.OK || v != value || n != version {
		s.Failf("expected the value %q at version %d and OK of Get(%q), got %q at version %d and %s", value, version, key,
			v, n, err)
	}
}

// A listening judge hears which Puts clerks send, besides.
type listening struct {
	cluster.Judge
	puts *puts
}

func (j listening) Message(e labrpc.Event) {
	j.Judge.Message(e)
	j.puts.message(e)
}

// puts are the Puts that clerks are working on. Their arguments tell them apart, since each has a value of its own.
type puts struct {
	mu    sync.Mutex // guards what follows
	fates map[kvraft.PutArgs]*fate
}

// A fate is what has become of the requests that a clerk sent for a Put.
type fate struct {
	sent, replied int
	open          int // of the replies, those that did not say whether it was executed, such as ErrWrongLeader
}

// answered reports whether the Put was sent and each reply came.
func (f fate) answered() bool { return f.sent > 0 && f.replied == f.sent }

func newPuts() *puts { return &puts{fates: make(map[kvraft.PutArgs]*fate)} }

func (p *puts) begin(args kvraft.PutArgs) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fates[args] = &fate{}
}

func (p *puts) end(args kvraft.PutArgs) fate {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.fates[args]
	delete(p.fates, args)
	return *f
}

func (p *puts) message(e labrpc.Event) {
	if e.Method != "KVServer.Put" || e.Step != labrpc.Sent && e.Step != labrpc.Answered {
		return
	}
	var args kvraft.PutArgs
	if labgob.NewDecoder(bytes.NewReader(e.Args)).Decode(&args) != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.fates[args]
	switch {
	case f == nil:
	case e.Step == labrpc.Sent:
		f.sent++
	default:
		f.replied++
		var reply kvraft.PutReply
		labgob.NewDecoder(bytes.NewReader(e.Reply)).Decode(&reply) // what cannot be decoded says nothing
		if reply.Err != kvraft.OK && reply.Err != kvraft.ErrVersion && reply.Err != kvraft.ErrNoKey {
			f.open++
		}
	}
}

// times is a number of times for people.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
