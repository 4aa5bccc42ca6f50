package main

import (
	"os"
	"path/filepath"
	"testing"

	"raftlab/src/lab"
)

// A directory of a checkout says which lab it is of, and above them Raft is meant, but not silently.
func TestLabOfCheckout(t *testing.T) {
	top := t.TempDir()
	for name, text := range map[string]string{
		"src/raft/raft.go": "package raft\n\nimport \"../labrpc\"\n\n" +
			"func Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg) *Raft",
		"src/kvraft/server.go": "package kvraft\n\nimport (\n\t\"../labrpc\"\n\t\"../raft\"\n)\n\nfunc StartKVServer(" +
			"servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int) *KVServer",
		"src/kvraft1/server.go": "package kvraft\n\nimport (\n\t\"../labrpc\"\n\t\"../tester1\"\n)\n\nfunc StartKVServer(" +
			"servers []*labrpc.ClientEnd, gid tester.Tgid, me int, persister *tester.Persister, maxraftstate int) []any",
		"src/kvraft1/rsm/rsm.go": "package rsm\n\nimport (\n\t\"../../labrpc\"\n\t\"../../tester1\"\n)\n\nfunc MakeRSM(" +
			"servers []*labrpc.ClientEnd, me int, persister *tester.Persister, maxraftstate int, sm StateMachine) *RSM",
		"src/kvraft1/others/others.go": "package others",
		"src/kvsrv/server.go":          "package kvsrv\n\nfunc StartKVServer() *KVServer",
		"src/kvother/server.go":        "package kvother\n\nimport \"../raft\"\n\nfunc StartKVServer(*raft.Raft) *KVServer",
	} {
		file := filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for dir, want := range map[string]string{
		"src/raft": "raft", "src/kvraft": "kv-classic", "src/kvsrv": "", "src/kvother": "",
		"src/kvraft1": "kv-rsm", "src/kvraft1/rsm": "kv-rsm", "src/kvraft1/others": "", "src": "", ".": "",
	} {
		if got := labIn(filepath.Join(top, dir)); got != want {
			t.Errorf("%s is of %q, want %q", dir, got, want)
		}
	}
	l, _ := lab.Find("raft")
	want := "not graded here: kv-classic in src/kvraft, kv-rsm in src/kvraft1 (use -lab, or name the directory)"
	if got := otherLabs(top, l); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for dir, says := range map[string]bool{"src/kvsrv": true, "src/kvother": false, "src/raft": false, "src": false} {
		if err := notGraded(filepath.Join(top, dir)); (err != nil) != says {
			t.Errorf("%s: %v", dir, err)
		}
	}
	if got := otherLabs(filepath.Join(top, "src/kvraft"), l); got != "" {
		t.Errorf("in the directory of one: %q", got)
	}
}
