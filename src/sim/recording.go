package sim

import (
	"raftlab/src/dlog"
	"raftlab/src/labrpc"
	"raftlab/src/record"
)

var recorded = map[labrpc.Step]record.Kind{
	labrpc.Sent: record.Sent, labrpc.Arrived: record.Arrived, labrpc.Doubled: record.Doubled,
	labrpc.Handled: record.Handled, labrpc.Answered: record.Answered, labrpc.LostRequest: record.LostRequest,
	labrpc.LostReply: record.LostReply, labrpc.Unreachable: record.Unreachable,
}

// record writes down a step of an RPC, at the node that knows of it: of messages that are lost none does.
func (c *call) record(step labrpc.Step, reply []byte) {
	w := c.world
	e := record.Event{
		Node: record.Nowhere, Peer: c.to, Kind: recorded[step], Call: c.recorded, Method: c.method, Bytes: len(c.args),
		Text: contents(step, c.args, reply),
	}
	switch step {
	case labrpc.Sent:
		w.recordedCalls++
		c.recorded = w.recordedCalls
		e.Node, e.Call = c.from, c.recorded
	case labrpc.Answered:
		e.Node = c.from
	case labrpc.Arrived, labrpc.Doubled, labrpc.Handled:
		e.Node, e.Peer = c.to, c.from
	}
	if reply != nil {
		e.Bytes = len(reply)
	}
	if c.event > 0 {
		e.Causes = []int{c.event}
	}
	c.event = w.recorder.Add(e)
}

// gaveUp writes down that Call returns false.
func (c *call) gaveUp() {
	c.event = c.world.recorder.Add(record.Event{
		Node: c.from, Peer: c.to, Kind: record.GaveUp, Call: c.recorded, Method: c.method, Causes: []int{c.event},
	})
}

// recordAt writes down what is done to a node.
func (w *world) recordAt(node int, kind record.Kind, text string) (event int) {
	return w.recorder.Add(record.Event{Node: node, Peer: record.Nowhere, Kind: kind, Text: text})
}

// recordBoot writes down that a node starts. What is on its disk is what it knows of its earlier lives.
func (w *world) recordBoot(s *node) (event int) {
	e := record.Event{Node: s.me, Peer: record.Nowhere, Kind: record.Boot}
	if s.savedAt > 0 {
		e.Causes = []int{s.savedAt}
	}
	return w.recorder.Add(e)
}

// recordLink writes down that a way is opened or closed.
func (w *world) recordLink(from, to int, open bool) {
	kind := record.Cut
	if open {
		kind = record.Heal
	}
	w.recorder.Add(record.Event{Node: from, Peer: to, Kind: kind})
}

// recordLine writes down a line of the scenario's.
func (w *world) recordLine(topic dlog.Topic, text string) {
	w.recorder.Add(record.Event{
		Node: record.Nowhere, Peer: record.Nowhere, Kind: record.Step, Topic: string(topic), Text: text,
	})
}
