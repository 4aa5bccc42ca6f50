package live

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestShow(t *testing.T) {
	out := make(chan bool)
	go func() {
		time.Sleep(300 * time.Millisecond)
		println(stacks())
		close(out)
	}()
	synctest.Test(t, func(t *testing.T) {
		println("MARK", bubbleMark())
		var mu sync.Mutex
		var rw sync.RWMutex
		mu.Lock()
		rw.Lock()
		in := make(chan int, 1)
		go func() { mu.Lock() }()
		go func() { rw.RLock() }()
		go func() { rw.Lock() }()
		go func() { time.Sleep(time.Hour) }()
		go func() { <-in }()
		go func() { select { case <-in: case <-out: } }()
		var wg sync.WaitGroup
		wg.Add(1)
		go wg.Wait()
		<-out
		mu.Unlock()
		rw.Unlock()
		wg.Done()
		in <- 1; in<-1
		
	})
}
