package labgob_test

import (
	"bytes"
	"fmt"

	"raftlab/src/labgob"
)

// A server saves its state and reads it again after a crash.
func Example() {
	var saved bytes.Buffer
	enc := labgob.NewEncoder(&saved)
	if err := enc.Encode(7); err != nil { // the current term
		fmt.Println(err)
	}
	if err := enc.Encode([]string{"x = 1", "y = 2"}); err != nil { // the log
		fmt.Println(err)
	}

	var term int
	var log []string
	dec := labgob.NewDecoder(&saved)
	if dec.Decode(&term) != nil || dec.Decode(&log) != nil {
		fmt.Println("the state cannot be read")
	}
	fmt.Println(term, log)

	// Output: 7 [x = 1 y = 2]
}
