// Command plain is an ordinary program that knows nothing of boxes.
package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	start := time.Now()
	done := make(chan bool)
	time.AfterFunc(30*time.Second, func() { close(done) })
	tick := time.NewTicker(10 * time.Second)
	for {
		select {
		case <-tick.C:
			fmt.Println("tick", time.Since(start))
		case <-done:
			fmt.Println("done", time.Since(start), os.Args, os.Getenv("PLAIN"))
			os.Exit(3)
		}
	}
}
