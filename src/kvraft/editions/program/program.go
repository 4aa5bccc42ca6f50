package program

import (
	_ "embed"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"

	"raftlab/src/lab/checkouts"
)

// A Server is what is to be known of a store. Types are written as in the program, where the store's package is called
// implementation.
type Server struct {
	Path string // the import path of the store's package

	// In a box:
	Warm      []checkouts.Expr // types whose RPCs can be prepared for
	Registers []checkouts.Expr // what is registered with gob, here also for clerks, which have a box without a server
	Deadlock  string           // the import path of go-deadlock, which is turned off; "" if it is not used
	Handlers  []string         // the methods among which its handlers are; none if they are not known

	// As goroutines:
	Test string // the name of the worker's test
	Lab  string // the package of the lab, below raftlab/src/kvraft

	Edition   string            // the name of the one that it was written for
	Persister string            // the persister that constructors get, made of package raft's, which is called persister
	Packages  map[string]string // those that are named here, by import path: what they are called
	Base      string            // the constructor of the Raft that it stands on; "" if that is its own
	Raft      string            // then: what its Raft's package is called
	Debug     string            // the version of Go whose defaults for GODEBUG it gets, such as go1.21

	// Until 2024:
	Clerk     string   // the type that MakeClerk returns
	ClerkArgs []string // what it is passed

	// Since 2025:
	Dies bool   // its servers are processes, which nobody tells to end
	RSM  string // what its package rsm is called; "" before
	Op   bool   // that has a type Op
	Rpc  string // what its package rpc is called
}

//go:embed main.go.tmpl
var mainText string

var mainTemplate = template.Must(template.New("").Parse(mainText))

// Source returns the source of the main package in this form, and the name of its file.
func (s Server) Source(form checkouts.Form) (source, file string, err error) {
	imports := map[string]string{s.Path: "implementation"}
	own := []string{"labrpc", "raft", "kvraft/editions", "kvraft/kvnode"}
	if s.RSM == "" {
		own = append(own, "kvraft/classic")
	} else {
		own = append(own, "kvraft")
		imports["raftlab/src/raft/editions/tester1"] = "tester"
	}
	if s.Base != "" {
		imports["sync"] = "sync"
	}
	if s.Op {
		own = append(own, "labgob")
	}
	if file = "main_test.go"; form == checkouts.Box {
		file = "main.go"
		imports["reflect"] = "reflect"
		own = append(own, "sim/node")
		if len(s.Registers) > 0 {
			own = append(own, "labgob")
		}
		for _, t := range slices.Concat(s.Warm, s.Registers) {
			maps.Copy(imports, t.Imports)
		}
		if s.Deadlock != "" {
			imports[s.Deadlock] = "deadlock"
		}
	} else {
		imports["testing"] = "testing"
		own = append(own, "lab/labtest", "kvraft/"+s.Lab)
	}
	for _, own := range own {
		imports["raftlab/src/"+own] = path.Base(own)
	}
	maps.Copy(imports, s.Packages)
	var b strings.Builder
	err = mainTemplate.Execute(&b, map[string]any{"Server": s, "Form": form, "Imports": imports})
	return b.String(), file, err
}
