package page

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"raftlab/src/record"
)

// votes is a run in which S1 votes twice in a term, with what it holds in memory.
func votes() *record.Recording {
	rec := &record.Recording{
		Version: record.Version, Lab: "raft", Implementation: "mine", Scenario: "ReElection", Seed: 7, End: 3e9,
		Nodes: []record.Node{{Name: "S0", Role: "server"}, {Name: "S1", Role: "server"}, {Name: "S2", Role: "server"}},
	}
	add := func(e record.Event) int {
		e.ID = len(rec.Events) + 1
		e.At = int64(e.ID) * 100e6
		if e.Method == "" {
			e.Peer = record.Nowhere
		}
		rec.Events = append(rec.Events, e)
		return e.ID
	}
	for i := range rec.Nodes {
		add(record.Event{Node: i, Kind: record.Boot, Life: 1})
	}
	voted := map[int]int{}
	for call, candidate := range []int{0, 2} {
		timer := add(record.Event{Node: candidate, Kind: record.Timer})
		sent := add(record.Event{Node: candidate, Peer: 1, Kind: record.Sent, Method: "Raft.RequestVote", Call: call + 1,
			Causes: []int{timer}, Text: ": Term 2", Notes: []record.Note{{Kind: "election", Node: candidate, Term: 2,
				Role: "candidate", Text: fmt.Sprintf("S%d stands for election in T2", candidate)}}})
		arrived := add(record.Event{Node: 1, Peer: candidate, Kind: record.Arrived, Method: "Raft.RequestVote",
			Call: call + 1, Causes: []int{sent}})
		voted[candidate] = add(record.Event{Node: 1, Peer: candidate, Kind: record.Handled, Method: "Raft.RequestVote",
			Call: call + 1, Causes: []int{arrived}, Text: ": VoteGranted true", Notes: []record.Note{{Kind: "vote", Node: 1,
				Term: 2, Text: fmt.Sprintf("S1 votes for S%d in T2", candidate)}}})
		rec.States = append(rec.States, record.State{Event: voted[candidate], Node: 1,
			Changes:    []record.Change{{Path: "votedFor", Value: fmt.Sprint(candidate)}},
			Goroutines: []record.Goroutine{{Place: "mine.(*Raft).ticker raft.go:7", Waits: "sleep", Stack: "goroutine 7"}}})
	}
	failed := add(record.Event{Node: record.Nowhere, Kind: record.Failed, Causes: []int{voted[2]},
		Text: "One Vote per Term: S1 voted for S0 and for S2 in T2"})
	rec.Finding = &record.Finding{
		Event: failed, Kind: "safety", Promise: "One Vote per Term",
		Sentence: "One Vote per Term: S1 voted for S0 and for S2 in T2", Source: "at most one candidate in a given term",
		Story: []record.Chapter{
			{Event: voted[0], Part: record.Contradicts, Text: "S1 voted for S0 in T2"},
			{Event: voted[2], Part: record.Contradicts, Text: "S1 voted for S2 in T2"},
			{Part: record.Missing, Text: "S1 never saved its vote"},
		},
	}
	return rec
}

func single(rec *record.Recording) Page {
	return Page{Title: "a run", Runs: []Run{{Title: "a run", Command: "grader replay mine", Recording: Pack(rec)}}}
}

// shows fails the test unless the page shows all these texts.
func (w *tab) shows(texts ...string) {
	w.Helper()
	body := w.text("document.body.innerText.replace(/\\s+/g, ' ')")
	for _, text := range texts {
		if !strings.Contains(body, text) {
			w.Errorf("the page does not show %q, but\n%.3000s", text, body)
		}
	}
}

