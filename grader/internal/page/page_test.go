package page

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"raftlab/src/record"
)

// hostile is what a submission might say to get out of its element.
const hostile = "</script><script>alert(1)</script><!-- ]]> \"'` \u2028\u2029\x00\xff <img src=x onerror=alert(2)>"

// What is written comes back whole, and nothing of what a submission says is markup.
func TestWrite(t *testing.T) {
	rec := &record.Recording{Version: 1, Implementation: hostile, Events: []record.Event{{ID: 1, Text: hostile}}}
	packed := Pack(rec)
	id := RunID(0)
	p := Page{
		Title: hostile,
		Overview: &Overview{
			Columns: []string{hostile}, Notes: []string{hostile},
			Rows:   []Row{{Part: "2A", Scenario: "S", Tier: "classic", Cells: []Cell{{Text: hostile, Class: Fail}}}},
			Groups: []Group{{Title: hostile, Sentence: hostile, Seed: 7, Run: &id}, {Title: "another"}},
		},
		Runs: []Run{{hostile, hostile, packed}, {"the other", "", packed}}, Against: true,
	}
	var b bytes.Buffer
	if err := Write(&b, p); err != nil {
		t.Fatal(err)
	}
	before, after, _ := bytes.Cut(template, []byte(marker))
	data, ok := bytes.CutPrefix(b.Bytes(), before)
	data, ends := bytes.CutSuffix(data, after)
	if !ok || !ends {
		t.Fatal("the template is not around the data")
	}
	elements := regexp.MustCompile(`^<script type="application/json" id="page">([^<>&\x{2028}\x{2029}]*)</script>\n` +
		`<script type="text/plain" id="run-0">([A-Za-z0-9+/=]*)</script>\n` +
		`<script type="text/plain" id="run-1">[A-Za-z0-9+/=]*</script>\n$`).FindSubmatch(data)
	if elements == nil {
		t.Fatalf("its data are\n%.2000s", data)
	}
	var d document
	if err := json.Unmarshal(elements[1], &d); err != nil {
		t.Fatal(err)
	}
	said := strings.ToValidUTF8(hostile, "\ufffd")
	if d.Version != 1 || d.Title != said || d.Overview.Groups[0].Sentence != said || *d.Overview.Groups[0].Run != id ||
		d.Overview.Groups[1].Run != nil || *d.Against != (against{"run-0", "run-1"}) {
		t.Errorf("it says %+v", d)
	}
	first, ok := First(b.Bytes())
	if !ok {
		t.Fatal("the first recording is not found in the page")
	}
	if got := unpack(t, first); got.Events[0].Text != said || got.Implementation != said {
		t.Errorf("it says %+v", got)
	}
	if _, ok := First(before); ok {
		t.Error("a recording is found in a page that has none")
	}
}

// A recording that is too large is cut to its last events; one that is not is whole.
func TestPack(t *testing.T) {
	noise := rand.NewChaCha8([32]byte{})
	text := func(bytes int) string {
		b := make([]byte, bytes)
		noise.Read(b)
		for i := range b {
			b[i] = ' ' + b[i]%90
		}
		return string(b)
	}
	tests := []struct {
		name    string
		events  int
		text    func() string
		dropped bool
	}{
		{"small", 1000, func() string { return "S1 votes" }, false},
		{"many events of noise", 20_000, func() string { return text(1000) }, true},
		{"long texts", 100, func() string { return text(1 << 20) }, false},
		{"many events alike", 200_000, func() string { return strings.Repeat("S1 votes ", 40) }, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rec := &record.Recording{Finding: &record.Finding{Details: strings.Repeat("stack\n", 1<<20)}}
			for i := range test.events {
				rec.Events = append(rec.Events, record.Event{ID: i + 1, Text: test.text()})
				rec.States = append(rec.States, record.State{Event: i + 1, Changes: []record.Change{
					{Path: "term", Value: test.text()[:8]}}})
			}
			packed := Pack(rec)
			if err := packed.Fits(); err != nil {
				t.Error(err)
			}
			got := unpack(t, packed)
			switch last := got.Events[len(got.Events)-1]; {
			case got.Dropped > 0 != test.dropped, got.Dropped+len(got.Events) != test.events, last.ID != test.events:
				t.Errorf("%d of %d events are left, %d dropped, the last is %d", len(got.Events), test.events, got.Dropped,
					last.ID)
			case len(last.Text) > 2*mostText, len(got.Finding.Details) > 2*mostDetails:
				t.Errorf("a text has %d bytes, the details %d", len(last.Text), len(got.Finding.Details))
			case got.States[0].Event > got.Events[0].ID:
				t.Errorf("the first state is of event %d, the first event is %d", got.States[0].Event, got.Events[0].ID)
			}
			if test.dropped && len(packed) < mostPacked/2 && test.name != "many events alike" {
				t.Errorf("more than need be is cut: %d bytes are left", len(packed))
			}
			t.Logf("%d events: %d bytes", len(got.Events), len(packed))
		})
	}
}

// A worker may say anything.
func TestFits(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	io.CopyN(z, zeros{}, 3*mostJSON)
	z.Close()
	for name, p := range map[string]Packed{
		"a bomb":       bomb.Bytes(),
		"no gzip":      []byte("PK"),
		"nothing":      nil,
		"half of gzip": bomb.Bytes()[:1000],
		"too much":     make([]byte, 10<<20),
	} {
		if p.Fits() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func unpack(t *testing.T, p Packed) (rec record.Recording) {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(p))
	if err == nil {
		err = json.NewDecoder(z).Decode(&rec)
	}
	if err != nil {
		t.Fatal(err)
	}
	return rec
}
