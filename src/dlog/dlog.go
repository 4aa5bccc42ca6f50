// Package dlog is the one log of the workspace: leveled, by topic, in the format that tools/dslogs reads.
//
// A line is
//
//	000123 VOTE S2 grants its vote to S0 in T4
//
// the time since the start in units of 0.1 ms, a topic of four letters, and a message that begins with the server
// it is about. Lines go to standard error when the environment variable VERBOSE is 1 or more, as in the lab; in a
// simulation the host decides.
package dlog

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// A Topic says what a line is about, in four letters.
type Topic string

// The topics that dslogs knows.
const (
	Client  Topic = "CLNT"
	Commit  Topic = "CMIT"
	Drop    Topic = "DROP"
	Error   Topic = "ERRO"
	Info    Topic = "INFO"
	Leader  Topic = "LEAD"
	Log     Topic = "LOG1"
	Log2    Topic = "LOG2"
	Persist Topic = "PERS"
	Snap    Topic = "SNAP"
	Term    Topic = "TERM"
	Test    Topic = "TEST" // the test harness speaks; such lines name no server first
	Timer   Topic = "TIMR"
	Trace   Topic = "TRCE"
	Vote    Topic = "VOTE"
	Warn    Topic = "WARN"
)

// tick is the unit of a line's time.
const tick = 100 * time.Microsecond

// A Sink is where lines go and when their time began.
type Sink struct {
	W     io.Writer
	Start time.Time // time 0 of the lines; a bubble's clock differs from the wall's
}

var (
	on   atomic.Bool // read on every call: all that a silent line costs
	sink atomic.Pointer[Sink]
	out  lock // never held over anything but a write
)

// SetSink sends the lines that follow to s, or nowhere if s is nil. Like log.SetOutput it is for the program, not
// for libraries: the code that starts a run calls it before the run's first server.
func SetSink(s *Sink) {
	sink.Store(s)
	on.Store(s != nil)
}

// On reports whether lines go anywhere: a load and nothing else. A silent Debug is a load and a branch too, but Go
// converts its arguments to interfaces first, which allocates for numbers above 255. Code that runs for every
// message therefore says
//
//	if dlog.On() {
//		dlog.Debug(…)
//	}
func On() bool { return on.Load() }

// Debug writes one line. Messages about a server begin with S and its number.
func Debug(topic Topic, format string, args ...any) {
	if on.Load() {
		write(topic, format, args)
	}
}

func write(topic Topic, format string, args []any) {
	s := sink.Load()
	if s == nil {
		return
	}
	line := fmt.Appendf(make([]byte, 0, 128), "%06d %s ", time.Since(s.Start)/tick, topic)
	line = append(fmt.Appendf(line, format, args...), '\n')
	out.Lock()
	defer out.Unlock()
	s.W.Write(line) // a log that cannot be written has nowhere to say so
}
