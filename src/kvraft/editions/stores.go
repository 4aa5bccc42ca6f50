package editions

import (
	"fmt"

	"raftlab/src/kvraft"
	"raftlab/src/kvraft/kvnode"
)

// ServerOf is a server that has started: its services are a store, if it has one, and its Raft. Those that can be killed
// are, in this order.
func ServerOf(services ...any) kvnode.Server {
	s := kvnode.Server{Services: services}
	for _, service := range services {
		if rf, ok := service.(interface{ GetState() (int, bool) }); ok {
			s.GetState = rf.GetState
		}
	}
	if s.GetState == nil {
		panic(fmt.Sprintf("none of the services %T is a Raft: none has a method GetState() (int, bool)", services))
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

type versioned[Version ~uint64, Err ~string] struct{ ck clerk[Version, Err] }

func (v versioned[_, _]) Get(key string) (string, kvraft.Version, kvraft.Err) {
	value, version, err := v.ck.Get(key)
	return value, kvraft.Version(version), kvraft.Err(err)
}

func (v versioned[Version, _]) Put(key, value string, version kvraft.Version) kvraft.Err {
	return kvraft.Err(v.ck.Put(key, value, Version(version)))
}

// A Replicated is an RSM of 2025 or later, as it is called. Err is the type of its package rpc.
type Replicated[Err ~string] struct {
	RSM interface{ Submit(op any) (Err, any) }
}

// Submit is the RSM's.
func (r Replicated[_]) Submit(op any) (kvraft.Err, any) {
	err, result := r.RSM.Submit(op)
	return kvraft.Err(err), result
}