// keys presses keys where the page listens, one after another.
func (w *tab) keys(keys string) {
	w.Helper()
	w.do(chromedp.KeyEvent(keys))
	w.text("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
}

// at is what the page says of the event at the cursor.
func (w *tab) at() string {
	return w.text(`[...document.querySelectorAll(".event dl div")].find(d => d.innerText.startsWith("event")).innerText
		.replace(/\s+/g, " ")`)
}

// A failure opens at its finding, and can be gone through with the keyboard.
func TestFinding(t *testing.T) {
	w := browse(t, single(votes()))
	w.shows("failed: safety", "One Vote per Term", "S1 voted for S0 and for S2 in T2",
		"at most one candidate in a given term", "How it came about", "S1 never saved its vote", "grader replay mine",
		"votedFor", "ticker")
	if got := w.at(); got != "event 11, handled" {
		t.Errorf("it opens at %q, want the second vote", got)
	}
	if got := w.text(`document.querySelector(".tree .changed").innerText.replace(/\s+/g, "")`); got != "≠votedFor2was0" {
		t.Errorf("what changed in memory is shown as %q", got)
	}
	for _, step := range []struct{ keys, want string }{
		{"1", "event 7, handled"}, // the first chapter
		{"m", "event 5, sent"},    // round the message
		{"n", "event 6, arrived"},
		{"p", "event 5, sent"},
		{"f", "event 11, handled"},
	} {
		if w.keys(step.keys); w.at() != step.want {
			t.Errorf("%s leads to %q, want %q", step.keys, w.at(), step.want)
		}
	}
	w.keys("?")
	w.until(`document.querySelector("dialog").open`)
	w.shows("How to read this page")
	w.keys("\x1b")
	w.until(`!document.querySelector("dialog").open`)
}

// What is looked for is found, and what is not wanted is not shown.
func TestSearchAndFilter(t *testing.T) {
	w := browse(t, single(votes()))
	w.keys("/")
	w.text(`document.activeElement.select()`) // the driver's key also writes, which a user's does not
	w.do(chromedp.KeyEvent("stands for election"))
	w.until(`document.querySelector(".search-box output")?.innerText.includes("2")`)
	w.keys("\r")
	if got := w.at(); got != "event 5, sent" {
		t.Errorf("it finds %q", got)
	}
	w.keys("\x1b")
	w.keys("e") // the list of all events
	list := `document.querySelector("[role=listbox]").getAttribute("aria-label")`
	all := w.text(list)
	w.do(chromedp.Click(".filters summary"))
	w.do(chromedp.Click(".filters fieldset:first-of-type label:nth-of-type(3) input"))
	w.until(`document.querySelector(".filters summary").innerText.includes("(1)")`)
	if fewer := w.text(list); !strings.HasPrefix(all, "Events, ") || fewer == all {
		t.Errorf("of %q there are %q without S2", all, fewer)
	}
}

// Printed it is one sheet.
func TestPrint(t *testing.T) {
	w := browse(t, single(votes()))
	pdf, err := chromedp.Run(w.ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(pdf, []byte("/Type /Page\n")); n != 1 {
		t.Errorf("it prints %d sheets, %d bytes", n, len(pdf))
	}
}

// A report opens with who passes what, and leads to the runs.
func TestOverview(t *testing.T) {
	p := single(votes())
	id := RunID(0)
	p.Overview = &Overview{
		Columns: []string{"mine"}, Notes: []string{"FAIL: 1 of 1 runs"},
		Rows:   []Row{{Part: "2A", Scenario: "ReElection", Tier: "classic", Cells: []Cell{{Text: "0/1", Class: Fail}}}},
		Groups: []Group{{Title: "it votes twice", Count: 1, Scenario: "ReElection", Run: &id}},
	}
	w := browse(t, p)
	w.shows("it votes twice", "0/1", "FAIL: 1 of 1 runs")
	w.do(chromedp.Click(".group-card button"))
	w.until(`document.querySelector(".event dl") !== null`)
	w.shows("One Vote per Term", "S1 never saved its vote")
}

// Two runs are side by side, with what differs first.
func TestSideBySide(t *testing.T) {
	other := votes()
	other.Events[4].Notes = []record.Note{{Kind: "leads", Node: 0, Term: 2, Role: "leader", Text: "S0 leads T2"}}
	p := Page{Runs: []Run{{Title: "seed 7", Recording: Pack(votes())}, {Title: "seed 8", Recording: Pack(other)}},
		Against: true}
	w := browse(t, p)
	w.shows("Where they part", "Left: seed 7", "Right: seed 8")
}

// Whatever a submission says is text.
func TestHostile(t *testing.T) {
	const trap = `<img src=x onerror="window.trapped=1"><script>window.trapped=1</script>`
	rec := votes()
	rec.Implementation, rec.Scenario = trap, hostile
	rec.Nodes[1].Name = hostile
	for i := range rec.Events {
		e := &rec.Events[i]
		e.Text, e.Method, e.Topic = trap+hostile, trap+e.Method, hostile
		for n := range e.Notes {
			e.Notes[n].Text, e.Notes[n].Kind = trap, hostile
		}
	}
	for i := range rec.States {
		rec.States[i].Changes = append(rec.States[i].Changes, record.Change{Path: "__proto__.x[" + trap, Value: hostile})
		rec.States[i].Goroutines[0].Stack = trap
	}
	f := rec.Finding
	f.Kind, f.Promise, f.Sentence, f.Source = trap, trap, trap+hostile, trap
	f.Details = strings.Repeat(trap+"\u202e\x00", 10<<20/len(trap))
	for i := range f.Story {
		f.Story[i].Text = trap
	}
	p := single(rec)
	p.Title, p.Runs[0].Title, p.Runs[0].Command = trap, hostile, trap
	w := browse(t, p)
	w.keys("nnppe?")
	if got := w.text("window.trapped"); got != "undefined" {
		t.Error("a text has run")
	}
	if got := w.text(`document.querySelectorAll("img[src=x], body script[src]").length`); got != "0" {
		t.Errorf("there are %s elements that nobody has written", got)
	}
	w.shows(`<img src=x onerror="window.trapped=1">`)
	if policy := w.text(`document.querySelector("meta[http-equiv=Content-Security-Policy]").content`); !strings.Contains(
		policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("its policy is %q", policy)
	}
}

// A page whose data are broken says so.
func TestBroken(t *testing.T) {
	p := single(votes())
	p.Runs[0].Recording = p.Runs[0].Recording[:100]
	w := browse(t, p)
	if text := w.text(`document.querySelector("[role=alert]").innerText`); text == "" {
		t.Error("it says nothing of that")
	}
}

// A run of 100,000 events has a file of less than 5 MB. How fast it is there and moves depends on the machine: the log
// has it.
func TestLarge(t *testing.T) {
	rec := votes()
	end := rec.Events[len(rec.Events)-1]
	rec.Events = rec.Events[:len(rec.Events)-1]
	for call := 3; len(rec.Events) < 99_999; call++ {
		from, to := call%3, (call+1)%3
		var before []int
		for step, kind := range []record.Kind{record.Sent, record.Arrived, record.Handled, record.Answered} {
			e := record.Event{ID: len(rec.Events) + 1, At: int64(len(rec.Events)) * 1e5, Node: from, Peer: to, Kind: kind,
				Call: call, Method: "Raft.AppendEntries", Bytes: 100 + call%77, Causes: before,
				Text: fmt.Sprintf(": Term %d LeaderId %d PrevLogIndex %d LeaderCommit %d", 2+call/5000, from, call, call/3)}
			if step == 1 || step == 2 {
				e.Node, e.Peer = to, from
			}
			if step == 2 {
				e.Notes = []record.Note{{Kind: "stores", Node: to, Term: 2 + call/5000, Index: call,
					Text: fmt.Sprintf("S%d has stored the entries up to index %d", to, call)}}
			}
			rec.Events, before = append(rec.Events, e), []int{e.ID}
		}
	}
	end.ID, end.At = len(rec.Events)+1, int64(len(rec.Events))*1e5
	rec.Events, rec.Finding.Event = append(rec.Events, end), end.ID
	p := single(rec)
	if n := len(p.Runs[0].Recording) * 4 / 3; n > 5_000_000-len(template) {
		t.Errorf("the file has %d bytes", n+len(template))
	}
	w := browse(t, p)
	w.shows("100,000 events")
	t.Log("moving: ", w.text("raftlab.frames().then(JSON.stringify)"))
}
