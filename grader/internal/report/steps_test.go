package report_test

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/grader/internal/report"
)

func TestSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		one := report.NewSteps(&b, "building", 1)
		one.Begin("impls/mine")()
		steps := report.NewSteps(&b, "building", 4)
		for _, name := range []string{"a", "b\x1b[2J", "c", "d"} {
			done := steps.Begin(name)
			time.Sleep(2 * time.Second)
			done()
			done() // counts once
		}
		// Two at a time.
		steps = report.NewSteps(&b, "building", 4)
		for range 2 {
			first, second := steps.Begin("x"), steps.Begin("y")
			time.Sleep(2 * time.Second)
			first()
			second()
		}
		want := `building impls/mine
building a (1 of 4)
building b�[2J (2 of 4, about 6s left)
building c (3 of 4, about 4s left)
building d (4 of 4, about 2s left)
building x (1 of 4)
building y (2 of 4)
building x (3 of 4, about 2s left)
building y (4 of 4, about 2s left)
`
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}
