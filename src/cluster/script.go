package cluster

import (
	"time"

	"raftlab/src/script"
)

// An Asked judge hears what is asked of nodes and told to them, whether a scenario or a script does it. Without one,
// what is asked may mean nothing to the judge, and no script can be played in place of a whole scenario of the lab.
type Asked interface {
	// Asked is called by the scenario's own goroutines, before the node gets the data, and says on one line what that means.
	// It returns an error if the lab's code in a node does not understand it, which a script may ask.
	Asked(node int, data []byte) (means string, err error)
}

// Scripted reports whether a script can be played in place of the whole scenario: the judge hears what it asks.
func (r *Run) Scripted() bool {
	_, ok := r.judge.(Asked)
	return ok
}

// asked lets the judge know what a node is asked or told, and returns what that means, "" if the judge does not say. What
// it does not understand the node does not get: the run is skipped.
func (c *Cluster) asked(node int, data []byte) (means string) {
	if j, ok := c.run.judge.(Asked); ok {
		var err error
		if means, err = j.Asked(node, data); err != nil {
			c.Skipf("%s is asked %v", c.name(node), err)
		}
	}
	return means
}

// write writes down what is done now, if somebody wants to know.
func (c *Cluster) write(a script.Action) {
	a.At = c.Now()
	c.run.Written.Add(a)
}

// Harm plays f, which does harm to the nodes and the network, whatever it likes. By that the scenario declares that what
// it expects afterwards is to be had after any harm, after less of it, and after none. A script may have listed other
// harm, which is done instead; then all that was done to nodes and links is undone here. A scenario does harm once.
func (c *Cluster) Harm(f func()) {
	c.run.Written.Harm(c.Now(), false)
	if s := c.run.Script; s != nil && s.Instead == script.Harm {
		p := c.perform(s)
		p.undo()
	} else {
		f()
	}
	c.run.Written.Harm(c.Now(), true)
}

// perform does what a script says, at its times, until it is over.
func (c *Cluster) perform(s *script.Script) performer {
	p := performer{c, make([]bool, c.N())}
	for _, a := range s.Actions {
		if a.Do == script.Message {
			continue // the network knows of it
		}
		c.sleepUntil(a.At)
		p.do(a)
	}
	c.sleepUntil(s.Until)
	return p
}

func (c *Cluster) sleepUntil(at time.Duration) {
	if d := at - c.Now(); d > 0 {
		c.Sleep(d)
	}
}

// A performer performs actions. What makes no sense, as some others were left out, it does not do.
type performer struct {
	c      *Cluster
	paused []bool // by node
}

func (p performer) do(a script.Action) {
	c := p.c
	switch a.Do {
	case script.Crash:
		if c.Running(a.Node) {
			c.Crash(a.Node)
		}
	case script.Restart:
		p.restart(a.Node)
	case script.Disconnect:
		if c.isConnected(a.Node) {
			c.Disconnect(a.Node)
		}
	case script.Connect:
		if !c.isConnected(a.Node) {
			c.Connect(a.Node)
		}
	case script.Cut, script.Uncut:
		if cut := a.Do == script.Cut; cut != c.isCut(a.Node, a.Peer) {
			c.Cut(a.Node, a.Peer, cut)
		}
	case script.Partition:
		c.PartitionFirst(a.First, a.Groups...)
	case script.Heal:
		if c.anyCut() {
			c.Heal()
		}
	case script.Pause:
		if c.Running(a.Node) && c.Up(a.Node) {
			p.paused[a.Node] = true
			c.Pause(a.Node)
		}
	case script.Resume:
		p.resume(a.Node)
	case script.Skew:
		if c.Up(a.Node) {
			c.Skew(a.Node, a.Rate, a.Jump)
		}
	case script.Linger:
		if c.Up(a.Node) {
			c.Linger(a.Node, a.Longest)
		}
	case script.CrashOnSave:
		if c.Up(a.Node) {
			c.Logf("crash %s when it next saves", c.name(a.Node))
			c.CrashOnNextSave(a.Node)
		}
	case script.Spare:
		if c.Up(a.Node) {
			c.NoFaults(a.Node)
		}
	case script.Weather:
		if a.Weather != c.weather {
			c.Logf("the weather is now %+v", a.Weather)
			c.SetWeather(a.Weather)
		}
	case script.Tell:
		c.Tell(a.Node, a.Data)
	case script.Ask:
		if c.Running(a.Node) { // it may not answer for long
			c.Go(func() { c.Ask(a.Node, Question{Method: a.Method, Data: a.Data}) })
		}
	}
}

// restart starts a node that is down. The harness may not have taken notice yet that it has crashed by itself.
func (p performer) restart(node int) {
	if p.paused[node] || p.c.Up(node) {
		return
	}
	if p.c.Running(node) {
		p.c.Crash(node)
	}
	p.c.Restart(node)
}

// undo takes back all that was done to nodes and links.
func (p performer) undo() {
	c := p.c
	for i := range c.N() {
		p.resume(i)
		if c.HasFaults() && c.Up(i) {
			c.NoFaults(i)
		}
		if !c.isConnected(i) {
			c.Connect(i)
		}
	}
	if c.anyCut() {
		c.Heal()
	}
	for i := range c.N() {
		p.restart(i)
	}
}

func (p performer) resume(node int) {
	if p.paused[node] {
		p.paused[node] = false
		p.c.Resume(node)
	}
}

func (c *Cluster) isConnected(node int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.connected[node]
}

func (c *Cluster) isCut(from, to int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cut[[2]int{from, to}]
}

func (c *Cluster) anyCut() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, cut := range c.cut {
		if cut {
			return true
		}
	}
	return false
}
