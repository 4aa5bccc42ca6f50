package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// An Origin says by what results were made, and when.
type Origin struct {
	Grader    string    `json:"version"`    // the grader's version
	Revision  string    `json:"revision"`   // its commit and sources
	Go        string    `json:"go"`         // the version of Go that servers were built with
	Flags     []string  `json:"flags"`      // of the command
	FirstSeed uint64    `json:"first_seed"` // further runs have the seeds that follow
	Time      time.Time `json:"time"`       // when grading began
}

// properties are the origin as names and values, none if it is not known.
func (o Origin) properties() [][2]string {
	if o.Grader == "" {
		return nil
	}
	return [][2]string{
		{"grader.version", o.Grader},
		{"grader.revision", o.Revision},
		{"grader.go", o.Go},
		{"grader.flags", Printable(strings.Join(o.Flags, " "))},
		{"grader.first_seed", strconv.FormatUint(o.FirstSeed, 10)},
		{"grader.time", o.Time.Format(time.RFC3339)},
	}
}

// String returns the origin as a line of text, or "" if it is not known.
func (o Origin) String() string {
	if o.Grader == "" {
		return ""
	}
	return fmt.Sprintf("Grader %s (%s), %s, first seed %d, %s", o.Grader, o.Revision, o.Go, o.FirstSeed,
		o.Time.Format(time.RFC3339))
}
