package tickertimer

import (
	"testing"
	"testing/synctest"
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/raft"
	"raftlab/src/raft/rafttest/suite"
)

func Test2A3A(t *testing.T) { suite.Run(t, "2A", Make) }
func Test2B3B(t *testing.T) { suite.Run(t, "2B", Make) }
func Test2C3C(t *testing.T) { suite.Run(t, "2C", Make) }
func Test2D3D(t *testing.T) { suite.Run(t, "2D", Make) }

// Kill frees a server whose service takes nothing: the bubble cannot end while it has goroutines left.
func TestKillWhileApplying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rf := Make(make([]*labrpc.ClientEnd, 1), 0, raft.MakePersister(), make(chan raft.ApplyMsg))
		time.Sleep(2 * time.Second) // alone, it elects itself
		for command := range 3 {
			if _, _, ok := rf.Start(command); !ok {
				t.Fatal("no leader of one after 2 s")
			}
		}
		time.Sleep(time.Second) // committed, and the applier waits for the service
		rf.Kill()
		rf.Kill()
		if _, _, ok := rf.Start(3); ok {
			t.Error("a killed server accepts commands")
		}
		time.Sleep(time.Second) // for what sleeps to wake up and leave
	})
}
