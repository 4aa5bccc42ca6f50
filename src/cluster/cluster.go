package cluster

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"raftlab/src/labrpc"
	"raftlab/src/script"
)

// A Cluster is what a scenario sees: nodes to start, crash, cut off and ask, time to let pass, and a verdict to give.
// Its methods are for the scenario's own goroutines. Labs add what their scenarios ask of nodes. Once there is a
// verdict its methods do not return: the scenario's goroutines end in them.
type Cluster struct {
	run   *Run
	world World
	draws rand.PCG // what rng draws from
	rng   *rand.Rand
	forks []*rand.PCG // what those that Fork returned draw from

	weather labrpc.Weather // as it is now

	mu        sync.Mutex // guards what follows; never held over a call of the world
	up        []bool
	connected []bool
	cut       map[[2]int]bool // one-way cuts, from and to
}

func newCluster(r *Run, w World) *Cluster {
	c := &Cluster{
		run:       r,
		world:     w,
		up:        make([]bool, len(r.Nodes)),
		connected: make([]bool, len(r.Nodes)),
		cut:       make(map[[2]int]bool),
	}
	c.rng = rand.New(&c.draws)
	c.redraw()
	return c
}

// redraw has all sources of the scenario's choices begin anew, from the run's seed.
func (c *Cluster) redraw() {
	c.draws.Seed(c.run.seed, choices)
	for _, f := range c.forks {
		f.Seed(c.rng.Uint64(), c.rng.Uint64())
	}
}

// N is the number of nodes.
func (c *Cluster) N() int { return len(c.up) }

// Running reports whether a node is up, as far as the scenario knows: it was neither crashed nor paused.
func (c *Cluster) Running(node int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.up[node]
}

// Reachable reports whether a node is running and not cut off by Disconnect.
func (c *Cluster) Reachable(node int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.up[node] && c.connected[node]
}

// Up reports whether a node is up: it may have crashed by itself, which Running does not tell.
func (c *Cluster) Up(node int) bool { return c.world.Up(node) }

// set changes one of the fields that mu guards.
func (c *Cluster) set(field []bool, node int, yes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	field[node] = yes
}

// Rand is the source of the scenario's choices. It is for one goroutine; others have Fork.
func (c *Cluster) Rand() *rand.Rand { return c.rng }

// Now is the time since the run began.
func (c *Cluster) Now() time.Duration { return c.world.Now() }

// Sleep lets time pass.
func (c *Cluster) Sleep(d time.Duration) {
	if !c.world.Sleep(d) {
		panic(stopped{})
	}
}

// Go runs f besides the caller.
func (c *Cluster) Go(f func()) {
	c.world.Go(func() { c.guard(f) })
}

// Wait waits for all that Go started.
func (c *Cluster) Wait() { c.world.Wait() }

// stopped unwinds a scenario's goroutine once there is a verdict.
type stopped struct{}

func (c *Cluster) guard(f func()) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(stopped); !ok {
				panic(p)
			}
		}
	}()
	f()
}

// Failf ends the run as failed: an assertion does not hold. The message says what was expected and what was seen; the
// state of all nodes is added.
func (c *Cluster) Failf(format string, args ...any) {
	c.run.end(Failure{
		Kind:    Assertion,
		Message: fmt.Sprintf(format, args...) + "\n" + c.describe(),
		At:      c.Now(),
	})
	panic(stopped{})
}

// Skipf ends the run without a verdict, because the implementation lacks what the scenario needs.
func (c *Cluster) Skipf(format string, args ...any) {
	c.run.skip(fmt.Sprintf(format, args...), false)
	panic(stopped{})
}

// Undecidedf ends the run without a verdict, because none was found for what the implementation did. Nobody fails by
// that, and nobody gains: the run earns as little as one that failed.
func (c *Cluster) Undecidedf(format string, args ...any) {
	c.run.skip("undecided: "+fmt.Sprintf(format, args...), true)
	panic(stopped{})
}

// Warnf adds a warning to the result of the run, which goes on.
func (c *Cluster) Warnf(format string, args ...any) {
	c.run.Warn(fmt.Sprintf(format, args...))
}

// Advisef adds advice to the result of the run, which goes on.
func (c *Cluster) Advisef(format string, args ...any) {
	c.run.advise(fmt.Sprintf(format, args...))
}

// Fork returns a source of choices for another of the scenario's goroutines.
func (c *Cluster) Fork() *rand.Rand {
	f := rand.NewPCG(c.rng.Uint64(), c.rng.Uint64())
	c.forks = append(c.forks, f)
	return rand.New(f)
}

// Ask puts a question to the lab's code in a node and returns its answer, nil if the node is down or goes down before
// it answers.
func (c *Cluster) Ask(node int, q Question) []byte {
	if q.Method == "" || q.Method != c.run.Poll.Method { // whether somebody asks for a state changes nothing
		means := c.asked(node, q.Data)
		c.write(script.Action{Do: script.Ask, Node: node, Method: q.Method, Data: q.Data, Means: means})
	}
	answer, ok := c.world.Ask(node, q)
	if !ok {
		panic(stopped{})
	}
	return answer
}

// Tell tells the lab's code in a node something, if the node is up.
func (c *Cluster) Tell(node int, data []byte) {
	means := c.asked(node, data)
	c.write(script.Action{Do: script.Tell, Node: node, Data: data, Means: means})
	c.world.Tell(node, data)
}

