package sim_test

import (
	"testing"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/cputime"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
	"raftlab/src/raft/rafttest"
	"raftlab/src/sim"
)

// BenchmarkStyles compares what the implementations make of the same work, three servers on a healthy network: what one
// command costs and how long it takes when commands come one by one, how a thousand at once are borne, and what a
// leader computes that has nothing to do. Times with a v are virtual.
func BenchmarkStyles(b *testing.B) {
	for _, name := range []string{"ticker-timer", "polling-sleep", "etcd-raft"} {
		b.Run(name+"/OneByOne", func(b *testing.B) { style(b, name, oneByOne) })
		b.Run(name+"/Thousand", func(b *testing.B) { style(b, name, thousand) })
		b.Run(name+"/Idle", func(b *testing.B) { style(b, name, idle) })
	}
}

// A measure is the work, and what came of it.
type measure func(c *rafttest.Cluster, metric func(value float64, unit string))

func style(b *testing.B, name string, work measure) {
	m := module(b, name)
	sums := make(map[string]float64)
	seed := uint64(0)
	for b.Loop() {
		s := lab.Scenario{
			Name: "Style", Part: rafttest.Log, Tier: lab.Strict, Nodes: cluster.Servers(3), Weather: labrpc.Reliable(),
			Judge: rafttest.Playing(func(c *rafttest.Cluster) {
				work(c, func(value float64, unit string) { sums[unit] += value })
			}),
		}
		if res := sim.Play(m, run(s, seed), sim.Options{Schedule: true}); res.Failure != nil {
			b.Fatalf("seed %d: %v", seed, res.Failure)
		}
		seed++
	}
	for unit, sum := range sums {
		b.ReportMetric(sum/float64(seed), unit)
	}
}

// oneByOne has a hundred commands agreed on, each when the last is committed by a majority, looked for each
// millisecond.
func oneByOne(c *rafttest.Cluster, metric func(float64, string)) {
	const commands = 100
	leader := c.OneLeader()
	rpcs, bytes, began := c.RPCs(), c.Bytes(), c.Now()
	for n := range commands {
		index, _, ok := c.Start(leader, n)
		if !ok {
			c.Failf("S%d no longer leads", leader)
		}
		await(c, index)
	}
	metric(float64(c.RPCs()-rpcs)/commands, "RPCs/command")
	metric(float64(c.Bytes()-bytes)/commands, "bytes/command")
	metric((c.Now()-began).Seconds()*1000/commands, "vms/commit")
}

// thousand starts a thousand commands at once.
func thousand(c *rafttest.Cluster, metric func(float64, string)) {
	const commands = 1000
	leader := c.OneLeader()
	rpcs, bytes, began, cpu := c.RPCs(), c.Bytes(), c.Now(), cputime.Used()
	last := 0
	for n := range commands {
		c.Go(func() {
			if index, _, ok := c.Start(leader, n); ok {
				last = max(last, index)
			}
		})
	}
	c.Wait()
	await(c, last)
	metric(float64(c.RPCs()-rpcs)/commands, "RPCs/command")
	metric(float64(c.Bytes()-bytes)/commands, "bytes/command")
	metric(commands/(c.Now()-began).Seconds(), "commands/vs")
	metric((cputime.Used()-cpu).Seconds()*1e6/commands, "cpu-us/command")
}

// idle lets a minute pass.
func idle(c *rafttest.Cluster, metric func(float64, string)) {
	c.OneLeader()
	rpcs, began, cpu := c.RPCs(), c.Now(), cputime.Used()
	c.Sleep(time.Minute)
	passed := (c.Now() - began).Seconds()
	metric(float64(c.RPCs()-rpcs)/passed, "RPCs/vs")
	metric((cputime.Used()-cpu).Seconds()*1000/passed, "cpu-ms/vs")
}

// await waits for a majority to have applied an index.
func await(c *rafttest.Cluster, index int) {
	for {
		if servers, _ := c.Committed(index); servers > c.N()/2 {
			return
		}
		c.Sleep(time.Millisecond)
	}
}
