package sim

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
)

// message has the fields of Figure 2's and Figure 13's RPCs that are worth a
// place in a line of the log. Of a message that has others too, or some under
// other names, the rest is shown.
type message struct {
	Term, CandidateId, LeaderId    int
	LastLogIndex, LastLogTerm      int
	PrevLogIndex, PrevLogTerm      int
	Entries                        []struct{ Term int }
	LeaderCommit                   int
	LastIncludedIndex              int
	LastIncludedTerm               int
	VoteGranted, Success           bool
	ConflictTerm, ConflictIndex    int
	XTerm, XIndex, XLen, NextIndex int
}

// contents shows what a message says, as far as it can be read: its reply, if
// it has one by now, else its arguments.
func contents(step labrpc.Step, args, reply []byte) string {
	data := args
	if step == labrpc.Handled || step == labrpc.Answered {
		data = reply
	}
	var m message
	if labgob.Unmarshal(data, &m) != nil {
		return ""
	}
	there := labgob.Fields(data)
	var b strings.Builder
	v := reflect.ValueOf(m)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if !slices.Contains(there, name) {
			continue
		}
		if f := v.Field(i); f.Kind() == reflect.Slice {
			fmt.Fprintf(&b, " %d %s", f.Len(), name)
		} else {
			fmt.Fprintf(&b, " %s %v", name, f.Interface())
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return ":" + b.String()
}
