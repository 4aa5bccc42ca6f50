package labrpc_test

import (
	"fmt"

	"raftlab/src/labrpc"
)

type Greeter struct{}

func (*Greeter) Greet(name string, reply *string) { *reply = "hello, " + name }

// Two ends lead to one server; one of them is cut off.
func Example() {
	server := labrpc.MakeServer()
	server.AddService(labrpc.MakeService(new(Greeter)))
	net := labrpc.MakeNetwork()
	defer net.Cleanup()
	net.LongDelays(false)
	net.AddServer("server", server)
	for _, name := range []string{"alice", "bob"} {
		end := net.MakeEnd(name)
		net.Connect(name, "server")
		net.Enable(name, name != "bob")
		var reply string
		ok := end.Call("Greeter.Greet", name, &reply)
		fmt.Printf("%s: %v %q\n", name, ok, reply)
	}

	// Output:
	// alice: true "hello, alice"
	// bob: false ""
}
