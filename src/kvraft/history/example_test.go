package history_test

import (
	"fmt"
	"strings"
	"time"

	"raftlab/src/kvraft/history"
)

func ExampleCheck() {
	op := func(clerk int, method history.Method, value string, call, ret int64) history.Op {
		return history.Op{Clerk: clerk, Method: method, Key: "k", Value: value, Call: call, Return: ret,
			Called: time.Duration(call) * time.Millisecond, Returned: time.Duration(ret) * time.Millisecond}
	}
	verdict := history.Check(history.Classic, []history.Op{
		op(1, history.Append, "x 1 0 y", 1, 3),
		op(0, history.Append, "x 0 0 y", 2, 4),
		op(2, history.Get, "x 1 0 y", 5, 6),
	})
	fmt.Println(verdict.Result())
	for _, finding := range verdict.Findings {
		fmt.Println(finding.Name)
		fmt.Println(strings.ReplaceAll(finding.Text, ". ", ".\n"))
	}
	// Output:
	// not linearizable
	// lost
	// C0's Append of "x 0 0 y" returned at 0.004 s.
	// No Get has it.
	// C2's Get, called after that at 0.005 s, returned "x 1 0 y" at 0.006 s without it.
}
