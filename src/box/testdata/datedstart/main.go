// Command datedstart notes the time in its package initialisation. It reports how long
// ago that was and what the clock showed, in all forms.
package main

import (
	"fmt"
	"log"
	"os"
	"time"

	"raftlab/src/box/guest"
)

var (
	then  = time.Now()
	nanos = time.Now().UnixNano()
	start *time.Time
)

func init() {
	log.SetFlags(0)
	t := time.Now()
	start = &t
}

func main() {
	guest.Main(func() {
		guest.Send(fmt.Append(nil, os.Args[0], " ", time.Since(then), " ", then.UnixNano(), " ", nanos, " ", start.UnixNano(), " ", time.Now().UnixNano()))
	})
}
