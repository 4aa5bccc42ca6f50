package live

import (
	"bytes"
	"fmt"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strings"
)

// labelKey is the pprof label that marks goroutines of a world's servers;
// goroutines inherit it from those that start them.
const labelKey = "raftlab"

// goroutines returns the stacks of the live goroutines that carry a world's
// label, like ones once.
func goroutines(label string) []string {
	var b bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	mark := fmt.Sprintf("%q:%q", labelKey, label)
	_, profile, _ := strings.Cut(b.String(), "\n") // the total
	var found []string
	for block := range strings.SplitSeq(profile, "\n\n") {
		head, stack, _ := strings.Cut(block, "\n")
		labels, stack, ok := strings.Cut(stack, "\n")
		if !ok || !strings.Contains(labels, mark) {
			continue
		}
		count, _, _ := strings.Cut(head, " ")
		found = append(found, fmt.Sprintf("%s goroutine(s) of the servers:\n%s", count, tidy(stack)))
	}
	return found
}

var address = regexp.MustCompile(`(?m)^#\t0x[0-9a-f]+\t`)

// tidy makes a profile's stack look like a traceback: no addresses, which
// differ from run to run.
func tidy(stack string) string {
	return address.ReplaceAllString(stack, "\t")
}

// stacks returns the traceback of every goroutine.
func stacks() string {
	for size := 1 << 18; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size {
			return string(buf[:n])
		}
	}
}
