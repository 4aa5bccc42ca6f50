//go:debug randseednop=0

// Command probe is the guest of package box's tests. Its first argument says what it does.
package main

import (
	"bufio"
	"fmt"
	"os"
	"time"

	"raftlab/src/box/guest"
)

var probes = map[string]func(){
	"echo":     echo,
	"args":     args,
	"gossip":   gossip,
	"random":   random,
	"draws":    draws,
	"redraws":  redraws,
	"selects":  selects,
	"allocate": allocate,
	"clocks":   clocks,
	"sleep":    sleep,
	"sleepers": sleepers,
	"yielding": yielding,
	"spin":     spin,
	"garbage":  garbage,
	"collects": collects,
	"much":     collectsMuch,
	"hog":      hog,
	"exit":     exit,
	"panic":    crash,
	"deadlock": deadlock,
	"loop":     loop,
	"stubborn": stubborn,
	"tongue":   tongueTied,
	"waiting":  waiting,
	"big":      big,
	"print":    print_,
	"abuse":    abuse,
	"files":    files,
	"stdin":    stdin,
	"compute":  compute,
	"computes": computeForever,
	"tick":     tick,
	"race":     race,
	"rwrace":   rwRace,
	"late":     late,
	"lingers":  lingers,
	"turns":    turns,
	"looks":    looks,
	"logged":   logged,
	"unread":   unread,
}

func main() {
	guest.Main(func() {
		f := probes[os.Args[1]]
		if f == nil {
			panic("no such probe: " + os.Args[1])
		}
		f()
	})
}

// report sends a line to the host.
func report(a ...any) { guest.Send(fmt.Append(nil, a...)) }

func echo() {
	for {
		guest.Send(guest.Receive())
	}
}

func args() {
	report(fmt.Sprintf("%q %q", os.Args[2:], os.Getenv("PROBE")))
}

// big answers a frame with one of the size it asks for, in MiB.
func big() {
	for {
		frame := guest.Receive()
		if len(frame) == 1 {
			guest.Send(make([]byte, int(frame[0])<<20))
		} else {
			report(len(frame), " ", frame[0], " ", frame[len(frame)-1])
		}
	}
}

func print_() {
	fmt.Println("to stdout")
	fmt.Fprintln(os.Stderr, "to stderr")
	os.Stdout.Write(make([]byte, 3<<20))
}

// stdin sends the lines of its standard input, while another goroutine works.
func stdin() {
	go func() {
		for {
			time.Sleep(time.Second)
		}
	}()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		report(lines.Text())
	}
}

func files() {
	_, err := os.Open("/etc/passwd")
	report("open: ", err != nil)
	_, err = os.ReadDir(".")
	report("readdir: ", err != nil)
	report("create: ", os.WriteFile("x", nil, 0o666) != nil)
}
