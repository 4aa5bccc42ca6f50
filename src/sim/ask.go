package sim

import (
	"raftlab/src/cluster"
	"raftlab/src/record"
	"raftlab/src/sim/wire"
)

// ask has a node call a method, by a message that is made of its number. The answer has the same number, and is nothing
// if the node goes down before. The watchdog sees to it that it comes, if the method has a name.
func (s *node) ask(method string, notes []record.Note, message func(id uint64) message, then func(answer)) {
	c := &watched{}
	if method != "" {
		c = s.dog.begins(method)
	}
	s.asked++
	event := s.world.recorder.Add(record.Event{
		Node: s.me, Peer: record.Nowhere, Kind: record.Asked, Method: method, Notes: notes,
	})
	s.asks[s.asked] = func(a answer) {
		c.returned = true
		then(a)
	}
	s.feed(message(s.asked), event)
}

// await is ask for the scenario's goroutines: it waits for the answer, which is nothing if the node is down. It reports
// false if the run was stopped.
func (s *node) await(method string, notes []record.Note, message func(id uint64) message) (a answer, ok bool) {
	w := s.world
	if w.stopped || s.box == nil {
		return answer{}, !w.stopped
	}
	caller := w.current
	done := false
	s.ask(method, notes, message, func(got answer) {
		a, done = got, true
		w.wake(caller)
	})
	for !done {
		if !w.park() {
			return answer{}, false
		}
	}
	return a, true
}

// answered passes on the answer to what a node was asked for.
func (s *node) answered(id uint64, a answer) {
	if then := s.asks[id]; then != nil {
		delete(s.asks, id)
		then(a)
	}
}

func (w *world) Ask(i int, q cluster.Question) ([]byte, bool) {
	ask := func(id uint64) message { return wire.Ask{ID: id, Question: q.Data} }
	a, ok := w.nodes[i].await(q.Method, q.Notes, ask)
	return a.data, ok
}

func (w *world) Tell(i int, data []byte) { w.nodes[i].feed(wire.Tell{Data: data}, w.recorder.Last()) }

// pollLater asks a node now and then, and finds out whether it still answers. It leaves a paused node alone until it is
// resumed.
func (s *node) pollLater(life int) {
	w := s.world
	poll := w.run.Poll
	if poll.Method == "" {
		return
	}
	w.after(int64(pollEvery), func() {
		if s.lives != life || s.box == nil || s.killed || w.stopped {
			return
		}
		if s.unasked = s.dog.paused; s.unasked {
			return
		}
		ask := func(id uint64) message { return wire.Ask{ID: id, Question: poll.Data} }
		s.ask(poll.Method, nil, ask, func(answer) { s.pollLater(life) })
	})
}

func (w *world) Memory() (bytes int) {
	for _, s := range w.nodes {
		if a, ok := s.await("runtime.GC", nil, func(id uint64) message { return wire.Weigh{ID: id} }); ok {
			bytes += int(a.weight)
			if s.box != nil {
				bytes += s.box.Files()
			}
		}
	}
	return bytes
}

// kill has a node stop its work. It is the last call: what else has been called need not return any more.
func (s *node) kill() {
	if s.box == nil {
		return
	}
	s.killed = true
	s.dog.calls = nil
	s.ask("Kill", nil, func(id uint64) message { return wire.Kill{ID: id} }, func(answer) {})
}
