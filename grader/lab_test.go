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
		"src/kvsrv/server.go": "package kvsrv\n\nfunc StartKVServer() *KVServer",
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
		"src/raft": "raft", "src/kvraft": "kv-classic", "src/kvsrv": "", "src": "", ".": "",
	} {
		if got := labIn(filepath.Join(top, dir)); got != want {
			t.Errorf("%s is of %q, want %q", dir, got, want)
		}
	}
	l, _ := lab.Find("raft")
	want := "not graded here: kv-classic in src/kvraft (use -lab, or name the directory)"
	if got := otherLabs(top, l); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := otherLabs(filepath.Join(top, "src/kvraft"), l); got != "" {
		t.Errorf("in the directory of one: %q", got)
	}
}
