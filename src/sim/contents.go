package sim

import (
	"fmt"
	"strings"

	"raftlab/src/labgob"
	"raftlab/src/labrpc"
)

// How many fields of a message are shown, and how many bytes of a string.
const (
	shownFields = 20
	shownString = 40
)

// contents shows what a message says, as far as it can be read: its reply, if it has one by now, else its arguments.
// Whatever its fields are called and of whatever type they are, a basic one stands there with its value, one that has
// elements with their number.
func contents(step labrpc.Step, args, reply []byte) string {
	data := args
	if step == labrpc.Handled || step == labrpc.Answered {
		data = reply
	}
	var b strings.Builder
	for i, v := range labgob.Values(data) {
		if i == shownFields {
			b.WriteString(" …")
			break
		}
		switch text, isText := v.Basic.(string); {
		case isText && len(text) > shownString:
			fmt.Fprintf(&b, " %s %.*q… (%d bytes)", v.Name, shownString, text, len(text))
		case isText:
			fmt.Fprintf(&b, " %s %q", v.Name, text)
		case v.Basic != nil:
			fmt.Fprintf(&b, " %s %v", v.Name, v.Basic)
		case v.Len >= 0:
			fmt.Fprintf(&b, " %d %s", v.Len, v.Name)
		default:
			fmt.Fprintf(&b, " %s {…}", v.Name)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return ":" + b.String()
}
