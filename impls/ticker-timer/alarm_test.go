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

func TestAlarmWithin(t *testing.T) {
	const d = 100 * time.Millisecond
	tests := []struct {
		name string
		set  func(a *alarm)
		want time.Duration
	}{
		{"off before", func(a *alarm) { a.ringWithin(d) }, d},
		{"set for earlier", func(a *alarm) { a.set(d / 2); a.ringWithin(d) }, d / 2},
		{"set for later", func(a *alarm) { a.set(2 * d); a.ringWithin(d) }, d},
		{"again and again", func(a *alarm) { a.ringWithin(d); time.Sleep(d / 2); a.ringWithin(d) }, d},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAlarm()
				began := time.Now()
				tt.set(&a)
				<-a.C
				if rings, after := a.rings(), time.Since(began); !rings || after != tt.want {
					t.Errorf("after %v it rings: %v, want it to after %v", after, rings, tt.want)
				}
			})
		})
	}
}
