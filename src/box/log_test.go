package box_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/box"
)

// What is logged and not read is not put into words, unless that would run code of the program, draw random
// numbers, or end elsewhere. All else is the same, the time included, and how long a goroutine polls until it must sleep.
func TestLogUnread(t *testing.T) {
	run := func(how string) (printed []string, frames []string) {
		r := start(module(t, lab.probe), box.Config{Args: []string{"probe", "unread", how}, Seed: 7, Wall: 1e18, Tick: 50})
		r.runUntil(1e9)
		return strings.Split(strings.TrimSpace(r.stderr.String()), "\n"), r.frames
	}
	printed, frames := run("read")
	if len(printed) != 11 {
		t.Errorf("printed %q, want 11 lines", printed)
	}
	quietly, same := run("unread")
	if diff := cmp.Diff(frames, same); diff != "" || len(frames) != 1 {
		t.Errorf("read and unread: %s", diff)
	}
	if diff := cmp.Diff(printed[6:], quietly); diff != "" {
		t.Errorf("printed though it is unread: %s", diff)
	}
}
