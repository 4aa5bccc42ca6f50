package elections

import (
	"fmt"
	"time"

	"raftlab/src/cluster"
	"raftlab/src/labgob"
	"raftlab/src/raft/rafttest/raftnode"
)

// A laboratory is what trials are made in.
type laboratory struct {
	*cluster.Cluster
	*judge
	favourite int // the server with the longest log, which starts before the others
}

// A leadership is that of a server in a term.
type leadership struct {
	leader, term int
	since        time.Duration // when it was first heard of
}

// starts has all servers start at once, again and again, and watches them once there is a leader.
func (l *laboratory) starts() {
	for n := range l.trials {
		if n > 0 {
			l.boot(nobody)
		}
		e := l.begin(l.highestTerm())
		if r, ok := l.await(e.term, l.conditions.Limit); !ok {
			l.none(e)
		} else {
			t := l.trial(e, r)
			sent := l.requests()
			l.Sleep(Watched)
			l.measured.Calm += l.requests() - sent
			l.measured.Watched++
			t.Deposed = max(0, l.highestTerm()-r.term)
			l.measured.Trials = append(l.measured.Trials, t)
		}
		l.crashAll()
	}
}

// crashes has a leader crash again and again. The logs of servers have different lengths, so that not all can win.
func (l *laboratory) crashes() {
	l.growLogs()
	l.SetWeather(l.conditions.weather())
	for range l.trials {
		l.crash()
		l.crashAll()
	}
}

// setUp is how long the servers may take for a leader in good weather, before the first trial.
const setUp = 20 * time.Second

// growLogs has the servers, in good weather and with their own timing, come to logs of different lengths, and crashes
// them: one follower after another goes down, and after each there is another command for those that are left. A server
// that replicates nothing, as that of a student who has come no further, has an empty log like the others.
func (l *laboratory) growLogs() {
	r, ok := l.await(0, setUp)
	if !ok {
		l.Failf("expected a leader within %v, in good weather and with the servers' own timing, got none", setUp)
	}
	l.start(r.leader)
	for i := range l.N() {
		if i != r.leader {
			l.Crash(i)
			l.start(r.leader)
		}
	}
	l.Crash(r.leader)
	l.favourite, l.timing = r.leader, l.conditions.Timing
}

// settled is how long a command may take to reach all followers that are up.
const settled = 500 * time.Millisecond

// start has a leader start a command, and waits.
func (l *laboratory) start(leader int) {
	var command any = "an entry more"
	data, err := labgob.Marshal(&command)
	if err != nil {
		panic(fmt.Sprintf("elections: gob cannot encode a string: %v", err))
	}
	l.Ask(leader, cluster.Question{Method: "Start", Data: raftnode.Start(data)})
	l.Sleep(settled)
}

// crash has all servers start and a leader emerge, crashes it at a random moment of its heartbeat interval, after a
// heartbeat to all others, and waits for the next leader.
func (l *laboratory) crash() {
	l.boot(l.favourite)
	r, ok := l.steady()
	if !ok {
		l.measured.Unsteady++
		return
	}
	l.Crash(r.leader)
	l.Heal()
	e := l.begin(r.term)
	if next, ok := l.await(r.term, l.conditions.Limit); ok {
		l.measured.Trials = append(l.measured.Trials, l.trial(e, next))
	} else {
		l.none(e)
	}
}

// steady waits until a leader is to be crashed, which it returns. It reports false if there is none for too long.
//
// Followers' replies to the leader are cut off from the moment it was elected: it cannot learn that their logs are
// shorter than its own, so that they stay as they are. What counts here is on its way from the leader: the heartbeat
// with which all others begin their election timeouts at the same time.
func (l *laboratory) steady() (leadership, bool) {
	end := l.Now() + l.conditions.Limit
	r, ok := l.await(0, l.conditions.Limit)
	for ok && l.Now() < end {
		l.isolate(r.leader)
		moment, quiet := l.heartbeats(r.leader, end)
		l.Sleep(max(0, moment-l.Now()))
		next, overtaken, others := l.look(r.term, r.leader)
		switch {
		case overtaken:
			r = next
		case quiet && !others:
			return r, true
		}
	}
	return leadership{}, false
}

