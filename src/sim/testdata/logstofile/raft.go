// Package logstofile is ticker-timer with a log file in the working directory,
// as many Rafts have one: it dies if there is one already, or any other file.
package logstofile

import (
	"fmt"
	"log"
	"os"

	tickertimer "raftlab/impls/ticker-timer"
	"raftlab/src/labrpc"
	"raftlab/src/raft"
)

type Raft = tickertimer.Raft

func Make(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan raft.ApplyMsg) raft.Raft {
	must := func(err error) {
		if err != nil {
			log.Panicf("S%d: %v", me, err)
		}
	}
	const name = "raft.log"
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	must(err)
	words := fmt.Sprintf("S%d begins", me)
	_, err = f.WriteString(words)
	must(err)
	must(f.Close())
	data, err := os.ReadFile(name)
	must(err)
	list, err := os.ReadDir(".")
	must(err)
	if string(data) != words || len(list) != 1 {
		log.Panicf("S%d: %s has %q, beside %v", me, name, data, list)
	}
	return tickertimer.Make(peers, me, persister, applyCh)
}
