// Command datedseed makes more of the time in its package initialisation than to note it: what its first argument
// asks about.
package main

import (
	"fmt"
	"log"
	"math/rand"
	"os"
	"time"

	"raftlab/src/box/guest"
)

var (
	source *rand.Rand
	file   *os.File
	times  [5000]time.Time
)

func init() {
	switch os.Getenv("DATED") {
	case "seed":
		source = rand.New(rand.NewSource(time.Now().UnixNano()))
	case "log":
		file, _ = os.Create("log")
		log.New(file, "", log.LstdFlags|log.Lmicroseconds).Print("begin")
	case "often":
		now := time.Now()
		for i := range times {
			times[i] = now
		}
	}
}

func main() {
	guest.Main(func() {
		switch os.Getenv("DATED") {
		case "seed":
			guest.Send(fmt.Append(nil, source.Int63()))
		case "log":
			text, _ := os.ReadFile("log")
			guest.Send(text)
		case "often":
			guest.Send(fmt.Append(nil, times[0].UnixNano(), times[len(times)-1].UnixNano()))
		}
	})
}
