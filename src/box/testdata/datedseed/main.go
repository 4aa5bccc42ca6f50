// Command datedseed makes more of the time in its package initialisation than to note it.
package main

import (
	"fmt"
	"math/rand"
	"os"
	"time"

	"raftlab/src/box/guest"
)

var (
	source = rand.New(rand.NewSource(time.Now().UnixNano()))
	within = time.Now().Nanosecond()
)

func main() {
	guest.Main(func() { guest.Send(fmt.Append(nil, os.Args[0], " ", source.Int63(), " ", within)) })
}
