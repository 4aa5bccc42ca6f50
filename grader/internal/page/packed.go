package page

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"raftlab/src/record"
)

// A Packed is a recording as it goes into a page: gzip of its JSON.
type Packed []byte

// How large a recording may be in a page, in bytes: packed, and as JSON, which a browser has to hold. Base64 makes
// four bytes of three.
const (
	mostPacked = 3 << 20
	mostJSON   = 48 << 20
)

// mostText is how many bytes of a text are shown, and how many of a failure's further lines.
const (
	mostText    = 4 << 10
	mostDetails = 256 << 10
)

// Pack packs a recording. One that is too large for a page is cut to its last events, and long texts in it are cut.
func Pack(rec *record.Recording) Packed {
	for rec := fitting(rec); ; {
		packed := compress(rec)
		if len(packed) <= mostPacked || len(rec.Events) == 0 {
			return packed
		}
		// What comes last may be less compressible than the rest: a little less than would do.
		rec = rec.Last(len(rec.Events) * 9 / 10 * mostPacked / len(packed))
	}
}

// fitting returns a recording with as many of its last events, and what nodes held with them, as its JSON has room for.
func fitting(rec *record.Recording) *record.Recording {
	short := *rec
	short.Events = make([]record.Event, len(rec.Events))
	if f := rec.Finding; f != nil {
		f := *f
		f.Sentence, f.Details = cut(f.Sentence, mostText), cut(f.Details, mostDetails)
		short.Finding = &f
	}
	room, states := mostJSON, rec.States
	for i, e := range slices.Backward(rec.Events) {
		e.Text = cut(e.Text, mostText)
		short.Events[i] = e
		room -= sizeOf(e)
		for ; len(states) > 0 && states[len(states)-1].Event >= e.ID; states = states[:len(states)-1] {
			room -= sizeOfState(states[len(states)-1])
		}
		if room < 0 {
			return short.Last(len(rec.Events) - 1 - i)
		}
	}
	return &short
}

// sizeOf is how long the JSON of an event is, about.
func sizeOf(e record.Event) int {
	size := 120 + 10*len(e.Causes) + len(e.Method) + len(e.Text)
	for _, n := range e.Notes {
		size += 60 + len(n.Text)
	}
	return size
}

func sizeOfState(s record.State) int {
	size := 60
	for _, c := range s.Changes {
		size += 30 + len(c.Path) + len(c.Value)
	}
	for _, g := range s.Goroutines {
		size += 40 + len(g.Place) + len(g.Waits) + len(g.Stack)
	}
	return size
}

// cut cuts a text that is longer than limit bytes, and says so.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return fmt.Sprintf("%s… (%d bytes are left out)", s[:limit], len(s)-limit)
}

func compress(rec *record.Recording) Packed {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	enc := json.NewEncoder(z)
	enc.SetEscapeHTML(false) // it goes through base64
	if err := errors.Join(enc.Encode(rec), z.Close()); err != nil {
		panic(err) // it has nothing that JSON cannot say, and goes into memory
	}
	return b.Bytes()
}

// Fits returns an error if a page has no room for what a worker says that it has packed.
func (p Packed) Fits() error {
	if len(p) > mostPacked+1<<20 { // what is no event is not cut
		return fmt.Errorf("the recording of a run has %d MiB", len(p)>>20)
	}
	z, err := gzip.NewReader(bytes.NewReader(p))
	if err != nil {
		return fmt.Errorf("the recording of a run cannot be read: %w", err)
	}
	n, err := io.Copy(io.Discard, io.LimitReader(z, 2*mostJSON))
	switch {
	case err != nil:
		return fmt.Errorf("the recording of a run cannot be read: %w", err)
	case n == 2*mostJSON:
		return fmt.Errorf("the recording of a run has more than %d MiB", n>>20)
	}
	return nil
}
