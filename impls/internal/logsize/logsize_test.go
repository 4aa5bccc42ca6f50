package logsize

import (
	"testing"
	"testing/synctest"
	"time"

	"raftlab/src/raft"
)

// save makes the saved state so many bytes.
func save(ps *raft.Persister, bytes int) { ps.Save(make([]byte, bytes), nil) }

// Near the limit a snapshot is due; where it takes little away, the next is due when the state has grown by half the
// limit, or the service is quiet.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ps := raft.MakePersister()
		w := New(ps, 1000)
		expect := func(bytes int, due, later bool) {
			t.Helper()
			save(ps, bytes)
			if got := w.Due(); got != due {
				t.Errorf("%d bytes: due %v", bytes, got)
			}
			if got := w.Later() != nil; got != later {
				t.Errorf("%d bytes: later %v", bytes, got)
			}
		}
		expect(0, false, false)
		expect(749, false, false)
		expect(750, true, false)
		save(ps, 100)
		w.Taken()
		expect(600, false, false)
		expect(1200, true, false)
		save(ps, 1100) // what is not applied
		w.Taken()
		expect(1200, false, true)
		expect(1599, false, true)
		expect(1600, true, false)
		save(ps, 900)
		w.Taken()

		if w.Later() != nil {
			t.Error("put off, though nothing was applied since")
		}
		expect(900, false, true)
		select {
		case <-w.Later():
			t.Fatal("at once")
		case <-time.After(quiet - time.Millisecond):
		}
		select {
		case <-w.Later():
		case <-time.After(2 * time.Millisecond):
			t.Fatal("never")
		}
		save(ps, 50)
		w.Taken()
		expect(749, false, false)
		expect(750, true, false)
	})
}

func TestNoLimit(t *testing.T) {
	ps := raft.MakePersister()
	w := New(ps, -1)
	save(ps, 1e6)
	if w.Due() || w.Later() != nil {
		t.Error("a snapshot is due, without a limit")
	}
}
