package dlog

import (
	"bytes"
	"io"
	"testing"
	"time"
)

func TestFormat(t *testing.T) {
	var b bytes.Buffer
	SetSink(&Sink{W: &b, Start: time.Now().Add(-1500 * time.Millisecond)})
	defer SetSink(nil)
	Debug(Vote, "S%d grants its vote to S%d in T%d", 2, 0, 4)
	got := b.String()
	if want := " VOTE S2 grants its vote to S0 in T4\n"; len(got) != 6+len(want) || got[6:] != want {
		t.Errorf("got %q, want six digits and %q", got, want)
	}
	if got < "015000" || got > "100000" {
		t.Errorf("time is %.6s, want at least 015000: units of 0.1 ms since Start", got)
	}
}

func TestSilent(t *testing.T) {
	SetSink(nil)
	if On() {
		t.Fatal("On after SetSink(nil)")
	}
	term := 1000
	guarded := func() {
		if On() {
			Debug(Vote, "S%d T%d", 1, term)
		}
	}
	if n := testing.AllocsPerRun(100, guarded); n != 0 {
		t.Errorf("a silent, guarded line allocates %v times", n)
	}
}

func BenchmarkDebug(b *testing.B) {
	term := 1000
	b.Run("off", func(b *testing.B) {
		SetSink(nil)
		for b.Loop() {
			term++
			if On() {
				Debug(Vote, "S%d grants its vote to S%d in T%d", 2, 0, term)
			}
		}
	})
	b.Run("on", func(b *testing.B) {
		SetSink(&Sink{W: io.Discard, Start: time.Now()})
		defer SetSink(nil)
		for b.Loop() {
			term++
			Debug(Vote, "S%d grants its vote to S%d in T%d", 2, 0, term)
		}
	})
}
