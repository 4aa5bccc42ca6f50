package sim

import (
	"raftlab/src/labrpc"
	"raftlab/src/script"
)

// A messageID names a request for good: what else happens does not change it, unless nodes send others before.
type messageID struct {
	from, to int
	number   uint64
}

// obey has the world leave out the randomness that a script goes without.
func (w *world) obey(s *script.Script) {
	if s == nil {
		return
	}
	w.orderly, w.plain = s.Orderly, s.Plain
	if s.Listed {
		w.fates = make(map[messageID]script.Fate)
		for _, a := range s.Actions {
			if a.Do == script.Message {
				w.fates[messageID{a.Node, a.Peer, a.Number}] = a.Fate
			}
		}
	}
}

// decide decides what happens to a call.
func (w *world) decide(c *call) labrpc.Fate {
	fate := w.weather.Fate(w.weatherSeed, c.from, c.to, c.number)
	if w.fates != nil {
		fate = w.fates[messageID{c.from, c.to, c.number}].In(fate)
	}
	return fate
}

// writeFate writes down what is bad in the fate of a call that is on its way.
func (w *world) writeFate(c *call) {
	if w.run.Written == nil {
		return
	}
	if bad := script.FateOf(c.fate); bad != (script.Fate{}) {
		w.run.Written.Add(script.Action{
			At: w.Now(), Do: script.Message, Node: c.from, Peer: c.to, Number: c.number, Fate: bad,
		})
	}
}
