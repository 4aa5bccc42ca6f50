package main

import (
	"bytes"
	"testing"
)

// However it is cut into writes, nothing that is printed in a workflow is a command to its runner.
func TestWorkflowFilter(t *testing.T) {
	for text, want := range map[string]string{
		"::error::no":              ": :error::no",
		"  \t::add-mask::a\n::b":   "  \t: :add-mask::a\n: :b",
		"S0: panic: a::b\n":        "S0: panic: a::b\n",
		"a ##[error]b ###[c] #[d]": "a ## [error]b ### [c] #[d]",
		":\n:: x\r::y":             ":\n: : x\r: :y",
		": :: x":                   ": :: x",
	} {
		for size := 1; size <= len(text); size++ {
			var got bytes.Buffer
			f := &workflowFilter{w: &got}
			for rest := []byte(text); len(rest) > 0; {
				n := min(size, len(rest))
				if k, err := f.Write(rest[:n]); k != n || err != nil {
					t.Fatalf("Write: %d, %v", k, err)
				}
				rest = rest[n:]
			}
			if got.String() != want {
				t.Errorf("%q by %d bytes: %q, want %q", text, size, &got, want)
			}
		}
	}
}
