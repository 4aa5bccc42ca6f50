// Package page writes the file in which runs are looked at in a browser: a template, in which all code is, with
// recordings of runs put in as data. The file needs nothing else, no network either.
//
// Whatever a submission had a say in is data in that file, never markup: see [Write].
package page

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// template is built from the sources in web; see the README there.
//
//go:embed template.html
var template []byte

// marker is where the template gets its data.
const marker = "<!--raftlab:data-->"

// version is that of the data, which the template reads. It rises when an older template would be wrong about it.
const version = 1

// A Page is what a file shows.
type Page struct {
	Title    string
	Overview *Overview // nil: there is nothing but runs
	Runs     []Run     // the first is shown when there is no Overview
	Against  bool      // the first two are shown side by side
}

// A Run is one run that can be looked at.
type Run struct {
	Title     string
	Command   string // repeats it
	Recording Packed
}

// An Overview is what came of a grading: who passed what, and each kind of failure.
type Overview struct {
	Columns []string `json:"columns"` // implementations
	Rows    []Row    `json:"rows"`
	Groups  []Group  `json:"groups"`
	Notes   []string `json:"notes"`
}

// A Row is what came of one scenario.
type Row struct {
	Part     string `json:"part"`
	Scenario string `json:"scenario"`
	Tier     string `json:"tier"`
	Cells    []Cell `json:"cells"` // one for each column
}

// A Cell is what came of one scenario of one implementation.
type Cell struct {
	Text  string `json:"text"`
	Class Class  `json:"class"`
	Title string `json:"title"` // a sentence more
}

// A Class is how a cell is coloured.
type Class string

// The classes.
const (
	Pass  Class = "pass"
	Fail  Class = "fail"
	Skip  Class = "skip"
	Error Class = "error" // it is the grader's or its machine's
	None  Class = "none"  // there is nothing to say
)

// A Group is failures of an implementation that are alike, with the one that stands for all.
type Group struct {
	Title          string  `json:"title"`
	Count          int     `json:"count"` // runs
	Implementation string  `json:"implementation"`
	Scenario       string  `json:"scenario"`
	Seed           uint64  `json:"seed"`
	Kind           string  `json:"kind"`
	Sentence       string  `json:"sentence"`
	Run            *string `json:"run"`     // the RunID of the one that stands for all, nil if that is not in the file
	Command        string  `json:"command"` // repeats it
}

// RunID is the name of the ith of a page's runs.
func RunID(i int) string { return fmt.Sprintf("run-%d", i) }

// document is the JSON of a page.
type document struct {
	Version  int       `json:"version"`
	Title    string    `json:"title"`
	Overview *Overview `json:"overview"`
	Runs     []runName `json:"runs"`
	Against  *against  `json:"against"`
}

type runName struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Command string `json:"command,omitempty"`
}

type against struct {
	Left  string `json:"left"`
	Right string `json:"right"`
}

// Write writes a page. Of its texts none can end the element that it stands in: JSON has <, >, & and the line separators
// of JavaScript written as \u003c and so on, and recordings are base64.
func Write(w io.Writer, p Page) error {
	before, after, ok := bytes.Cut(template, []byte(marker))
	if !ok || bytes.Contains(after, []byte(marker)) {
		return errors.New("the page's template is broken: it must have the mark for its data once")
	}
	d := document{Version: version, Title: p.Title, Overview: p.Overview, Runs: []runName{}}
	if p.Against {
		d.Against = &against{Left: RunID(0), Right: RunID(1)}
	}
	for i, r := range p.Runs {
		d.Runs = append(d.Runs, runName{ID: RunID(i), Title: r.Title, Command: r.Command})
	}
	head, err := json.Marshal(d)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.Write(before)
	fmt.Fprintf(&b, `<script type="application/json" id="page">%s</script>`+"\n", head)
	for i, r := range p.Runs {
		fmt.Fprintf(&b, runBegin, RunID(i))
		b.WriteString(base64.StdEncoding.EncodeToString(r.Recording))
		b.WriteString(runEnd + "\n")
	}
	b.Write(after)
	_, err = w.Write(b.Bytes())
	return err
}

// What stands around a recording in a page.
const (
	runBegin = `<script type="text/plain" id="%s">`
	runEnd   = `</script>`
)

// First takes the first run's recording out of a page that Write has written. ok is false if there is none.
func First(page []byte) (_ Packed, ok bool) {
	_, data, found := bytes.Cut(page, fmt.Appendf(nil, runBegin, RunID(0)))
	data, _, ended := bytes.Cut(data, []byte(runEnd))
	if !found || !ended {
		return nil, false
	}
	packed, err := base64.StdEncoding.AppendDecode(nil, data)
	return packed, err == nil
}
