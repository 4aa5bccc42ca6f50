package kvclassic

import "testing"

// bare returns a server without a Raft.
func bare() *KVServer { return &KVServer{store: newStore(), waiters: make(map[int]*waiter)} }

func (w *waiter) wakes() bool {
	select {
	case <-w.awake:
		return true
	default:
		return false
	}
}

// A waiter sleeps until its index is applied, by a command or a snapshot.
func TestWaiters(t *testing.T) {
	kv := bare()
	kv.execute(1, Op{})
	if !kv.wait(1, 1).wakes() {
		t.Error("a waiter sleeps at an index that is applied")
	}
	two, three, four := kv.wait(2, 1), kv.wait(3, 1), kv.wait(4, 1)
	kv.execute(2, Op{})
	if !two.wakes() || three.wakes() || four.wakes() {
		t.Error("index 2 was applied")
	}
	kv.leave(2, two) // as its handler does
	kv.install(3, newStore().encode())
	if !three.wakes() || four.wakes() {
		t.Error("a snapshot up to 3 was installed")
	}
	kv.leave(4, four)
	if len(kv.waiters) > 0 {
		t.Errorf("left: %v", kv.waiters)
	}
}

// Of two waiters at one index that of the earlier term need not wait, whichever came first.
func TestWaitersOfTwoTerms(t *testing.T) {
	kv := bare()
	old, late := kv.wait(1, 1), kv.wait(1, 3)
	if !old.wakes() || late.wakes() {
		t.Error("the waiter of the earlier term was there first")
	}
	old = kv.wait(1, 2)
	if !old.wakes() || late.wakes() {
		t.Error("the waiter of the earlier term came second")
	}
	kv.leave(1, old)
	kv.execute(1, Op{})
	if !late.wakes() {
		t.Error("the waiter of the later term sleeps")
	}
}

// What is older than what was applied is not installed.
func TestOlderSnapshot(t *testing.T) {
	kv := bare()
	kv.execute(1, Op{Append, "k", "a", ID{1, 1}})
	_, before := kv.snapshot()
	kv.execute(2, Op{Append, "k", "b", ID{1, 2}})
	kv.install(1, before)
	if got := kv.store.Data["k"]; got != "ab" {
		t.Errorf("the store has gone back to %q", got)
	}
	kv.install(3, before)
	if got := kv.store.Data["k"]; got != "a" || kv.applied != 3 {
		t.Errorf("a newer snapshot is not installed: %q at %d", got, kv.applied)
	}
}
