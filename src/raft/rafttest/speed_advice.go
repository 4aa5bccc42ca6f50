package rafttest

import (
	"slices"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/lab"
	"raftlab/src/labrpc"
)

// speed is what the lab above this one asks for.
func speed() []lab.Scenario {
	return []lab.Scenario{{
		Name: "PromptCommands", Part: Log, Tier: lab.Advice, Nodes: cluster.Servers(5), Weather: labrpc.Reliable(),
		Checks: "commands that come alone, in a stream, or after elections that nobody won are applied within 33 ms, and " +
			"do not wait for the next heartbeat",
		Judge: Playing(promptCommands),
	}}
}

// prompt is what half of the commands may take: the key-value lab's own speed test asks for an operation in 33 ms, three
// in a heartbeat interval of its Raft.
const prompt = 33 * time.Millisecond

func promptCommands(c *Cluster) {
	c.advisePrompt("that come one after another", c.alone(c.OneLeader()))
	c.advisePrompt("of which more come all the time", c.stream(c.OneLeader()))

	// Whatever is left of elections that came to nothing must not get into the way of the next leader.
	for range 3 {
		c.Partition()
		c.Sleep(3 * ElectionTimeout)
		c.Heal()
		c.advisePrompt("of a leader that had stood in vain before", c.alone(c.eventualLeader(nil)))
	}
}

// advisePrompt advises if half of the commands were late.
func (c *Cluster) advisePrompt(which string, took []time.Duration) {
	slices.Sort(took)
	if len(took) > 0 && took[len(took)/2] > prompt {
		c.Advisef("half of the commands %s take more than %v: send them when they come and not with the next heartbeat, "+
			"or the speed test of the next lab fails", which, prompt)
	}
}

// alone hands a leader commands, each when the one before is applied, and returns how long they took.
func (c *Cluster) alone(leader int) (took []time.Duration) {
	for range 30 {
		began := c.Now()
		index, _, leads := c.Start(leader, c.Rand().Int())
		if !leads || !c.committed(index, applyLimit) {
			return took
		}
		took = append(took, c.Now()-began)
		c.Sleep(time.Duration(c.Rand().IntN(100)) * time.Millisecond)
	}
	return took
}

// stream hands a leader commands all the time, and returns how long they took.
func (c *Cluster) stream(leader int) (took []time.Duration) {
	begun := make(map[int]time.Duration) // by index
	first, last := 0, -1
	for end := c.Now() + ElectionTimeout/2; c.Now() < end; c.Sleep(time.Millisecond) {
		index, _, leads := c.Start(leader, c.Rand().Int())
		if !leads {
			return nil
		}
		if last < 0 {
			first = index
		}
		last = index
		begun[index] = c.Now()
		for ; first <= last; first++ {
			if n, _ := c.Committed(first); n == 0 {
				break
			}
			took = append(took, c.Now()-begun[first])
		}
	}
	return took
}

// committed waits until some server has applied the entry at an index. It reports false if that takes longer than limit.
func (c *Cluster) committed(index int, limit time.Duration) bool {
	for end := c.Now() + limit; c.Now() < end; c.Sleep(time.Millisecond) {
		if n, _ := c.Committed(index); n > 0 {
			return true
		}
	}
	return false
}
