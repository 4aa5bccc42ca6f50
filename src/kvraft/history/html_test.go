package history

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// The page of a finding shows its operations, stays small where the history is large, and has no order of them all.
func TestWriteHTML(t *testing.T) {
	pages := make(map[string]Finding)
	for _, w := range wrong {
		for _, f := range Check(w.model, parse(t, w.model, w.history)).Findings {
			pages[w.story] = f
		}
	}
	for _, b := range big {
		history := b.w.play(rand.New(rand.NewPCG(1, 1)))
		falsify(history)
		for _, f := range Check(b.w.model, history).Findings {
			pages[b.name] = f
		}
	}
	for name, f := range pages {
		var page bytes.Buffer
		if err := f.WriteHTML(&page); err != nil {
			t.Fatal(err)
		}
		if page.Len() > 4<<20 {
			t.Errorf("%s: the page has %d bytes", name, page.Len())
		}
		for i := range f.Core {
			if shown := f.Core[i].returned(); !strings.Contains(page.String(), strings.ReplaceAll(shown, `"`, `\"`)) {
				t.Errorf("%s: the page does not have %s", name, shown)
			}
		}
		drawn, first := f.drawn()
		if c, decided, _ := search(f.model, first, drawn, searchLimit); c == nil && decided {
			t.Errorf("%s: the page has an order of %v", name, f)
		}
	}
}
