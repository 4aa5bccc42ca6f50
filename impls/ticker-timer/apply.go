package tickertimer

import "raftlab/src/raft"

// applier hands the service what is committed, in order, until Kill. It alone sends on applyCh, and holds no lock while
// it does: the service may take its time, or call Snapshot before it takes the next.
func (rf *Raft) applier() {
	for {
		select {
		case <-rf.apply:
		case <-rf.killed:
			return
		}
		for messages := rf.next(); len(messages) > 0; messages = rf.next() {
			for _, m := range messages {
				select {
				case rf.applyCh <- m:
				case <-rf.killed:
					return
				}
			}
		}
	}
}

// next returns what there is to apply.
func (rf *Raft) next() []raft.ApplyMsg {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	return rf.state.Apply()
}
