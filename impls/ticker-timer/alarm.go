package tickertimer

import "time"

// An alarm is a time.Timer that knows when it is due, so that no tick is believed that was overtaken. There are two
// ways for one to be: Go before 1.23 left a tick in the timer's channel over a Stop or a Reset; and in any Go the
// select loop may have taken a tick just before somebody who held the lock set the alarm anew. So a tick says only that
// it is time to look at the clock.
//
// C is for the select loop; the methods need the Raft's lock.
type alarm struct {
	C     <-chan time.Time
	timer *time.Timer
	due   time.Time // zero if the alarm is off
}

// newAlarm returns an alarm that is off.
func newAlarm() alarm {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return alarm{C: t.C, timer: t}
}

// set makes the alarm ring once, in d, and not when it was to ring before.
func (a *alarm) set(d time.Duration) {
	a.due = time.Now().Add(d)
	a.timer.Reset(d)
}

// ringWithin makes the alarm ring in d, if it was not to ring before that anyway.
func (a *alarm) ringWithin(d time.Duration) {
	if a.due.IsZero() || time.Until(a.due) > d {
		a.set(d)
	}
}

// off makes the alarm not ring.
func (a *alarm) off() {
	a.due = time.Time{}
	a.timer.Stop()
}

// rings reports, after a tick, whether the alarm is due, and turns it off if it is. It rings once for each time it was
// set.
func (a *alarm) rings() bool {
	if a.due.IsZero() {
		return false
	}
	if early := time.Until(a.due); early > 0 {
		a.timer.Reset(early) // the tick of before; do not lose the one to come
		return false
	}
	a.off()
	return true
}
