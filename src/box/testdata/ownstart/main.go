// Command ownstart has package initialisation that every box must do by itself. Its first argument says what it
// reports.
package main

import (
	"fmt"
	"math/rand"
	"time"

	"raftlab/src/box/guest"
)

var (
	drawn = rand.Int63()
	then  = time.Now()
)

func main() {
	guest.Main(func() {
		guest.Send(fmt.Append(nil, drawn, " ", then.UnixNano()))
	})
}
