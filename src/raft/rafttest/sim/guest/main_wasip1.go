package guest

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"time"

	"raftlab/src/box/guest"
	"raftlab/src/dlog"
	"raftlab/src/labgob"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/editions"
	"raftlab/src/raft/rafttest/sim/protocol"
)

// Methods finds those methods of a type that may be its handlers. See
// [labrpc.MakeServiceOf].
type Methods func(reflect.Type) []reflect.Method

// AllMethods finds them where it is not known what they are called.
func AllMethods(t reflect.Type) []reflect.Method { return slices.Collect(t.Methods()) }

// Warm prepares gob for the arguments and replies of T's handlers. It happens
// before the box's state is captured, so no server of any run does it again.
func Warm[T any](methods Methods) {
	for _, m := range methods(reflect.TypeFor[*T]()) {
		if m.Type.NumIn() != 3 || m.Type.In(2).Kind() != reflect.Pointer {
			continue
		}
		for _, t := range []reflect.Type{m.Type.In(1), m.Type.In(2)} {
			if t.Kind() == reflect.Pointer {
				t = t.Elem()
			}
			if data, err := labgob.Marshal(reflect.New(t).Interface()); err == nil {
				labgob.Unmarshal(data, reflect.New(t).Interface()) // what it cannot do now it will say when it matters
			}
		}
	}
}

// Main runs one server in each box, of an implementation of this project: where nobody reads its log, dlog is off. See
// [MainOf].
func Main(makeRaft raft.MakeFunc, methods Methods) {
	guest.Main(func() { serve(editions.Contract(makeRaft), methods, dlogWhereRead) })
}

// MainOf is Main for an edition, and a stranger's code: dlog does not tell it whether anybody reads. A program that uses
// go-deadlock turns it off before: each of its locks asks for the goroutine's number, which on wasm takes a traceback, and
// the host finds deadlocks from outside.
func MainOf[M any](e editions.Edition[M], methods Methods) {
	guest.Main(func() { serve(e, methods, dlogAlways) })
}

// A dlogUse says when dlog is on.
type dlogUse bool

const (
	dlogWhereRead dlogUse = false
	dlogAlways    dlogUse = true
)

func serve[M any](e editions.Edition[M], methods Methods, use dlogUse) {
	labgob.OnWarning(func(text string) { send(&protocol.Frame{Op: protocol.Warning, Text: text}) })

	boot := receive()
	if boot.Op != protocol.Boot {
		panic(fmt.Sprintf("raftlab: a box begins with op %d", boot.Op))
	}
	if boot.Flag || use == dlogAlways {
		dlog.SetSink(&dlog.Sink{W: os.Stderr, Start: time.Now()})
	}
	if !boot.Flag {
		guest.LogUnread()
	}
	s := newServer(int(boot.A), int(boot.B))
	persister := raft.NewPersister(boot.Data, boot.More, func(state, snapshot []byte) {
		send(&protocol.Frame{Op: protocol.Saved, Data: state, More: snapshot})
	})
	applyCh := make(chan M)
	go apply(s, e, applyCh, int64(boot.ID))
	go makeRaft(s, e, persister, applyCh, methods)
	for {
		f := receive()
		s.handle(f)
	}
}

// makeRaft starts the Raft.
func makeRaft[M any](s *server, e editions.Edition[M], persister *raft.Persister, applyCh chan M, methods Methods) {
	s.rf, s.service = e.Make(s.peers, s.me, persister, applyCh)
	s.rpc = labrpc.MakeServer()
	s.rpc.AddService(labrpc.MakeServiceOf(s.service, methods(reflect.TypeOf(s.service))))
	close(s.made)
	send(&protocol.Frame{Op: protocol.Made})
}

func receive() protocol.Frame {
	f, err := protocol.Parse(guest.Receive())
	if err != nil {
		panic(fmt.Sprintf("raftlab: the host sent a %v", err))
	}
	return f
}

// sent is the frame that was sent last. The host keeps nothing of it.
var (
	sent    []byte
	sending = make(lock, 1) // guards sent
)

const keepSent = 64 << 10

func send(f *protocol.Frame) {
	sending.lock()
	defer sending.unlock()
	sent = f.Append(sent[:0])
	guest.Send(sent)
	if cap(sent) > keepSent {
		sent = nil
	}
}
