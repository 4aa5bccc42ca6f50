package gotest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash"
	"strings"
	"time"

	"raftlab/grader/internal/testrun"
)

// How many bytes of long output are kept, of its beginning and of its end.
const (
	keepFirst = 256 << 10
	keepLast  = 1 << 20
)

// A recorder records what a box prints.
type recorder struct {
	now         int64          // nanoseconds of virtual time
	hash        hash.Hash64    // of all output and its times
	first, last []testrun.Line // of the output
	kept, tail  int            // bytes in first and in last
	lost        int            // bytes dropped between first and last
	reports     []string       // see Run.Reports
}

// What is around the words of a failed test since Go 1.27, with -test.v=test2json.
const errorBegins, errorEnds = "\x0f", "\x0e"

// maxReports is how many reports are kept. A test sends one for each subtest.
const maxReports = 10_000

func (r *recorder) report(frame []byte) {
	if len(r.reports) < maxReports {
		r.reports = append(r.reports, string(frame[:min(len(frame), 1000)]))
	}
}

func (r *recorder) write(p []byte) {
	var at [8]byte
	binary.LittleEndian.PutUint64(at[:], uint64(r.now))
	r.hash.Write(at[:])
	r.hash.Write(p)
	for line := range bytes.Lines(p) {
		l := testrun.Line{At: time.Duration(r.now), Text: string(line)}
		if r.kept < keepFirst {
			r.first, r.kept = append(r.first, l), r.kept+len(line)
			continue
		}
		r.last, r.tail = append(r.last, l), r.tail+len(line)
		for r.tail > keepLast && len(r.last) > 1 {
			r.tail -= len(r.last[0].Text)
			r.lost += len(r.last[0].Text)
			r.last[0].Text = ""
			r.last = r.last[1:]
		}
	}
}

// lines returns the output in whole lines, each with the time of its beginning.
func (r *recorder) lines() []testrun.Line {
	pieces := r.first
	if r.lost > 0 {
		pieces = append(pieces, testrun.Line{Text: "\n"},
			testrun.Line{At: pieces[len(pieces)-1].At, Text: fmt.Sprintf("… %d bytes left out …\n", r.lost)})
	}
	pieces = append(pieces, r.last...)
	var list []testrun.Line
	open := false
	for _, p := range pieces {
		text := string(bytes.TrimSuffix([]byte(p.Text), []byte("\n")))
		if open {
			list[len(list)-1].Text += text
		} else if p.Text != "\n" || len(list) > 0 {
			list = append(list, testrun.Line{At: p.At, Text: text})
		}
		open = len(text) == len(p.Text)
	}
	for i, l := range list {
		list[i].Text = strings.TrimSuffix(strings.TrimPrefix(l.Text, errorBegins), errorEnds)
	}
	return list
}
