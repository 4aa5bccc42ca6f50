package logview

import (
	"fmt"
	"io"
	"testing"

	"raftlab/src/logline"
)

var views = map[string]Options{
	"lines":   {},
	"filters": {Filter: Filter{Just: TopicSet{table: 1<<logline.Vote | 1<<logline.Log}, Servers: Ranges{{0, 3}}, Terms: Ranges{{1, 2}}, Since: 1000}},
	"color":   {Color: true},
	"columns": {Columns: []int{0, 1, 2, 3, 4}},
}

// BenchmarkCopy prints a synthetic log; MB/s are of the log read, on one core.
func BenchmarkCopy(b *testing.B) {
	const size = 16 << 20
	for _, name := range []string{"lines", "filters", "color", "columns"} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				if err := Copy(io.Discard, newSynthetic(size), views[name]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCopyPlain prints DPrintf lines, whose topics have to be guessed.
func BenchmarkCopyPlain(b *testing.B) {
	const size = 16 << 20
	b.SetBytes(size)
	for b.Loop() {
		log := &synthetic{chunk: plainChunk, left: size}
		if err := Copy(io.Discard, log, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// synthetic repeats a chunk of log until it has given size bytes, so that a
// large log takes no memory of its own.
type synthetic struct {
	chunk []byte
	at    int
	left  int64
}

func newSynthetic(size int64) io.Reader { return &synthetic{chunk: debugChunk, left: size} }

func (s *synthetic) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), s.left)], s.chunk[s.at:])
	s.at = (s.at + n) % len(s.chunk)
	s.left -= int64(n)
	return n, nil
}

var debugChunk = chunk(func(i int) string {
	term, s := i/200, i%5
	text := []string{
		"TIMR S%d resets its election timeout to %d ms",
		"VOTE S%d grants its vote to S0 in T%d",
		"LOG1 S%d sends AppendEntries to S2: T%d, prevLogIndex 12, prevLogTerm 3, 2 entries",
		"CMIT S%d commitIndex %d",
		"DROP S%d -> S3 RequestVote T%d: lost",
	}[i%5]
	return fmt.Sprintf("%06d "+text, i*7, s, term)
})

var plainChunk = chunk(func(i int) string {
	return fmt.Sprintf("2023/05/01 12:%02d:%02d %d receive request vote from 1 on term %d", i/60%60, i%60, i%5, i/200)
})

func chunk(line func(i int) string) []byte {
	var b []byte
	for i := range 5000 {
		b = append(append(b, line(i)...), '\n')
	}
	return b
}
