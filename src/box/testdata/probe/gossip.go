package main

import (
	"encoding/binary"
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"sync"
	"time"

	"raftlab/src/box/guest"
)

// gossip calls the others again and again, from many goroutines. A frame is the number of the other server, then
// whether it is a call (0) or a reply (1), an id, and a body.
func gossip() {
	me, _ := strconv.Atoi(os.Args[2])
	servers, _ := strconv.Atoi(os.Args[3])
	log := len(os.Args) > 4
	var mu sync.Mutex
	calls := map[uint32]chan uint32{}
	next := uint32(0)

	send := func(to, kind byte, id, body uint32) {
		frame := []byte{to, kind}
		frame = binary.LittleEndian.AppendUint32(frame, id)
		frame = binary.LittleEndian.AppendUint32(frame, body)
		guest.Send(frame)
	}
	call := func(to byte, body uint32) uint32 {
		reply := make(chan uint32, 1)
		mu.Lock()
		next++
		id := next
		calls[id] = reply
		mu.Unlock()
		send(to, 0, id, body)
		return <-reply
	}
	go func() {
		for {
			time.Sleep(time.Duration(50+rand.Intn(100)) * time.Millisecond)
			for other := range servers {
				if other != me {
					go func() {
						got := call(byte(other), uint32(me))
						if log {
							fmt.Println(time.Now(), "reply", got)
						}
					}()
				}
			}
		}
	}()
	for {
		frame := guest.Receive()
		from, kind := frame[0], frame[1]
		id, body := binary.LittleEndian.Uint32(frame[2:]), binary.LittleEndian.Uint32(frame[6:])
		if kind == 0 {
			go send(from, 1, id, body+1)
			continue
		}
		mu.Lock()
		reply := calls[id]
		delete(calls, id)
		mu.Unlock()
		reply <- body
	}
}
