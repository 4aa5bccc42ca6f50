package program

import (
	"fmt"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"strings"

	"raftlab/src/lab/checkouts"
	"raftlab/src/raft"
)

// standIn takes the place of a checkout's package with its Raft: it has the names that the lab gave it, over whatever
// RaftlabMake makes.
const standIn = `package %s

import (
	"raftlab/src/labrpc"
	lab "raftlab/src/raft"
%s)

var RaftlabMake lab.MakeFunc

type Raft struct {
	lab.Raft
	persister *lab.Persister
}

func (rf *Raft) CondInstallSnapshot(term, index int, snapshot []byte) bool { return true }
%s`

// sizes are what people call the method of a Raft that says how large its saved state is, which the lab called
// PersistBytes in the end.
var sizes = []string{"PersistBytes", "RaftStateSize", "GetRaftStateSize", "GetStateSize", "StateSize", "RaftSize"}

// makeClassic is the rest of a stand-in until 2024, which declares its apply messages. Its applyCh is never closed.
const makeClassic = `
type ApplyMsg = lab.ApplyMsg

type Persister = lab.Persister

func MakePersister() *Persister { return lab.MakePersister() }

func Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg) *Raft {
	applies := make(chan ApplyMsg)
	go func() {
		for m := range applies {
			applyCh <- m
		}
	}()
	return &Raft{RaftlabMake(peers, me, persister, applies), persister}
}
`

// makeSince2025 is the rest of a stand-in since 2025, with the types of messages and of the Raft, which others declare,
// and the fields of a message. Its applyCh is closed when nothing more comes.
const makeSince2025 = `
func Make(peers []*labrpc.ClientEnd, me int, persister *lab.Persister, applyCh chan %[1]s) %[2]s {
	applies := make(chan lab.ApplyMsg)
	go func() {
		defer close(applyCh)
		for m := range applies {
			applyCh <- %[1]s{%[3]s}
		}
	}()
	return &Raft{RaftlabMake(peers, me, persister, applies), persister}
}
`

// over has a store stand on a base: in the place of its own Raft there is a stand-in.
func (s *Server) over(f checkouts.Found) (instead map[string]string, err error) {
	i := slices.IndexFunc(f.Below, func(b checkouts.Source) bool { _, ok := b.Types["Raft"]; return ok })
	if i < 0 {
		return nil, fmt.Errorf("%s imports no package with a Raft, in whose place %s could stand", f.Dir, f.Base.Name)
	}
	own := f.Below[i]
	var methods strings.Builder
	for _, name := range sizes {
		fmt.Fprintf(&methods, "\nfunc (rf *Raft) %s() int { return rf.persister.RaftStateSize() }\n", name)
	}
	imports, rest := "", makeClassic
	if s.RSM != "" {
		maker := own.Funcs["Make"]
		if len(maker.Params) != 4 || maker.Params[3].Elem == nil || len(maker.Results) != 1 {
			return nil, fmt.Errorf("%s has no func Make as the lab has it, in whose place %s could stand", own.Dir,
				f.Base.Name)
		}
		message, result := *maker.Params[3].Elem, maker.Results[0]
		paths := maps.Clone(message.Imports)
		maps.Copy(paths, result.Imports)
		for path, name := range paths {
			imports += fmt.Sprintf("\t%s %q\n", name, path)
		}
		var fields []string
		for _, field := range reflect.VisibleFields(reflect.TypeFor[raft.ApplyMsg]()) {
			if message.Fields[field.Name] != "" && token.IsExported(field.Name) {
				fields = append(fields, field.Name+": m."+field.Name)
			}
		}
		rest = fmt.Sprintf(makeSince2025, message.Text, result.Text, strings.Join(fields, ", "))
	}
	s.Base, s.Raft = "base."+f.Base.Constructor, own.Name
	s.Persister = "persister"
	s.Packages[own.Path] = own.Name
	s.Packages[f.Base.Path] = "base"
	s.Warm = slices.DeleteFunc(s.Warm, func(t checkouts.Expr) bool { return t.Text == own.Name+".Raft" })
	s.Registers = slices.DeleteFunc(slices.Clone(s.Registers),
		func(e checkouts.Expr) bool { return e.Imports[own.Path] != "" })
	if f.Base.Type != "" {
		s.Warm = append(s.Warm, checkouts.Expr{Text: "base." + f.Base.Type})
	}
	if f.Base.Handlers == nil {
		s.Handlers = nil
	} else if s.Handlers != nil {
		s.Handlers = append(s.Handlers, f.Base.Handlers...)
	}
	return map[string]string{own.Path: fmt.Sprintf(standIn, own.Package, imports, methods.String()+rest)}, nil
}
