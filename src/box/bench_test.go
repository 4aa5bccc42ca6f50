package box_test

import (
	"testing"

	"raftlab/src/box"
	"raftlab/src/box/testdata/work"
	"raftlab/src/cputime"
)

// BenchmarkStart starts a box, runs it until it waits for frames, and closes it.
func BenchmarkStart(b *testing.B) {
	m := module(b, lab.probe)
	defer reportCPU(b)()
	for b.Loop() {
		r := m.Start(box.Config{Args: []string{"probe", "echo"}})
		r.Run(0)
		r.Close()
	}
}

// BenchmarkStartAll starts nine boxes before it closes them.
func BenchmarkStartAll(b *testing.B) {
	m := module(b, lab.probe)
	defer reportCPU(b)()
	for b.Loop() {
		var boxes [9]*box.Box
		for i := range boxes {
			boxes[i] = m.Start(box.Config{Args: []string{"probe", "echo"}})
			boxes[i].Run(0)
		}
		for _, r := range boxes {
			r.Close()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/9, "µs/box")
}

// BenchmarkStartOwn is BenchmarkStart with a guest that cannot be captured.
func BenchmarkStartOwn(b *testing.B) {
	m := module(b, lab.own)
	defer reportCPU(b)()
	for b.Loop() {
		r := m.Start(box.Config{Args: []string{"ownstart"}})
		r.Run(0)
		r.Close()
	}
}

// BenchmarkPing delivers a frame, which the guest sends back.
func BenchmarkPing(b *testing.B) {
	r := probe(b, "echo")
	now := int64(0)
	r.Run(now)
	r.frames = nil
	frame := make([]byte, 100)
	defer reportCPU(b)()
	for b.Loop() {
		now += 1000
		r.Deliver(frame)
		r.Run(now)
		r.frames = r.frames[:0]
	}
}

// BenchmarkPing10 delivers ten frames at a time.
func BenchmarkPing10(b *testing.B) {
	r := probe(b, "echo")
	now := int64(0)
	r.Run(now)
	frame := make([]byte, 100)
	defer reportCPU(b)()
	for b.Loop() {
		now += 1000
		for range 10 {
			r.Deliver(frame)
		}
		r.Run(now)
		r.frames = r.frames[:0]
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10, "ns/frame")
}

// BenchmarkTimer wakes a guest that sleeps again.
func BenchmarkTimer(b *testing.B) {
	r := probe(b, "tick")
	r.Run(0)
	defer reportCPU(b)()
	for b.Loop() {
		now, _ := r.Deadline()
		r.Run(now)
	}
}

// BenchmarkGossip runs a second of five servers that call each other.
func BenchmarkGossip(b *testing.B) {
	m := module(b, lab.probe)
	frames := 0
	defer reportCPU(b)()
	for b.Loop() {
		c := newCluster(m, 5, 1)
		c.run(1e9)
		frames += c.frames
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(frames), "µs/frame")
}

// BenchmarkCompute is work in the guest, and BenchmarkNative the same here.
func BenchmarkCompute(b *testing.B) {
	r := probe(b, "compute")
	r.Run(0)
	defer reportCPU(b)()
	for b.Loop() {
		r.Deliver([]byte("some input"))
		r.Run(1)
	}
}

func BenchmarkNative(b *testing.B) {
	defer reportCPU(b)()
	for b.Loop() {
		work.Do([]byte("some input"))
	}
}

// reportCPU reports the processor time of a benchmark's operations.
func reportCPU(b *testing.B) (report func()) {
	began := cputime.Used()
	return func() { b.ReportMetric(float64(cputime.Used()-began)/float64(b.N), "cpu-ns/op") }
}

// BenchmarkFork forks a server in the midst of its work and throws the fork away.
func BenchmarkFork(b *testing.B) {
	c := newCluster(module(b, lab.probe), 5, 1)
	defer c.close()
	for c.step(2e9) {
	}
	defer reportCPU(b)()
	for b.Loop() {
		fork, err := c.boxes[0].Fork(box.Config{})
		if err != nil {
			b.Fatal(err)
		}
		fork.Close()
	}
}

// BenchmarkStacks prints the goroutines of the same server.
func BenchmarkStacks(b *testing.B) {
	c := newCluster(module(b, lab.probe), 5, 1)
	defer c.close()
	for c.step(2e9) {
	}
	defer reportCPU(b)()
	for b.Loop() {
		if c.boxes[0].Stacks() == "" {
			b.Fatal("no stacks")
		}
	}
}
