// Command datedseed makes more of the time in its package initialisation than to note it: what
// its first argument asks about.
package main

import (
	"fmt"
	"log"
	"math/rand"
	"os"
	"time"

	"raftlab/src/box/guest"
)

var seeds = os.Getenv("DATED") == "seed"

var (
	source *rand.Rand
	file   *os.File
)

func init() {
	if seeds {
		source = rand.New(rand.NewSource(time.Now().UnixNano()))
		return
	}
	file, _ = os.Create("log")
	log.New(file, "", log.LstdFlags|log.Lmicroseconds).Print("begin")
}

func main() {
	guest.Main(func() {
		if seeds {
			guest.Send(fmt.Append(nil, source.Int63()))
			return
		}
		text, _ := os.ReadFile("log")
		guest.Send(text)
	})
}
