package script

import (
	"slices"
	"sync"
	"time"
)

// A Writer writes down what is done in a run while it plays. A nil one writes nothing. Its methods are safe for
// concurrent use.
type Writer struct {
	mu      sync.Mutex // guards what follows
	actions []Action
	harms   bool // there was harm
	from    time.Duration
	to      time.Duration // 0 while it goes on
}

// Add adds an action.
func (w *Writer) Add(a Action) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.actions = append(w.actions, a)
}

// Harm notes that the scenario's harm begins, or that it is over.
func (w *Writer) Harm(at time.Duration, over bool) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if over {
		w.to = at
	} else {
		w.harms, w.from = true, at
	}
}

// Actions returns what was done, in the order in which it was.
func (w *Writer) Actions() []Action {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.actions)
}

// Harmed returns when the scenario's harm began and when it was over, which is 0 if it was not. ok is false if the
// scenario has declared none.
func (w *Writer) Harmed() (from, to time.Duration, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.from, w.to, w.harms
}