// Crash takes a node away; what it saved stays on its disk.
func (c *Cluster) Crash(node int) {
	c.write(script.Action{Do: script.Crash, Node: node})
	c.Logf("crash %s", c.name(node))
	c.set(c.up, node, false)
	c.run.judge.Crashing(node)
	c.world.Crash(node)
}

// Restart starts a node that is down, with what is on its disk.
func (c *Cluster) Restart(node int) {
	c.write(script.Action{Do: script.Restart, Node: node})
	c.Logf("restart %s", c.name(node))
	c.boot(node)
}

// boot starts a node, which is down.
func (c *Cluster) boot(node int) {
	state, snapshot := c.world.Disk(node)
	boot := c.run.judge.Booting(node, state, snapshot)
	if !c.world.Boot(node, boot) {
		panic(stopped{})
	}
	c.set(c.up, node, true)
}

// Disk returns what a node saved last.
func (c *Cluster) Disk(node int) (state, snapshot []byte) { return c.world.Disk(node) }

// SetWeather changes how the network treats the messages to come.
func (c *Cluster) SetWeather(w labrpc.Weather) {
	c.write(script.Action{Do: script.Weather, Weather: w})
	c.weather = w
	c.world.SetWeather(w)
}

// Disconnect cuts a node off from all others, in both directions.
func (c *Cluster) Disconnect(node int) { c.connect(node, false) }

// Connect undoes Disconnect. A link is open if both its nodes are connected and it was not cut.
func (c *Cluster) Connect(node int) { c.connect(node, true) }

func (c *Cluster) connect(node int, yes bool) {
	do := map[bool]script.Kind{true: script.Connect, false: script.Disconnect}[yes]
	c.write(script.Action{Do: do, Node: node})
	c.Logf("%s %s", do, c.name(node))
	c.set(c.connected, node, yes)
	for i := range c.N() {
		if i != node {
			c.link(node, i)
			c.link(i, node)
		}
	}
}

// Cut takes the way from one node to another, or gives it back; messages in the other direction pass as before.
func (c *Cluster) Cut(from, to int, cut bool) {
	do := map[bool]script.Kind{true: script.Cut, false: script.Uncut}[cut]
	c.write(script.Action{Do: do, Node: from, Peer: to})
	c.Logf("%s %s -> %s", map[bool]string{true: "cut", false: "heal"}[cut], c.name(from), c.name(to))
	c.setCut(from, to, cut)
	c.link(from, to)
}

// Partition cuts the ways between nodes of different groups. A node that is in none is alone.
func (c *Cluster) Partition(groups ...[]int) { c.PartitionFirst(c.N(), groups...) }

// PartitionFirst is Partition for the first n nodes. The ways of the others stay as they are.
func (c *Cluster) PartitionFirst(n int, groups ...[]int) {
	c.write(script.Action{Do: script.Partition, First: n, Groups: groups})
	c.Logf("partition %v", groups)
	group := make([]int, n)
	for i := range group {
		group[i] = -1 - i
	}
	for g, nodes := range groups {
		for _, i := range nodes {
			group[i] = g
		}
	}
	for i := range n {
		for j := range n {
			if i != j {
				c.setCut(i, j, group[i] != group[j])
				c.link(i, j)
			}
		}
	}
}

// Heal undoes all that Cut and Partition did.
func (c *Cluster) Heal() {
	c.write(script.Action{Do: script.Heal})
	c.Logf("heal all cuts")
	for i := range c.N() {
		for j := range c.N() {
			if i != j {
				c.setCut(i, j, false)
				c.link(i, j)
			}
		}
	}
}

func (c *Cluster) setCut(from, to int, cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut[[2]int{from, to}] = cut
}

// link opens or closes a link, as its nodes are connected and it is cut. Of the scenario's goroutines one at a
// time changes links.
func (c *Cluster) link(from, to int) {
	c.mu.Lock()
	open := c.connected[from] && c.connected[to] && !c.cut[[2]int{from, to}]
	c.mu.Unlock()
	c.world.SetLink(from, to, open)
}

// RPCs is the number of requests sent so far.
func (c *Cluster) RPCs() int { return c.world.Traffic().RPCs }

// Bytes is the size of all requests sent so far and of the replies that came.
func (c *Cluster) Bytes() int64 { return c.world.Traffic().Bytes }

// Requests is the number of requests that reached a node since it was last started.
func (c *Cluster) Requests(node int) int { return c.world.Requests(node) }

// Memory is how many bytes the nodes hold, after a garbage collection, and in some worlds the test besides.
func (c *Cluster) Memory() int { return c.world.Memory() }

// Retire has all nodes that are up stop their work, gives their goroutines time to leave, and returns those that
// stayed.
func (c *Cluster) Retire() []Goroutine { return c.world.Retire() }

// AtMost fails if more was used of something than its limit, and adds what else is known of it. How near it came is in
// the run's result.
func (c *Cluster) AtMost(what string, used, limit int, known ...string) {
	c.run.margin(Margin{what, used, limit})
	if used > limit {
		c.Failf("expected at most %d %s, got %d%s", limit, what, used, strings.Join(known, ""))
	}
}

// Logf writes a line of the harness into the run's log, if there is one.
func (c *Cluster) Logf(format string, args ...any) { c.run.Logf(format, args...) }

func (c *Cluster) name(node int) string { return c.run.Nodes[node].Name }
