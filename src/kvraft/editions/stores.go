package editions

import (
	"fmt"
	"sync"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/kvnode"
	"raftlab/src/raft"
)

// ServerOf is a server that has started: its services are a store, if it has one, and its Raft. Those that can be
// killed are, in this order.
func ServerOf(services ...any) kvnode.Server {
	s := kvnode.Server{Services: services}
	for _, service := range services {
		if rf, ok := service.(interface{ GetState() (int, bool) }); ok {
			s.GetState = rf.GetState
		}
	}
	if s.GetState == nil {
		panic(fmt.Sprintf("of the services %v none is a Raft: none has a method GetState() (int, bool)", typesOf(services)))
	}
	s.Kill = func() {
		for _, service := range services {
			if k, ok := service.(interface{ Kill() }); ok {
				k.Kill()
			}
		}
	}
	return s
}

// typesOf are the types of values.
func typesOf(values []any) (list []string) {
	for _, v := range values {
		list = append(list, fmt.Sprintf("%T", v))
	}
	return list
}

// Over has a server's Raft in its services replaced by the one that it stands on, whose handlers are called.
func Over(s kvnode.Server, rf raft.Raft) kvnode.Server {
	for i, service := range s.Services {
		if _, ok := service.(interface{ GetState() (int, bool) }); ok {
			s.Services[i] = rf
		}
	}
	return s
}

// Versioned makes a clerk of 2025 or later one of the contract's. Version and Err are the types of its package rpc.
func Versioned[Version ~uint64, Err ~string](ck any) kvraft.Clerk {
	own, ok := ck.(clerk[Version, Err])
	if !ok {
		panic(fmt.Sprintf("MakeClerk returned a %T, which has not the methods Get and Put of an IKVClerk", ck))
	}
	return versioned[Version, Err]{own}
}

type clerk[Version ~uint64, Err ~string] interface {
	Get(key string) (string, Version, Err)
	Put(key, value string, version Version) Err
}

type versioned[Version ~uint64, Err ~string] struct{ clerk[Version, Err] }

func (v versioned[_, _]) Get(key string) (string, kvraft.Version, kvraft.Err) {
	value, version, err := v.clerk.Get(key)
	return value, kvraft.Version(version), kvraft.Err(err)
}

func (v versioned[Version, _]) Put(key, value string, version kvraft.Version) kvraft.Err {
	return kvraft.Err(v.clerk.Put(key, value, Version(version)))
}

// ReplicatedOf is a server of a replicated state machine of 2025 or later that has started over a Raft. Err is the type
// of its package rpc. Where servers are processes nobody tells them to end: dies says so, and then nobody waits for
// what was submitted once it was killed.
func ReplicatedOf[Err ~string](rsm submitter[Err], rf any, dies bool) (kvnode.RSM, kvnode.Server) {
	s, r := ServerOf(rf), replicated[Err]{submitter: rsm}
	if dies {
		dead, kill := make(chan struct{}), s.Kill
		r.dead = dead
		s.Kill = sync.OnceFunc(func() {
			close(dead)
			kill()
		})
	}
	return r, s
}

type submitter[Err ~string] interface{ Submit(op any) (Err, any) }

type replicated[Err ~string] struct {
	submitter[Err]
	dead <-chan struct{} // nil if the server is told to end
}

func (r replicated[_]) submit(op any) submitted {
	err, result := r.submitter.Submit(op)
	if kvraft.Err(err) != kvraft.OK {
		result = nil
	}
	return submitted{kvraft.Err(err), result}
}

type submitted struct {
	err    kvraft.Err
	result any
}

// Submit is the RSM's. What it returns with an error nobody looks at, since the lab does not.
func (r replicated[_]) Submit(op any) (kvraft.Err, any) {
	if r.dead == nil {
		s := r.submit(op)
		return s.err, s.result
	}
	done := make(chan submitted, 1)
	go func() { done <- r.submit(op) }()
	select {
	case s := <-done:
		return s.err, s.result
	case <-r.dead:
		return kvraft.ErrWrongLeader, nil
	}
}
