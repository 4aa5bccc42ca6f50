package live

import (
	"regexp"
	"strings"
	"testing"
)

type room struct{ door chan struct{} }

func (r *room) sit(in chan<- struct{}) {
	close(in)
	<-r.door
}

// Only a world's own goroutines are found, those too that its servers started, and like ones once.
func TestGoroutines(t *testing.T) {
	r := &room{make(chan struct{})}
	var all []chan struct{}
	enter := func(w *world, server, n int) {
		for range n {
			in, left := make(chan struct{}), make(chan struct{})
			all = append(all, left)
			(&life{place: &place{world: w, me: server}}).labelled(func() {
				go func() {
					defer close(left)
					r.sit(in)
				}()
			})
			<-in
		}
	}
	mine, other := &world{label: "goroutines-1"}, &world{label: "goroutines-11"}
	enter(mine, 0, 3)
	enter(mine, 1, 1)
	enter(other, 0, 1)

	found := goroutines(mine.label)
	var stacks []string
	for _, g := range found {
		stacks = append(stacks, g.Stack)
	}
	text := strings.Join(stacks, "\n")
	if strings.Count(text, "live.(*room).sit(...)\n") != len(found) ||
		regexp.MustCompile(`0x[0-9a-f]{6}`).MatchString(text) {
		t.Errorf("found\n%s", text)
	}
	total := 0
	for _, g := range stacks {
		count := map[string]int{"3": 3, "2": 2, "1": 1}[g[:1]]
		if count == 0 || !strings.HasPrefix(g[1:], " goroutine(s) of the servers:\n") {
			t.Errorf("found %q", g)
		}
		total += count
	}
	if total != 4 {
		t.Errorf("found %d goroutines, want 4:\n%s", total, text)
	}
	close(r.door)
	for _, left := range all {
		<-left
	}
	if found := goroutines("nobody"); len(found) > 0 {
		t.Errorf("found %q", found)
	}
}
