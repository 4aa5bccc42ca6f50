package labrpc_test

import (
	"math"
	"testing"
	"time"

	"raftlab/src/labrpc"
)

// The lab's weather, in numbers.
func TestWeatherNumbers(t *testing.T) {
	const n = 200_000
	var lost, lostReplies, held int
	var delay, hold, timeout, hangUp [2]time.Duration // least and most
	var sumDelay, sumHold time.Duration
	note := func(m *[2]time.Duration, d time.Duration, first bool) {
		if first || d < m[0] {
			m[0] = d
		}
		m[1] = max(m[1], d)
	}
	w := labrpc.Unreliable().LongReordering()
	for i := range uint64(n) {
		f := w.Fate(7, 0, 1, i)
		if f.LoseRequest {
			lost++
		}
		if f.LoseReply {
			lostReplies++
		}
		if f.ReplyDelay > 0 {
			held++
			sumHold += f.ReplyDelay
			note(&hold, f.ReplyDelay, held == 1)
		}
		sumDelay += f.RequestDelay
		note(&delay, f.RequestDelay, i == 0)
		note(&timeout, f.Timeout, i == 0)
		note(&hangUp, f.HangUp, i == 0)
	}
	near := func(what string, got, want, within float64) {
		if math.Abs(got-want) > within {
			t.Errorf("%s: got %g, want %g", what, got, want)
		}
	}
	near("lost requests", float64(lost)/n, 0.1, 0.005)
	near("lost replies", float64(lostReplies)/n, 0.1, 0.005)
	near("held replies", float64(held)/n, 2.0/3, 0.01)
	near("mean delay in ms", float64(sumDelay.Milliseconds())/n, 13, 0.2)
	near("mean hold in ms", float64(sumHold.Milliseconds())/float64(held), 700, 10)
	for what, pair := range map[string][2][2]time.Duration{
		"request delay": {delay, {0, 26 * time.Millisecond}},
		"timeout":       {timeout, {labrpc.Hop, 6999 * time.Millisecond}},
		"hanging up":    {hangUp, {labrpc.Hop, 99 * time.Millisecond}},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %v, want %v", what, pair[0], pair[1])
		}
	}
	if hold[0] != 200*time.Millisecond || hold[1] < 2150*time.Millisecond || hold[1] > 2199*time.Millisecond {
		t.Errorf("hold: got %v, want 200 ms to 2.199 s", hold)
	}
}

func TestFateIsDecided(t *testing.T) {
	w := labrpc.Unreliable().LongReordering()
	if a, b := w.Fate(1, 2, 3, 4), w.Fate(1, 2, 3, 4); a != b {
		t.Error("the same message has two fates")
	}
	differ := 0
	for i := range uint64(100) {
		if w.Fate(1, 0, 1, i) != w.Fate(1, 1, 0, i) {
			differ++
		}
	}
	if differ < 90 {
		t.Errorf("only %d of 100 fates differ between two directions", differ)
	}
	// One rate does not move what the others decide.
	calm, stormy := labrpc.Unreliable(), labrpc.Unreliable()
	stormy.LoseReply = 0.9
	for i := range uint64(100) {
		a, b := calm.Fate(1, 0, 1, i), stormy.Fate(1, 0, 1, i)
		a.LoseReply, b.LoseReply = false, false
		if a != b {
			t.Errorf("message %d: %+v and %+v", i, a, b)
		}
	}
	f := (labrpc.Weather{}).Fate(1, 0, 1, 0)
	if f.Timeout, f.HangUp = 0, 0; f != (labrpc.Fate{}) {
		t.Errorf("in no weather a message has fate %+v", f)
	}
}

// In no weather does a call to nobody fail in no time: a caller that tries again at once would stop a virtual
// clock.
func TestNobodyTakesTime(t *testing.T) {
	for name, w := range map[string]labrpc.Weather{
		"none": {}, "reliable": labrpc.Reliable(), "unreliable": labrpc.Unreliable(),
	} {
		var sum, most time.Duration
		const n = 20_000
		for i := range uint64(n) {
			f := w.Fate(3, 0, 1, i)
			if f.Timeout < labrpc.Hop || f.HangUp < labrpc.Hop {
				t.Fatalf("weather %s: message %d has fate %+v", name, i, f)
			}
			sum += f.Timeout
			most = max(most, f.Timeout)
		}
		mean := sum / n
		if name == "none" && (most != 99*time.Millisecond || mean < 48*time.Millisecond || mean > 51*time.Millisecond) {
			t.Errorf("weather %s: calls to nobody take %v in the mean and at most %v", name, mean, most)
		}
	}
}
