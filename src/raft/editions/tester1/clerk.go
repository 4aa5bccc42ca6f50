package tester

import (
	"fmt"
	"math/rand/v2"
	"sync"

	"raftlab/src/labrpc"
)

// Tgid is the number of a group of servers.
type Tgid int

// GRP0 is the group of a lab that has only one; so is Gid, of which its servers are.
const (
	GRP0 = Tgid(0)
	Gid  = GRP0
)

// IService is what a server of 2025 serves RPCs with.
type IService interface{ Kill() }

// TesterClnt is how the tester of 2026 reaches its servers. Here nobody does.
type TesterClnt struct{}

// What the servers of 2026 are told by their command lines.
var (
	MaxRaftState        int
	UseRaftStateMachine bool

	starting sync.Mutex // guards MaxRaftState
)

// RaftlabMaxRaftState sets MaxRaftState, before a server starts.
func RaftlabMaxRaftState(n int) {
	starting.Lock()
	defer starting.Unlock()
	MaxRaftState = n
}

// ServerName is the name of a group's server.
func ServerName(gid Tgid, i int) string { return fmt.Sprintf("server-%d-%d", gid, i) }

// Randstring returns n random letters.
func Randstring(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + rand.IntN('z'-'a'+1))
	}
	return string(b)
}

// A Clnt is a clerk's way to servers, by their names.
type Clnt struct{ ends map[string]*labrpc.ClientEnd }

// RaftlabClnt makes one, with the names of the servers that the ends lead to, in their order.
func RaftlabClnt(ends []*labrpc.ClientEnd) (clnt *Clnt, servers []string) {
	clnt = &Clnt{make(map[string]*labrpc.ClientEnd)}
	for i, end := range ends {
		servers = append(servers, ServerName(GRP0, i))
		clnt.ends[servers[i]] = end
	}
	return clnt, servers
}

// Call calls a method of a server, as a ClientEnd does. It is false if there is no server of that name.
func (c *Clnt) Call(server, method string, args, reply any) bool {
	end, ok := c.ends[server]
	return ok && end.Call(method, args, reply)
}
