// Package labrpc is not the lab's.
package labrpc

type ClientEnd struct{}

func (*ClientEnd) Call(method string, args, reply interface{}) bool { return true }

var leader = -1

func Elect(server int) {
	if leader < 0 {
		leader = server
	}
}

func Leader() int { return leader }
