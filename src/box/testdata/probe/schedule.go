package main

import (
	"fmt"
	"io"
	"log"
	"math/rand"
	"os"
	"runtime"
	"sync"
	"time"

	"raftlab/src/box/guest"
)

// A voter forgets its vote between two critical sections: it checks in the first whether it may vote, and votes in
// the second.
type voter struct {
	mu       sync.Mutex
	votedFor map[byte]byte // by term
}

func (v *voter) mayVote(term byte) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, voted := v.votedFor[term]
	return !voted
}

func (v *voter) vote(term, candidate byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.votedFor[term] = candidate
	report("vote ", term, " ", candidate)
}

// race gets requests for votes, frames of a term and a candidate, and handles each in a goroutine of its own.
func race() {
	v := &voter{votedFor: map[byte]byte{}}
	for {
		frame := guest.Receive()
		term, candidate := frame[0], frame[1]
		go func() {
			if v.mayVote(term) {
				v.vote(term, candidate)
			}
		}()
	}
}

// rwRace has the same mistake with a read lock.
func rwRace() {
	var mu sync.RWMutex
	voted := map[byte]bool{}
	for {
		frame := guest.Receive()
		term, candidate := frame[0], frame[1]
		go func() {
			mu.RLock()
			ok := !voted[term]
			mu.RUnlock()
			if ok {
				mu.Lock()
				voted[term] = true
				report("vote ", term, " ", candidate)
				mu.Unlock()
			}
		}()
	}
}

// late has it without a lock: whether it votes is decided before the go statement, and what becomes of it after.
func late() {
	voted := map[byte]bool{}
	for {
		frame := guest.Receive()
		term, candidate := frame[0], frame[1]
		if voted[term] {
			continue
		}
		go func() {
			voted[term] = true
			report("vote ", term, " ", candidate)
		}()
	}
}

// lingers reports how long a goroutine takes, in ns, to take and release a lock a few times, with another held and with
// none, and again after it has waited.
func lingers() {
	var outer, inner sync.Mutex
	often := func() time.Duration {
		began := time.Now()
		for range 10 {
			inner.Lock()
			inner.Unlock()
		}
		return time.Since(began)
	}
	for {
		guest.Receive()
		outer.Lock()
		held := often()
		outer.Unlock()
		once := often()
		time.Sleep(time.Millisecond)
		report("held ", int64(held), " ", int64(once), " ", int64(often()))
	}
}

// turns reports in which order goroutines run that are all ready.
func turns() {
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			report("go ", i)
			runtime.Gosched()
			report("again ", i)
		})
	}
	wg.Wait()
}

// logged is goroutines that use locks and, if it has a further argument, log a lot.
func logged() {
	log.SetOutput(io.Discard)
	if len(os.Args) > 2 {
		log.SetOutput(os.Stdout)
	}
	debug := func(format string, args ...any) {
		if len(os.Args) > 2 {
			log.Printf(format, args...)
			kept = append(kept[:0], make([]byte, 5000)) // so that there is garbage to collect
		}
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	n := 0
	for i := range 5 {
		wg.Go(func() {
			for range 200 {
				debug("%d wants the lock", i)
				mu.Lock()
				n++
				debug("%d has %d", i, n)
				mu.Unlock()
				if n%50 == 0 {
					report(fmt.Sprint(i, n, rand.Intn(100)))
				}
			}
		})
	}
	wg.Wait()
	report("done ", n)
}
