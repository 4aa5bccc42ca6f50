package cluster

import (
	"time"

	"raftlab/src/script"
)

// HasFaults reports whether the world can make those faults for which a node must be a machine of its own.
func (c *Cluster) HasFaults() bool { return c.world.Faults() != nil }

// Pause stops a node in its tracks. Until Resume it counts as down: nobody asks it anything.
func (c *Cluster) Pause(node int) {
	c.write(script.Action{Do: script.Pause, Node: node})
	c.Logf("pause %s", c.name(node))
	c.set(c.up, node, false)
	c.world.Faults().Pause(node, true)
}

// Resume lets a paused node go on.
func (c *Cluster) Resume(node int) {
	c.write(script.Action{Do: script.Resume, Node: node})
	c.Logf("resume %s", c.name(node))
	c.set(c.up, node, true)
	c.world.Faults().Pause(node, false)
}

// Skew sets the speed of a node's clocks and has its wall clock jump.
func (c *Cluster) Skew(node int, rate float64, jump time.Duration) {
	c.write(script.Action{Do: script.Skew, Node: node, Rate: rate, Jump: jump})
	c.Logf("the clocks of %s run at %.2f, its wall clock jumps by %v", c.name(node), rate, jump)
	c.world.Faults().SetClock(node, rate, jump)
}

// Linger has goroutines of a node rest for up to longest between two locks, when they do not wait for anything there.
// It lasts until NoFaults or a crash.
func (c *Cluster) Linger(node int, longest time.Duration) {
	c.write(script.Action{Do: script.Linger, Node: node, Longest: longest})
	c.Logf("goroutines of %s linger between two locks for up to %v", c.name(node), longest)
	c.world.Faults().Linger(node, longest)
}

// CrashOnSave crashes a node between its next save and whatever depends on it. It reports false if the node saved
// nothing within limit.
func (c *Cluster) CrashOnSave(node int, limit time.Duration) bool {
	c.Logf("crash %s when it next saves", c.name(node))
	c.CrashOnNextSave(node)
	for end := c.Now() + limit; c.Now() < end; c.Sleep(time.Millisecond) {
		if !c.world.Up(node) {
			c.Crash(node)
			return true
		}
	}
	c.write(script.Action{Do: script.Spare, Node: node})
	c.world.Faults().CrashOnSave(node, false)
	return false
}

// CrashOnNextSave crashes a node as CrashOnSave does, but does not wait for it.
func (c *Cluster) CrashOnNextSave(node int) {
	c.write(script.Action{Do: script.CrashOnSave, Node: node})
	c.world.Faults().CrashOnSave(node, true)
}

// NoFaults has a node's clocks run as they should, and takes Linger and CrashOnNextSave back.
func (c *Cluster) NoFaults(node int) {
	c.write(script.Action{Do: script.Spare, Node: node})
	c.world.Faults().CrashOnSave(node, false)
	c.world.Faults().Linger(node, 0)
	c.world.Faults().SetClock(node, 1, 0)
}

// Kill has a node stop its work, as the lab does with one that it has no more use for, but leaves it where others reach
// it. Until Crash it counts as down: nobody asks it anything.
func (c *Cluster) Kill(node int) {
	c.Logf("kill %s", c.name(node))
	c.set(c.up, node, false)
	c.world.Faults().Kill(node)
}
