package labrpc

import "fmt"

// A Route names an end by the servers that it connects, so that an observer knows which two these are.
type Route struct {
	From, To int // servers
	Life     int // tells apart the ends of a server that was restarted
}

// String returns a form such as "S0 -> S2".
func (r Route) String() string { return fmt.Sprintf("S%d -> S%d", r.From, r.To) }

// A Step is a point in the life of a request.
type Step int

// The steps, in order. A call ends with Answered or with one of those that follow it.
const (
	Sent        Step = iota // the caller sent it
	Arrived                 // it is about to be handled
	Handled                 // the handler has returned; Reply is set
	Answered                // the reply reached the caller
	LostRequest             // the weather took the request
	LostReply               // the weather took the reply
	Unreachable             // nobody was there, or no longer there, or the way was cut
	Doubled                 // a second copy is about to be handled
)

var stepNames = [...]string{
	Sent: "sent", Arrived: "arrived", Handled: "handled", Answered: "answered",
	LostRequest: "request lost", LostReply: "reply lost", Unreachable: "unreachable", Doubled: "doubled",
}

func (s Step) String() string { return stepNames[s] }

// An Event is one step of one request. Args and Reply must not be changed.
type Event struct {
	Step        Step
	End         any    // the name of the caller's end
	Call        uint64 // which request of this end's route, from 0
	Method      string
	Args, Reply []byte
}
