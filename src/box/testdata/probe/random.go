package main

import (
	crand "crypto/rand"
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"math/rand"
	randv2 "math/rand/v2"
	"os"
	"sync"
	"time"

	"raftlab/src/box/guest"
)

// draws writes a random number into a file for each frame, and reports all that are in it.
func draws() {
	f, err := os.Create("drawn")
	if err != nil {
		panic(err)
	}
	for {
		guest.Receive()
		fmt.Fprint(f, crand.Text(), " ")
		drawn, err := os.ReadFile("drawn")
		report(string(drawn), err)
	}
}

// redraws reports for each frame in which order goroutines run, and a number from every source of randomness.
func redraws() {
	own := rand.New(rand.NewSource(1))
	for {
		guest.Receive()
		order := ""
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() { order += string(rune('a' + i)) })
		}
		wg.Wait()
		report("goroutines ", order)
		report("math/rand ", rand.Int63())
		report("math/rand/v2 ", randv2.Uint64())
		report("crypto/rand ", crand.Text())
		report("maphash ", maphash.String(maphash.MakeSeed(), "x"))
		order = ""
		for range 5 {
			for k := range known {
				order += string(rune('a' + k))
			}
		}
		report("map ", order)
		report("its own generator ", own.Int63())
	}
}

// selects reports what selects choose. With an argument it logs between them.
func selects() {
	var ready [2]chan bool
	for i := range ready {
		ready[i] = make(chan bool)
		close(ready[i])
	}
	order := ""
	for i := range 200 {
		if len(os.Args) > 2 {
			// Assertions fill caches, and draw lots for it.
			for _, v := range []any{
				i, fmt.Errorf("%d", i), time.Duration(i), known, ready[0], struct{}{}, []byte("x"), os.Args, 1i,
			} {
				fmt.Fprintf(os.Stderr, "%v\n", v)
			}
		}
		select {
		case <-ready[0]:
			order += "0"
		case <-ready[1]:
			order += "1"
		}
	}
	report(order)
	os.Exit(0)
}

var known = map[int]bool{1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true, 10: true}

// random reports what it draws from every source of randomness, each with its name.
func random() {
	for range 3 {
		report("math/rand ", rand.Int63())
		report("math/rand/v2 ", randv2.Uint64())
	}
	var b [16]byte
	crand.Read(b[:])
	report("crypto/rand ", hex.EncodeToString(b[:]))
	report("maphash ", maphash.String(maphash.MakeSeed(), "x"))
	order := ""
	for range 5 {
		for k := range known {
			order += string(rune('a' + k))
		}
	}
	report("old map ", order)
	fresh := map[int]int{}
	for i := range 100 {
		fresh[i] = i
	}
	order = ""
	for k := range fresh {
		order += string(rune(' ' + k))
	}
	report("new map ", order)
	var ready [8]chan bool
	for i := range ready {
		ready[i] = make(chan bool)
		close(ready[i])
	}
	order = ""
	for range 20 {
		select {
		case <-ready[0]:
			order += "0"
		case <-ready[1]:
			order += "1"
		case <-ready[2]:
			order += "2"
		case <-ready[3]:
			order += "3"
		}
	}
	report("select ", order)
	// As many programs do it.
	report("time ", rand.New(rand.NewSource(time.Now().UnixNano())).Int63())
	rand.Seed(150)
	report("math/rand with a seed ", rand.Int63())
	os.Exit(0)
}
