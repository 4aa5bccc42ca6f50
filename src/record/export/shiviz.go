package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"raftlab/src/record"
)

// ShiVizExpression is the regular expression by which ShiViz reads what [ShiViz] writes.
const ShiVizExpression = `(?<host>\S+) (?<clock>\{.*\})\n(?<event>.*)`

// ShiViz writes a recording as a log for ShiViz: of each event a line with its process and vector clock, and a line that
// says what it is. What happens at no node, as the loss of a message, is left out, and counts in what it has caused. It
// begins with the expression to read it by and a blank line, as ShiViz wants it.
func ShiViz(w io.Writer, rec *record.Recording) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s\n\n", ShiVizExpression)
	log := newLog(rec)
	for i, c := range clocks(rec) {
		e := rec.Events[i]
		at := process(rec, e)
		if at == "" {
			continue
		}
		stamp, err := json.Marshal(c)
		if err != nil {
			return err
		}
		_, text := log.line(e)
		if e.Kind == record.Failed {
			text = "FAIL " + e.Text
		}
		for _, n := range e.Notes {
			text += " | " + n.Text
		}
		fmt.Fprintf(b, "%s %s\n%.6f s %s\n", at, stamp, float64(e.At)/1e9, strings.Join(strings.Fields(text), " "))
	}
	return b.Flush()
}
