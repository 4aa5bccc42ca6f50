package live

import (
	"bytes"
	"fmt"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strings"

	"raftlab/src/cluster"
	"raftlab/src/crash"
)

// labelKey is the pprof label that marks goroutines of a world's nodes; goroutines inherit it from those that start
// them.
const labelKey = "raftlab"

// goroutines returns the live goroutines that carry a world's label, like ones once.
func goroutines(label string) []cluster.Goroutine {
	var b bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	mark := fmt.Sprintf("%q:%q", labelKey, label)
	_, profile, _ := strings.Cut(b.String(), "\n") // the total
	var found []cluster.Goroutine
	for block := range strings.SplitSeq(profile, "\n\n") {
		head, stack, _ := strings.Cut(block, "\n")
		labels, stack, ok := strings.Cut(stack, "\n")
		if !ok || !strings.Contains(labels, mark) {
			continue
		}
		count, _, _ := strings.Cut(head, " ")
		stack = tidy(stack)
		found = append(found, cluster.Goroutine{Place: crash.Culprit(stack),
			Stack: fmt.Sprintf("%s goroutine(s) of the servers:\n%s", count, stack)})
	}
	return found
}

var profiled = regexp.MustCompile(`(?m)^#\t0x[0-9a-f]+\t(\S+)\+0x[0-9a-f]+\t+`)

// tidy makes a profile's stack look like a traceback: no addresses, which differ from run to run.
func tidy(stack string) string {
	return profiled.ReplaceAllString(stack, "$1(...)\n\t")
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