// heartbeats waits for two heartbeats of a leader, and for as long as a candidate may have been waiting for votes
// already, and returns a random moment of the heartbeat interval after the last. It returns at once, and reports false,
// if another server sends anything, or at the end.
func (l *laboratory) heartbeats(leader int, end time.Duration) (moment time.Duration, quiet bool) {
	other, interval := 0, l.conditions.Timing.Heartbeat
	if leader == other {
		other = 1
	}
	known := interval > 0 && l.isTimed()
	step := time.Millisecond
	if known {
		step = min(step, max(interval/100, 10*time.Microsecond))
	}
	began, last := l.Now(), l.lastTo(leader, other)
	for beats := 0; beats < 2 || l.Now() < began+l.conditions.There+l.conditions.Back; {
		l.Sleep(step)
		if l.Now() >= end || l.others(leader) {
			return l.Now(), false
		}
		if at := l.lastTo(leader, other); at > last {
			if !known {
				interval = at - last
			}
			last = at
			beats++
		}
	}
	return last + time.Duration(l.Rand().Float64()*float64(interval)), true
}

// isolate cuts replies to a leader, and nothing else.
func (l *laboratory) isolate(leader int) {
	l.Heal()
	for i := range l.N() {
		if i != leader {
			l.Cut(i, leader, true)
		}
	}
}

// boot starts all servers, in any order. A favourite has started half an election timeout before, so that it mostly
// wins the first election: where timeouts are all the same nobody else would be elected for a long time.
func (l *laboratory) boot(favourite int) {
	if favourite != nobody {
		l.Restart(favourite)
		l.Sleep(l.conditions.Timing.MinElection / 2)
	}
	for _, i := range l.Rand().Perm(l.N()) {
		if i != favourite {
			l.Restart(i)
		}
	}
}

// crashAll crashes all servers that are up, and mends the network.
func (l *laboratory) crashAll() {
	for i := range l.N() {
		if l.Running(i) {
			l.Crash(i)
		}
	}
	l.Heal()
}

// await waits for a leader of a term after this one, up to limit.
func (l *laboratory) await(after int, limit time.Duration) (leadership, bool) {
	step := min(time.Millisecond, (l.conditions.There+l.conditions.Back)/4)
	for end := l.Now() + limit; ; l.Sleep(step) {
		if r, ok, _ := l.look(after, nobody); ok || l.Now() >= end {
			return r, ok
		}
	}
}

// look asks those that have sent something since it was looked last, except for one, whether they lead in a term after
// this one. Of several leaders it returns the first to speak. It reports also whether there was anybody to ask.
func (l *laboratory) look(after, except int) (first leadership, ok, others bool) {
	for _, i := range l.speakers() {
		if i == except || !l.Running(i) {
			continue
		}
		others = true
		s := l.state(i)
		if r := (leadership{i, s.Term, l.lastSent(i)}); s.Leader && s.Term > after && (!ok || r.since < first.since) {
			first, ok = r, true
		}
	}
	return first, ok, others
}

// state is what a server's GetState returns.
func (l *laboratory) state(server int) raftnode.State {
	answer := l.Ask(server, cluster.Question{Method: "GetState", Data: raftnode.GetState()})
	m, _ := raftnode.Parse(answer)
	s, _ := m.(raftnode.State)
	return s
}

// highestTerm is the highest term in which a server is.
func (l *laboratory) highestTerm() (term int) {
	for i := range l.N() {
		if l.Running(i) {
			term = max(term, l.state(i).Term)
		}
	}
	return term
}

// An outage is a time without a leader.
type outage struct {
	term  int // the last before it
	began time.Duration
	sent  int // requests before
}

// begin begins an outage.
func (l *laboratory) begin(term int) outage {
	l.forget()
	return outage{term, l.Now(), l.requests()}
}

// trial is what came of an outage that a leader has ended.
func (l *laboratory) trial(e outage, r leadership) Trial {
	return Trial{
		Leaderless: r.since - e.began, Leader: r.leader, Terms: r.term - e.term, Split: l.splits(e.term, r.term),
		RPCs: l.requests() - e.sent,
	}
}

// none records an outage that has not ended.
func (l *laboratory) none(e outage) {
	term := l.highestTerm()
	l.measured.Trials = append(l.measured.Trials, Trial{
		Leaderless: l.Now() - e.began, None: true, Terms: term - e.term, Split: l.splits(e.term, term),
		RPCs: l.requests() - e.sent,
	})
}
