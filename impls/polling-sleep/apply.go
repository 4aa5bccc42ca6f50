package pollingsleep

import "raftlab/src/raft"

// applier hands the service what is committed, in order, until Kill. It alone sends on applyCh, and holds no lock while
// it does: the service may take its time, or call Snapshot before it takes the next.
func (rf *Raft) applier() {
	for {
		messages := rf.awaitApply()
		if len(messages) == 0 {
			return
		}
		for _, m := range messages {
			select {
			case rf.applyCh <- m:
			case <-rf.killed:
				return
			}
		}
	}
}

// awaitApply waits until there is something to apply, and returns it, or nothing once the server is dead.
func (rf *Raft) awaitApply() []raft.ApplyMsg {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	for !rf.dead {
		if messages := rf.state.Apply(); len(messages) > 0 {
			return messages
		}
		rf.applicable.Wait()
	}
	return nil
}
