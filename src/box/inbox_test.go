package box

import (
	"bytes"
	"testing"
)

func TestInboxKeepsOrderAndLittle(t *testing.T) {
	var q inbox
	next, want := 0, 0
	frame := func(n int) []byte { return bytes.Repeat([]byte{byte(n)}, n%3000) }
	for round := range 2000 {
		for range round % 7 {
			q.push(frame(next))
			next++
		}
		for range round % 5 {
			if q.empty() {
				break
			}
			got := q.front()
			if !bytes.Equal(got, frame(want)) {
				t.Fatalf("frame %d: %d bytes of %v", want, len(got), got[:min(1, len(got))])
			}
			if len(got) > 1 {
				q.consume(1)
				got = q.front()
			}
			q.consume(len(got))
			want++
		}
	}
	for !q.empty() {
		q.consume(len(q.front()))
		want++
	}
	if want != next {
		t.Errorf("took %d frames of %d", want, next)
	}
	q.push(make([]byte, 10*keepInbox))
	q.consume(10 * keepInbox)
	if len(q.lens) != 0 || cap(q.buf) > keepInbox {
		t.Errorf("an empty inbox holds %d frames, %d bytes", len(q.lens), cap(q.buf))
	}
}

func TestScale(t *testing.T) {
	for _, tt := range []struct{ x, num, den, down, up int64 }{
		{0, 1, 1, 0, 0},
		{-5, 1, 1, 0, 0},
		{10, 1, 3, 3, 4},
		{9, 1, 3, 3, 3},
		{1 << 61, 1000 * ppb, ppb, endOfTime, endOfTime},
		{1 << 62, ppb, 1000 * ppb, 1 << 62 / 1000, 1<<62/1000 + 1},
		{1<<63 - 1, ppb, 1, endOfTime, endOfTime},
	} {
		if got := scale(tt.x, tt.num, tt.den); got != tt.down {
			t.Errorf("%d*%d/%d = %d, want %d", tt.x, tt.num, tt.den, got, tt.down)
		}
		if got := scaleUp(tt.x, tt.num, tt.den); got != tt.up {
			t.Errorf("%d*%d/%d up = %d, want %d", tt.x, tt.num, tt.den, got, tt.up)
		}
	}
}
