package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// Of a log that is too long the middle is left out, and nothing of one that is not.
func TestRunLog(t *testing.T) {
	for _, size := range []int{0, 100, logHead, logHead + logTail, logHead + 5*logTail} {
		var want, got bytes.Buffer
		log := newRunLog(&got)
		for i := 0; want.Len() < size; i++ {
			line := fmt.Sprintf("%09d %s\n", i, strings.Repeat("x", 1000))
			want.WriteString(line)
			log.Write([]byte(line))
		}
		log.close()
		if size <= logHead+logTail {
			if !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("a log of %d bytes is written otherwise, with %d", want.Len(), got.Len())
			}
			continue
		}
		text, all := got.String(), want.String()
		head, tail, cut := strings.Cut(text, "\n[cut: ")
		if !cut || len(text) > logHead+2*logTail+100 || !strings.HasPrefix(all, head) || len(head) < logHead {
			t.Errorf("of a log of %d bytes %d are left, with a head of %d", len(all), len(text), len(head))
		}
		if _, tail, _ = strings.Cut(tail, "]\n"); len(tail) < logTail || !strings.HasSuffix(all, tail) {
			t.Errorf("a log of %d bytes ends in %.80q", len(all), tail[max(0, len(tail)-80):])
		}
	}
}
