package story

import "raftlab/src/record"

// faults tells which are in force at the end: who is down, stands still or is cut off, and whether a majority is left.
func (s *story) faults() {
	n := s.servers
	away := make([]*record.Event, n) // where a server crashed or was paused
	cut := make([][]*record.Event, n)
	for i := range cut {
		cut[i] = make([]*record.Event, n)
	}
	for i := range s.events {
		e := &s.events[i]
		if e.Node < 0 || e.Node >= n {
			continue
		}
		switch e.Kind {
		case record.Crash, record.Pause:
			away[e.Node] = e
		case record.Boot, record.Resume:
			away[e.Node] = nil
		case record.Cut:
			if e.Peer < n {
				cut[e.Node][e.Peer] = e
			}
		case record.Heal:
			if e.Peer < n {
				cut[e.Node][e.Peer] = nil
			}
		}
	}
	together := 0 // the most that are up and reach each other and one of them
	ways := 0
	for i := range n {
		if e := away[i]; e != nil {
			what := "crashes, and is down from then on"
			if e.Kind == record.Pause {
				what = "is paused, and stands still from then on"
			}
			s.add(record.Fault, e, "S%d %s", i, what)
			continue
		}
		reaches, alone := 1, (*record.Event)(nil)
		for j := range n {
			if j == i || away[j] != nil {
				continue
			}
			if cut[i][j] == nil && cut[j][i] == nil {
				reaches++
			} else if e := later(cut[i][j], cut[j][i]); e != nil {
				alone = later(alone, e)
			}
		}
		together = max(together, reaches)
		switch {
		case reaches == 1 && alone != nil:
			s.add(record.Fault, alone, "S%d is cut off from all others from then on", i)
		case alone != nil && ways < 2:
			ways++
			s.add(record.Fault, alone, "S%d reaches, both ways, only %s from then on", i, s.reached(i, cut, away))
		}
	}
	if together <= n/2 {
		s.missing(s.failed.ID-1, "No %d of %d servers are up and connected: without a majority nobody can be elected, and "+
			"nothing committed", n/2+1, n)
	}
}

// reached lists whom a server can talk to.
func (s *story) reached(server int, cut [][]*record.Event, away []*record.Event) string {
	var list []int
	for j := range away {
		if j != server && away[j] == nil && cut[server][j] == nil && cut[j][server] == nil {
			list = append(list, j)
		}
	}
	return servers(list)
}

func later(a, b *record.Event) *record.Event {
	if a == nil || b != nil && b.ID > a.ID {
		return b
	}
	return a
}
