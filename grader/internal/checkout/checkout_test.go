package checkout_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"raftlab/grader/internal/checkout"
	"raftlab/src/raft/editions/program"
)

// unpack writes the files of an archive to a new directory, which is the top of a repository.
func unpack(t *testing.T, archive string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o777); err != nil {
		t.Fatal(err)
	}
	files, err := txtar.FS(txtar.Parse([]byte(archive)))
	if err == nil {
		err = os.CopyFS(dir, files)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Each archive is a repository; the lines of its comment are
//
//	path: root package [module go]
//	path: ! error
func TestFind(t *testing.T) {
	tests := map[string]string{
		"module in src": `
.: src raft 6.824 1.15
src: src raft 6.824 1.15
src/raft: src raft 6.824 1.15
src/kvraft: src kvraft 6.824 1.15
src/labrpc: ! has no tests
-- src/go.mod --
module "6.824"

go 1.15
-- src/labrpc/labrpc.go --
package labrpc
-- src/raft/raft.go --
package raft
import "6.824/labrpc"
-- src/raft/test_test.go --
package raft
-- src/kvraft/test_test.go --
package kvraft
import "6.824/raft"
`,
		"module at the root, without a go line": `
.: . raft1 github.com/someone/raft -
raft1: . raft1 github.com/someone/raft -
-- go.mod --
module github.com/someone/raft
-- labrpc/labrpc.go --
package labrpc
-- raft1/raft.go --
package raft
import "github.com/someone/raft/labrpc"
-- raft1/raft_test.go --
package raft
`,
		"GOPATH": `
.: src raft
src/raft: src raft
-- src/labrpc/labrpc.go --
package labrpc
import "labgob"
-- src/labgob/labgob.go --
package labgob
-- src/raft/raft.go --
package raft
import "labrpc"
-- src/raft/test_test.go --
package raft
`,
		"GOPATH below a module that it is not in": `
course/src: course/src raft
-- go.mod --
module example.com/notes
-- course/src/labrpc/labrpc.go --
package labrpc
-- course/src/raft/raft.go --
package raft
import "labrpc"
-- course/src/raft/test_test.go --
package raft
`,
		"relative imports": `
.: src raft
-- src/labrpc/labrpc.go --
package labrpc
import "../labgob"
-- src/labgob/labgob.go --
package labgob
-- src/raft/raft.go --
package raft
import "../labrpc"
-- src/raft/test_test.go --
package raft
`,
		"required module in a directory": `
.: raft . course 1.22
-- raft/go.mod --
module course
go 1.22
require labrpc v0.0.0
replace labrpc => ../labrpc
-- labrpc/go.mod --
module labrpc
-- labrpc/labrpc.go --
package labrpc
-- raft/raft.go --
package raft
import "labrpc"
-- raft/test_test.go --
package raft
`,
		"required module without a domain": `
.: ! go.mod:2: malformed module path "labrpc": missing dot in first path element; fix go.mod
-- go.mod --
module course
require labrpc v1.0.0
-- raft/raft.go --
package raft
-- raft/test_test.go --
package raft
`,
		"relative imports before one of a required module": `
.: src raft
-- go.mod --
module course
require tools v1.0.0
replace tools => ./elsewhere
-- src/labrpc/labrpc.go --
package labrpc
-- src/raft/raft.go --
package raft
import "../labrpc"
import "tools/log"
-- src/raft/test_test.go --
package raft
`,
		"a tree moved out of its GOPATH": `
.: . raft
-- labrpc/labrpc.go --
package labrpc
-- raft/raft.go --
package raft
import "cs350/labrpc"
-- raft/test_test.go --
package raft
`,
		"copies further down": `
.: src raft1 6.5840 1.22
-- src/go.mod --
module 6.5840
go 1.22
-- src/raft1/raft.go --
package raft
-- src/raft1/raft_test.go --
package raft
-- old/2023/src/raft/raft.go --
package raft
-- old/2023/src/raft/test_test.go --
package raft
`,
		"another lab's as near": `
.: src/raft .
-- src/raft/test_test.go --
package raft
-- lab1/raft/test_test.go --
package raft
`,
		"two of them": `
.: ! has more than one Raft
a: a/raft .
-- a/raft/test_test.go --
package raft
-- b/raft/test_test.go --
package raft
`,
		"the skeleton of a lab before": `
.: labs/lab2/raft .
-- lab1/raft/raft.go --
package raft

type Raft struct{}

func (rf *Raft) Start(command interface{}) (int, int, bool) { return -1, -1, true }

func (rf *Raft) Snapshot(index int, snapshot []byte) {}
-- lab1/raft/raft_test.go --
package raft
-- labs/lab2/raft/raft.go --
package raft

type Raft struct{ log []int }

func (rf *Raft) Start(command interface{}) (int, int, bool) { return len(rf.log), 0, true }
-- labs/lab2/raft/raft_test.go --
package raft
`,
		"two that are finished": `
.: ! more than one Raft, in lab2/a/raft, lab2/b/raft
-- lab1/raft/raft.go --
package raft
-- lab1/raft/raft_test.go --
package raft
-- lab2/a/raft/raft.go --
package raft

type Raft struct{ persister *P }

func (rf *Raft) persist() { rf.persister.Save(nil, nil) }
-- lab2/a/raft/raft_test.go --
package raft
-- lab2/b/raft/raft.go --
package raft

type Raft struct{ log []int }

func (rf *Raft) Snapshot(index int, snapshot []byte) { rf.log = rf.log[index:] }
-- lab2/b/raft/raft_test.go --
package raft
`,
		"nothing": `
.: ! no directory raft or raft1 with tests in it
nowhere: ! there is no such directory
notes.txt: ! is a file
-- notes.txt --
-- vendor/raft/raft_test.go --
package raft
-- _old/raft/raft_test.go --
package raft
`,
		"broken go.mod": `
.: ! go.mod:1: 
-- go.mod --
module
-- raft/raft_test.go --
package raft
`,
	}
	for name, archive := range tests {
		dir := unpack(t, archive)
		comment, _, _ := strings.Cut(archive, "\n-- ")
		for line := range strings.Lines(strings.TrimSpace(comment)) {
			path, want, _ := strings.Cut(strings.TrimSpace(line), ": ")
			t.Run(name+" "+path, func(t *testing.T) {
				c, err := checkout.FindTests(filepath.Join(dir, path), program.Checkouts())
				if words, ok := strings.CutPrefix(want, "! "); ok {
					if err == nil || !strings.Contains(err.Error(), words) {
						t.Errorf("%+v, %v; want %s", c, err, words)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				root, err := filepath.Rel(dir, c.Root)
				if err != nil {
					t.Fatal(err)
				}
				got := filepath.ToSlash(root) + " " + c.Rel()
				if c.Module != "" {
					got += " " + c.Module + " "
					if c.Go == "" {
						got += "-"
					}
					got += c.Go
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// The imports of a tree without a module are found where they stand, in what its tests need.
func TestPackages(t *testing.T) {
	dir := unpack(t, `
-- src/labrpc/labrpc.go --
package labrpc

import (
	gob "labgob"
	"log"
)
-- src/labrpc/test_test.go --
package labrpc

import "notneeded"
-- src/labgob/labgob.go --
package labgob
-- src/notneeded/n.go --
package notneeded
-- src/raft/raft.go --
package raft

import "../labrpc"
import "github.com/someone/else"
import "labgob"
-- src/raft/test_test.go --
package raft

import "fmt"
`)
	c, err := checkout.FindTests(dir, program.Checkouts())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, i := range c.LocalImports {
		text, err := os.ReadFile(i.File)
		if err != nil {
			t.Fatal(err)
		}
		file, err := filepath.Rel(dir, i.File)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.ToSlash(file)+" "+string(text[i.Start:i.End])] = c.RelTo(i.Dir)
	}
	want := map[string]string{
		`src/raft/raft.go "../labrpc"`:  "labrpc",
		`src/raft/raft.go "labgob"`:     "labgob",
		`src/labrpc/labrpc.go "labgob"`: "labgob",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
