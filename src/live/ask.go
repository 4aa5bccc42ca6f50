package live

import (
	"time"

	"raftlab/src/cluster"
)

// ask puts a question to the node's lab and waits for the answer, until the node crashes or the run is stopped. ok is
// false in the last case.
func (l *life) ask(q cluster.Question) (answer []byte, ok bool) {
	w := l.place.world
	watch := l.watch(q.Method)
	if q.Method == "" {
		watch.Stop()
	}
	answers := make(chan []byte, 1)
	l.labelled(func() {
		l.lab.Ask(q.Data, func(a []byte) {
			watch.Stop()
			w.Now()
			l.Tell(a)
			answers <- a
		})
	})
	select {
	case answer = <-answers:
		return answer, true
	case <-l.over:
		return nil, true
	case <-w.stop:
		return nil, false
	}
}

// poll asks the node now and then, as long as it is up.
func (l *life) poll() {
	poll := time.NewTimer(jitter())
	defer poll.Stop()
	for {
		select {
		case <-poll.C:
			poll.Reset(pollEvery)
		case <-l.over:
			return
		}
		l.ask(l.place.world.run.Poll)
	}
}

func (w *world) Ask(i int, q cluster.Question) (answer []byte, ok bool) {
	l := w.places[i].current()
	if l == nil {
		return nil, true
	}
	return l.ask(q)
}

func (w *world) Tell(i int, data []byte) {
	if l := w.places[i].current(); l != nil {
		l.labelled(func() { l.lab.Hear(data) })
	}
}
