package box_test

import (
	"fmt"
	"runtime"
	"testing"

	"raftlab/src/box"
)

// Boxes leave nothing behind, however they end.
func TestNoLeak(t *testing.T) {
	probes := module(t, lab.probe)
	own := module(t, lab.own)
	behaviours := []string{"echo", "sleep", "panic", "exit", "garbage"}
	round := func(n int) {
		for i := range n {
			b := probes.Start(box.Config{Args: []string{"probe", behaviours[i%5], "3"}, Seed: uint64(i)})
			if i%7 > 0 {
				b.Deliver([]byte("x"))
				b.Run(0)
				b.Run(1e9)
			}
			b.Close()
			b = own.Start(box.Config{Args: []string{"ownstart"}, Seed: uint64(i)})
			b.Run(0)
			b.Close()
		}
	}
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	round(50)
	goroutines, before := runtime.NumGoroutine(), heap()
	round(1000)
	if after := heap(); after > before+1<<20 {
		t.Errorf("the heap grew from %d to %d KiB", before>>10, after>>10)
	}
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines, before %d", n, goroutines)
	}
}

// Many boxes at once take memory only while they live.
func TestManyBoxes(t *testing.T) {
	m, err := load("probe")
	if err != nil {
		t.Fatal(err)
	}
	boxes := make([]*run, 300)
	for i := range boxes {
		boxes[i] = start(m, box.Config{Args: []string{"probe", "echo"}})
		boxes[i].Run(0)
	}
	for i, r := range boxes {
		r.Deliver(fmt.Append(nil, i))
		r.Run(1)
	}
	for i, r := range boxes {
		if len(r.frames) != 1 || r.frames[0] != fmt.Sprint(i) {
			t.Errorf("box %d says %q", i, r.frames)
		}
		r.Close()
	}
	m.Close()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	if s.HeapAlloc > 256<<20 {
		t.Errorf("%d MiB in use after closing all", s.HeapAlloc>>20)
	}
}
