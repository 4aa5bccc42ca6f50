package sim

import (
	"errors"

	"raftlab/src/cluster"
	"raftlab/src/record"
	"raftlab/src/sim/wire"
)

// receive takes a message from the box, while it runs. The box is a stranger: a message may say anything.
func (s *node) receive(data []byte) {
	if !s.chargeMessage(len(data)) || s.crashAfterTurn {
		return
	}
	op := wire.OpOf(data)
	if op != wire.OpWeight { // it may differ in runs that do not, as by what they log
		s.world.traceFrame(s.me, data)
	}
	known, err := s.take(op, data)
	switch {
	case !known:
		s.violates("sends op %d", op)
	case err != nil:
		s.violates("sends a %v of %d bytes", err, len(data))
	}
}

// take does what a message asks for. It reports whether there are such.
func (s *node) take(op wire.Op, data []byte) (known bool, err error) {
	switch op {
	case wire.OpReady:
		var m wire.Ready
		if err = m.Parse(data); err == nil {
			s.ready = true
			if s.booted != nil {
				s.booted()
			}
		}
	case wire.OpCall:
		var m wire.Call
		if err = m.Parse(data); err == nil {
			s.world.send(s, m)
		}
	case wire.OpServed:
		var m wire.Served
		if err = m.Parse(data); err == nil {
			if c := s.serving[m.ID]; c != nil {
				delete(s.serving, m.ID)
				c.handled(m.Reply)
			}
		}
	case wire.OpTold:
		var m wire.Told
		if err = m.Parse(data); err == nil {
			s.told(m.Data)
			s.answered(m.ID, answer{data: append([]byte(nil), m.Data...)})
		}
	case wire.OpQuery:
		var m wire.Query
		if err = m.Parse(data); err == nil {
			s.query(m.Data)
		}
	case wire.OpBegan:
		var m wire.Began
		if err = m.Parse(data); err == nil && len(s.watched) < maxWatched {
			s.watched[m.ID] = s.dog.begins(m.Method)
		}
	case wire.OpEnded:
		var m wire.Ended
		if err = m.Parse(data); err == nil {
			if c := s.watched[m.ID]; c != nil {
				delete(s.watched, m.ID)
				c.returned = true
			}
		}
	case wire.OpKilled:
		var m wire.Killed
		if err = m.Parse(data); err == nil {
			s.answered(m.ID, answer{})
		}
	case wire.OpSaved:
		var m wire.Saved
		if err = m.Parse(data); err == nil {
			s.saved(m)
		}
	case wire.OpWarning:
		var m wire.Warning
		if err = m.Parse(data); err == nil {
			s.world.run.Warn(m.Text)
		}
	case wire.OpWeight:
		var m wire.Weight
		if err = m.Parse(data); err == nil {
			s.answered(m.ID, answer{weight: m.Bytes})
		}
	default:
		return false, nil
	}
	return true, err
}

// told passes on what the lab's code in a node tells.
func (s *node) told(data []byte) (reply []byte) {
	s.world.recordAt(s.me, record.Told, "")
	reply, err := s.world.observer.Told(s.me, data)
	var failure cluster.Failure
	switch {
	case errors.As(err, &failure):
		s.world.observer.Failed(failure)
		s.silence()
	case err != nil:
		s.violates("%v", err)
	}
	return reply
}

// query is told for what waits for a reply, which comes as soon as the node waits.
func (s *node) query(data []byte) {
	reply, life := s.told(data), s.lives
	event := s.world.recorder.Subject()
	s.world.after(0, func() {
		if s.lives == life {
			s.feed(wire.Reply{Data: reply}, event)
		}
	})
}

func (s *node) saved(m wire.Saved) {
	s.holds(int64(len(m.State) + len(m.Snapshot) - len(s.state) - len(s.snapshot)))
	s.state, s.snapshot = append([]byte(nil), m.State...), append([]byte(nil), m.Snapshot...)
	s.savedAt = s.world.recorder.Add(record.Event{
		Node: s.me, Peer: record.Nowhere, Kind: record.Saved, Bytes: len(s.state) + len(s.snapshot),
	})
	s.world.observer.Saved(s.me, s.state, s.snapshot)
	if do := s.fault; do != nil {
		s.fault = nil
		do()
	}
}

// violates: the code under test speaks the protocol of its box by itself.
func (s *node) violates(format string, args ...any) {
	s.world.fail(cluster.Exit, "%s's box "+format+": that was not sent by the harness",
		append([]any{s.Name}, args...)...)
	s.silence()
}
