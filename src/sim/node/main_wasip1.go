package node

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"time"

	"raftlab/src/box/guest"
	"raftlab/src/cluster/node"
	"raftlab/src/dlog"
	"raftlab/src/labgob"
	"raftlab/src/sim/wire"
)

// AllMethods finds those methods of a type that may be its handlers, where it is not known what they are called. See
// [labrpc.MakeServiceOf].
func AllMethods(t reflect.Type) []reflect.Method { return slices.Collect(t.Methods()) }

// Warm prepares gob for the arguments and replies of T's handlers, which methods finds. It happens before the box's
// state is captured, so no node of any run does it again.
func Warm[T any](methods func(reflect.Type) []reflect.Method) {
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

// Main runs one life of a node in each box, of an implementation of this project: where nobody reads its log, dlog is
// off. See [MainOf].
func Main(program node.Program) { guest.Main(func() { serve(program, dlogWhereRead) }) }

// MainOf is Main for a stranger's code: dlog does not tell it whether anybody reads. A program that uses go-deadlock
// turns it off before: each of its locks asks for the goroutine's number, which on wasm takes a traceback, and the host
// finds deadlocks from outside.
func MainOf(program node.Program) { guest.Main(func() { serve(program, dlogAlways) }) }

// A dlogUse says when dlog is on.
type dlogUse bool

const (
	dlogWhereRead dlogUse = false
	dlogAlways    dlogUse = true
)

func serve(program node.Program, use dlogUse) {
	labgob.OnWarning(func(text string) { send(wire.Warning{Text: text}.Append(lease())) })
	var boot wire.Boot
	parsed(boot.Parse(guest.Receive()))
	if boot.Logged || use == dlogAlways {
		dlog.SetSink(&dlog.Sink{W: os.Stderr, Start: time.Now()})
	}
	if !boot.Logged {
		guest.LogUnread()
	}
	k := newKernel(boot)
	k.lab = program(k)
	k.boot.Given, k.boot.State, k.boot.Snapshot = nil, nil, nil // they were lent, as the message was
	go k.start()
	for {
		k.handle(guest.Receive())
	}
}

// parsed sees to it that the host spoke as it should.
func parsed(err error) {
	if err != nil {
		panic(fmt.Sprintf("raftlab: the host sent a %v", err))
	}
}

// sent is the message that was sent last. The host keeps nothing of it.
var (
	sent    []byte
	sending = make(lock, 1) // guards sent
)

const keepSent = 64 << 10

// lease returns an empty message, for the caller to append to and then to send.
func lease() []byte {
	sending.lock()
	return sent[:0]
}

// send sends what was appended to a leased message.
func send(message []byte) {
	guest.Send(message)
	sent = message
	if cap(sent) > keepSent {
		sent = nil
	}
	sending.unlock()
}
