package tickertimer

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestAlarm(t *testing.T) {
	const d = 100 * time.Millisecond
	tests := []struct {
		name     string
		overtake func(a *alarm) // happens between the tick and whoever looks at it
		rings    bool
		later    time.Duration // when it rings after all, from the tick on; 0: never
	}{
		{"on time", func(*alarm) {}, true, 0},
		{"set anew after the tick", func(a *alarm) { a.set(3 * d) }, false, 3 * d},
		{"off after the tick", func(a *alarm) { a.off() }, false, 0},
		{"off and on again after the tick", func(a *alarm) { a.off(); a.set(d) }, false, d},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAlarm()
				a.set(d)
				ticked := <-a.C
				tt.overtake(&a)
				if got := a.rings(); got != tt.rings {
					t.Errorf("after the tick it rings: %v, want %v", got, tt.rings)
				}
				var later time.Duration
				select {
				case <-a.C:
					if !a.rings() {
						t.Error("it ticked again, but does not ring")
					}
					later = time.Since(ticked)
				case <-time.After(time.Hour):
				}
				if later != tt.later {
					t.Errorf("it rings again after %v, want %v", later, tt.later)
				}
				if a.rings() {
					t.Error("it rings twice")
				}
			})
		})
	}
}
