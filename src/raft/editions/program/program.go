// Package program is how the checkouts of the Raft lab look, and writes the main program for what was found in one: Go
// source that starts a Raft, and makes of one that was written for an edition of the lab one of the contract's.
package program

import (
	_ "embed"
	"maps"
	"path"
	"strings"
	"text/template"

	"raftlab/src/lab/checkouts"
)

// A Server is what is to be known of a Raft. Types are written as in the program, where the Raft's package is called
// implementation.
type Server struct {
	Path string // the import path of the Raft's package

	// In a box:
	Warm     bool     // it has a type Raft, whose RPCs can be prepared for
	Deadlock string   // the import path of go-deadlock, which is turned off; "" if it is not used
	Handlers []string // the methods among which its handlers are; none if they are not known, which takes more room

	// As goroutines:
	Test string // the name of the worker's test

	Edition     string            // the name of the one that it was written for
	Message     string            // the type of its apply messages
	Conversions []string          // the fields of package raft's ApplyMsg, made of an apply message m
	Result      string            // the type that Make returns
	Packages    map[string]string // those that Message and Result name, by import path: what they are called
	Persister   string            // the persister that Make gets, made of package raft's, which is called persister
	Snapshot    bool              // it has a method Snapshot
	Install     bool              // its CondInstallSnapshot is asked
	Debug       string            // the version of Go whose defaults for GODEBUG it gets, such as go1.21
}

//go:embed main.go.tmpl
var mainText string

var mainTemplate = template.Must(template.New("").Parse(mainText))

// Source returns the source of the main package in this form, and the name of its file.
func (s Server) Source(form checkouts.Form) (source, file string, err error) {
	imports := map[string]string{s.Path: "implementation"}
	for _, own := range []string{"labrpc", "raft", "raft/editions", "raft/rafttest/raftnode"} {
		imports["raftlab/src/"+own] = path.Base(own)
	}
	maps.Copy(imports, s.Packages)
	if file = "main_test.go"; form == checkouts.Box {
		file = "main.go"
		imports["reflect"], imports["raftlab/src/sim/node"] = "reflect", "node"
		if s.Deadlock != "" {
			imports[s.Deadlock] = "deadlock"
		}
	} else {
		imports["testing"], imports["raftlab/src/lab/labtest"], imports["raftlab/src/raft/rafttest"] = "testing",
			"labtest", "rafttest"
	}
	var b strings.Builder
	err = mainTemplate.Execute(&b, map[string]any{"Server": s, "Form": form, "Imports": imports})
	return b.String(), file, err
}
