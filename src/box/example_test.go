package box_test

import (
	"context"
	"fmt"
	"time"

	"raftlab/src/box"
	"raftlab/src/box/gobuild"
)

// greeter is a guest: it answers each frame a second later.
const greeter = `package main

import (
	"time"

	"raftlab/src/box/guest"
)

func main() {
	guest.Main(func() {
		for {
			name := string(guest.Receive())
			time.Sleep(time.Second)
			guest.Send([]byte("hello, " + name))
		}
	})
}
`

// A guest is built, compiled and started. It runs only inside Run, at the virtual time that its host says.
func Example() {
	wasm, err := gobuild.Build(context.Background(), gobuild.Config{
		Packages: []string{"./greeter"},
		Overlay:  map[string][]byte{"greeter/main.go": []byte(greeter)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := box.NewEngine("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	module, err := engine.Load(wasm)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer module.Close()

	b := module.Start(box.Config{Receive: func(frame []byte) { fmt.Println(string(frame)) }})
	defer b.Close()
	b.Deliver([]byte("box"))
	b.Run(0)
	due, _ := b.Deadline()
	fmt.Println("asleep until", time.Duration(due))
	b.Run(due)

	// Output:
	// asleep until 1s
	// hello, box
}
