package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"raftlab/grader/internal/page"
	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
	"raftlab/src/raft/rafttest"
	"raftlab/src/recipe"
	"raftlab/src/record"
)

// recording is that of an outcome, with so many bytes of what cannot be made shorter.
func recording(o report.Outcome, noise int) page.Packed {
	b := make([]byte, noise)
	rand.NewChaCha8([32]byte{byte(noise)}).Read(b)
	rec := &record.Recording{Version: record.Version, Scenario: o.Scenario.Name, Seed: o.Result.Seed}
	for ; len(b) > 0; b = b[min(1000, len(b)):] {
		rec.Events = append(rec.Events, record.Event{ID: len(rec.Events) + 1, Text: string(b[:min(1000, len(b))])})
	}
	return page.Pack(rec)
}

// The page of a report, as its template is told: who passes what, and each kind of failure with its run.
func TestHTML(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, change := everything(t)
		r := report.New(p)
		playPlanned(t, r, p, func(o *report.Outcome) {
			if change(o); o.Result.Failure != nil && o.Impl != 2 {
				o.Recording = recording(*o, 100)
			}
		})
		time.Sleep(1500 * time.Millisecond)
		html := render(t, p, r.HTML)
		_, data, _ := strings.Cut(html, `<script type="application/json" id="page">`)
		data, _, _ = strings.Cut(data, "</script>")
		var b bytes.Buffer
		if err := json.Indent(&b, []byte(data), "", "  "); err != nil {
			t.Fatal(err)
		}
		golden(t, "page.golden.json", b.String()+"\n")
	})
}

// A page has as many runs as it has room for, and says so; each failure's own page has its run.
func TestHTMLWithoutRoom(t *testing.T) {
	p := plan(t, 1, impl("mine"))
	p.Scenarios = suite(rafttest.Elections, rafttest.Log)
	r := report.New(p)
	for i, s := range p.Scenarios[:5] {
		o := outcome(0, s, 1)
		fail(&o, cluster.Safety, "%s", strings.Repeat("x", i+1))
		o.Recording = recording(o, 2<<20)
		add(t, r, o)
	}
	html := render(t, p, r.HTML)
	if n := strings.Count(html, `<script type="text/plain"`); n == 0 || n == 5 || len(html) > 10<<20 ||
		!strings.Contains(html, "no room for the runs of ") {
		t.Errorf("a page of %d bytes with %d runs", len(html), n)
	}
	var table bytes.Buffer
	r.Table(&table, false)
	for _, file := range files(t, p) {
		if !strings.HasSuffix(file, ".html") {
			continue
		}
		if !strings.Contains(table.String(), "    page:   "+p.LogDir+"/"+file+"\n") {
			t.Errorf("the table does not name %s:\n%s", file, &table)
		}
		data, err := os.ReadFile(p.LogDir + "/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if packed, ok := page.First(data); !ok || packed.Fits() != nil {
			t.Errorf("%s has no run", file)
		}
	}
}

// The page of a failure goes with its log when another stands for all that are alike.
func TestPageOfABetterExample(t *testing.T) {
	p := plan(t, 9, impl("mine"))
	r := report.New(p)
	for _, seed := range []uint64{7, 2, 9} {
		o := outcome(0, p.Scenarios[0], seed)
		fail(&o, cluster.Safety, "boom")
		o.Recording = recording(o, 100)
		add(t, r, o)
	}
	if got := strings.Join(files(t, p), " "); got != "mine-InitialElection-2.html mine-InitialElection-2.log" {
		t.Errorf("there are %s", got)
	}
}

// A failure says by which command its run can be made shorter, unless it depends on the machine how it comes out.
func TestShrinkCommand(t *testing.T) {
	p := plan(t, 1, impl("mine"))
	p.Shrink = func(m report.Impl, scenario string, drawn recipe.Recipe) string {
		return fmt.Sprintf("grader shrink %s %s %v", m.Dir, scenario, drawn)
	}
	for kind, wants := range map[cluster.Kind]bool{
		cluster.Safety: true, cluster.Assertion: true, cluster.Resource: false, cluster.Timeout: false,
		cluster.Nondeterminism: false,
	} {
		r := report.New(p)
		o := outcome(0, p.Scenarios[0], 7)
		fail(&o, kind, "no")
		add(t, r, o)
		want := "shrink: grader shrink ./impls/mine " + p.Scenarios[0].Name + " 7\n"
		if got := strings.Contains(shown(r, p, false), want); got != wants {
			t.Errorf("%s: %q is in the report: %v", kind, want, got)
		}
		if got := strings.Contains(render(t, p, r.HTML), "can be made shorter: grader shrink"); got != wants {
			t.Errorf("%s: the page has the command: %v", kind, got)
		}
	}
}
