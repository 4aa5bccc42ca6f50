// Command datedstart notes the time and opens a log in its package initialisation. It reports how long ago that
// was, what the clock showed, in all forms, and what is in the log after it has written there.
package main

import (
	"fmt"
	"os"
	"time"

	"raftlab/src/box/guest"
)

var (
	then  = time.Now()
	nanos = time.Now().UnixNano()
	start *time.Time
	file  *os.File
)

func init() {
	t := time.Now()
	start = &t
	file, _ = os.OpenFile("logs/start.log", os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o666)
	fmt.Fprintln(file, "begin")
}

func main() {
	guest.Main(func() {
		written := time.Time{}
		if info, err := file.Stat(); err == nil {
			written = info.ModTime()
		}
		fmt.Fprint(file, os.Args[0])
		log, _ := os.ReadFile("logs/start.log")
		guest.Send(fmt.Appendf(nil, "%v %d %d %d %d %d %q", time.Since(then), then.UnixNano(), nanos,
			start.UnixNano(), written.UnixNano(), time.Now().UnixNano(), log))
	})
}
