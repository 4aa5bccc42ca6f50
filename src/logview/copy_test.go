package logview

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/logline"
)

func printed(t *testing.T, log string, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Copy(&b, strings.NewReader(log), o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const small = `000000 TEST begins
000010 VOTE S0 votes in T1
000020 TIMR S1 hears of term 1
? not a log line, but it mentions T2
000030 VOTE S1 votes in T2
000030 LEAD S12 leads T12
panic: in T7
000040 CMIT S0 applies 3
`

func TestFilters(t *testing.T) {
	topics := func(ts ...logline.Topic) (s TopicSet) {
		for _, t := range ts {
			s.Add(t)
		}
		return s
	}
	ranges := func(s string) Ranges {
		r, err := ParseRanges(s)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, tt := range []struct {
		name string
		f    Filter
		want string // line numbers of small
	}{
		{"all", Filter{}, "12345678"},
		{"just", Filter{Just: topics(logline.Vote, logline.Test)}, "12457"},
		{"ignore", Filter{Ignore: topics(logline.Vote, logline.Test)}, "34678"},
		{"just, then ignore", Filter{Just: topics(logline.Vote, logline.Leader), Ignore: topics(logline.Vote)}, "467"},
		{"server", Filter{Servers: ranges("1")}, "13457"},
		{"servers", Filter{Servers: ranges("0,12")}, "124678"},
		{"term", Filter{Terms: ranges("1")}, "237"},
		{"terms", Filter{Terms: ranges("2-12")}, "4567"},
		{"term of a server", Filter{Terms: ranges("1"), Servers: ranges("0")}, "27"},
		{"since", Filter{Since: 20}, "345678"},
		{"until", Filter{Until: 20, Bounded: true}, "1234"},
		{"until 0", Filter{Until: 0, Bounded: true}, "1"},
		{"window", Filter{Since: 11, Until: 39, Bounded: true}, "34567"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := printed(t, small, Options{Filter: tt.f})
			var got strings.Builder
			for i, line := range strings.Split(strings.TrimSuffix(small, "\n"), "\n") {
				if strings.Contains(out, line+"\n") {
					fmt.Fprint(&got, i+1)
				}
			}
			if got.String() != tt.want {
				t.Errorf("lines %s, want %s:\n%s", got.String(), tt.want, out)
			}
		})
	}
}

func TestDebugLinesKeepTheirBytes(t *testing.T) {
	const log = "000000 TEST S1 begins\n000123 VOTE S12  two  spaces [b]x[/b] 中\t.\n000123 APND S1\n1000000 INFO \n"
	if diff := cmp.Diff(log, printed(t, log, Options{})); diff != "" {
		t.Errorf("(-in +out):\n%s", diff)
	}
}

func TestClocks(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		o              Options
	}{
		{name: "dates begin at 0", in: "2023/05/01 23:59:59 1 x\n2023/05/02 00:00:01 1 x\n", want: "000000 INFO S1 x\n020000 INFO S1 x\n"},
		{name: "past midnight", in: "23:59:59 1 x\n00:00:01 1 x\n", want: "000000 INFO S1 x\n020000 INFO S1 x\n"},
		{name: "backwards", in: "2023/05/01 12:00:01 1 x\n2023/05/01 12:00:00 1 x\n", want: "000000 INFO S1 x\n000000 INFO S1 x\n"},
		{name: "window", in: "12:00:00 1 x\n12:00:01 1 y\n12:00:02 1 z\n", want: "010000 INFO S1 y\n", o: Options{Filter: Filter{Since: 5000, Until: 15000, Bounded: true}}},
		{name: "seconds", in: "12:00:00 1 x\n12:00:01.25 1 y\n000001 INFO S1 z\n", want: "  0      INFO S1 x\n  1.2500 INFO S1 y\n  0.0001 INFO S1 z\n", o: Options{Time: Seconds}},
		{name: "each test begins anew", in: "=== RUN   a\n000002 INFO S1 x\n=== RUN   b\n000001 INFO S1 y\n", want: "=== RUN   a\n=== RUN   b\n000001 INFO S1 y\n", o: Options{Filter: Filter{Until: 1, Bounded: true}}},
		{name: "own time behind a date", in: "2023/05/01 12:00:00 000123 VOTE S2 x\n", want: "000123 VOTE S2 x\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, printed(t, tt.in, tt.o)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLongLinesSaySo(t *testing.T) {
	log := "000001 INFO S1 " + strings.Repeat("x", 1<<20) + "\n" + strings.Repeat("y", 1<<20) + "\n000002 INFO S1 z\n"
	for name, o := range map[string]Options{"lines": {}, "columns": {Columns: []int{0, 1}}} {
		out := printed(t, log, o)
		if strings.Count(out, "… [cut: ") != 2 || !strings.Contains(out, "z\n") {
			t.Errorf("%s: the cut lines are not said to be cut, or the next is lost:\n%.200s…", name, out)
		}
		if len(out) > 3*logline.MaxLine {
			t.Errorf("%s: %d bytes of output", name, len(out))
		}
	}
}

// A terminal must see nothing that a log could steer it with. A byte such as 0x9b alone is no UTF-8, but a control
// character to some terminals.
func TestControlCharactersAreVisible(t *testing.T) {
	for evil, visible := range map[string]string{
		"\x1b[2J\x07\x7f\xc2\x9b31m\u202e\u2066\u200b\ufeff": `\x1b[2J\x07\x7f\xc2\x9b31m\u202e\u2066\u200b\ufeff`,
		"\x9b31m":    `\x9b31m`,
		"\U0001d173": `\u1d173`,
	} {
		log := "000001 INFO S1 a" + evil + "\n" + evil + "\npanic: " + evil + "\n=== RUN " + evil + "\n"
		for name, o := range map[string]Options{"lines": {}, "columns": {Columns: []int{1}, Width: 80}} {
			out := printed(t, log, o)
			for i, r := range out {
				if r != '\n' && (r < 0x20 || 0x7f <= r && r < 0xa0 || unicode.Is(unicode.Cf, r)) {
					t.Errorf("%s: control character %#x at %d: %q", name, r, i, out)
					break
				}
			}
			if n := strings.Count(out, visible); n != 4 {
				t.Errorf("%s: made visible in %d lines of 4:\n%q", name, n, out)
			}
		}
	}
}

// What was read is written before more is waited for.
func TestCopyIsLive(t *testing.T) {
	in, feed := io.Pipe()
	drain, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := Copy(out, in, Options{})
		out.Close()
		done <- err
	}()
	for i := range 3 {
		line := fmt.Sprintf("%06d INFO S1 x\n", i)
		go io.WriteString(feed, line)
		got := make([]byte, len(line))
		if _, err := io.ReadFull(drain, got); err != nil || string(got) != line {
			t.Fatalf("read %q, %v, want %q", got, err, line)
		}
	}
	feed.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestWriteErrors(t *testing.T) {
	broken := errors.New("broken")
	err := Copy(failing{broken}, strings.NewReader(small), Options{})
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// A log of any length is printed in the same memory.
func TestConstantMemory(t *testing.T) {
	for name, o := range views {
		allocs := func(size int64) float64 {
			return testing.AllocsPerRun(1, func() {
				if err := Copy(io.Discard, newSynthetic(size), o); err != nil {
					t.Fatal(err)
				}
			})
		}
		if short, long := allocs(128<<10), allocs(1<<20); long > short+1000 { // 1 MB has 20,000 lines
			t.Errorf("%s: 128 KB take %v allocations, 1 MB %v", name, short, long)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		in   string
		max  int
		want []string
	}{
		{"", 10, nil},
		{"short", 10, []string{"short"}},
		{"exactly 10", 10, []string{"exactly 10"}},
		{"exactly 10 and more", 10, []string{"exactly 10", "and more"}},
		{"one two three", 8, []string{"one two", "three"}},
		{"aVeryLongWord", 5, []string{"aVery", "LongW", "ord"}},
		{"a VeryLongWord", 8, []string{"a VeryLo", "ngWord"}},
		{"spaces      here", 8, []string{"spaces", "here"}},
		{"中文日志", 5, []string{"中文", "日志"}},
		{"中文", 1, []string{"中", "文"}},
	} {
		var got []string
		for rest := []byte(tt.in); len(rest) > 0; {
			var row []byte
			var w int
			row, rest, w = wrap(rest, tt.max)
			if w != width(row) {
				t.Errorf("%q: width of %q is %d, not %d", tt.in, row, width(row), w)
			}
			got = append(got, string(row))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q in %d (-want +got):\n%s", tt.in, tt.max, diff)
		}
	}
}

func TestParseRanges(t *testing.T) {
	r, err := ParseRanges("0,2, 5-7")
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for n := range 10 {
		if r.Has(n) {
			got = append(got, n)
		}
	}
	if diff := cmp.Diff([]int{0, 2, 5, 6, 7}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 2, 5}, r.First(3)); diff != "" {
		t.Errorf("first 3 (-want +got):\n%s", diff)
	}
	for _, bad := range []string{"", "x", "1,", "-1", "1-", "3-2", "1-2-3", "99999999999"} {
		if _, err := ParseRanges(bad); err == nil {
			t.Errorf("ParseRanges(%q) is no error", bad)
		}
	}
}

// FuzzCopy checks that no log breaks the page, and that what is printed of
// known lines is read again as the same.
func FuzzCopy(f *testing.F) {
	f.Add([]byte(small), uint8(60))
	f.Add([]byte("000001 INFO S1 中文\xff\t\x1b x\n000001 TEST "+strings.Repeat("long ", 50)), uint8(40))
	f.Add([]byte("2023/05/01 12:00:00 [2 T3] x\n000001 APND S0\n"), uint8(30))
	f.Fuzz(func(t *testing.T, log []byte, cells uint8) {
		o := Options{Columns: []int{0, 1, 2}, Width: max(gutter+3*(minCell+2), int(cells))}
		var page bytes.Buffer
		if err := Copy(&page, bytes.NewReader(log), o); err != nil {
			t.Fatal(err)
		}
		for row := range bytes.Lines(page.Bytes()) {
			row = bytes.TrimSuffix(row, []byte("\n"))
			if bytes.ContainsFunc(row, isControl) {
				t.Fatalf("control character in %q", row)
			}
			isRow := bytes.Contains(row, []byte("│")) && !bytes.Contains(log, []byte("│"))
			if isRow && (width(row) > o.Width+4 || !utf8.Valid(row)) { // +4: times of more than 8 digits
				t.Fatalf("%d cells, not %d: %q", width(row), o.Width, row)
			}
		}

		var once, twice bytes.Buffer
		if err := Copy(&once, known(log), Options{}); err != nil {
			t.Fatal(err)
		}
		if err := Copy(&twice, bytes.NewReader(once.Bytes()), Options{}); err != nil {
			t.Fatal(err)
		}
		if once.String() != twice.String() {
			t.Fatalf("printed again it differs:\n%q\n%q", once.String(), twice.String())
		}
	})
}

func isControl(r rune) bool { return r < 0x20 && r != '\t' || 0x7f <= r && r < 0xa0 }

// known returns the Debug and Plain lines of log.
func known(log []byte) io.Reader {
	var b bytes.Buffer
	for line := range bytes.Lines(log) {
		line = bytes.TrimRight(line, "\r\n")
		if logline.Parse(line).Kind.Timed() {
			b.Write(line)
			b.WriteByte('\n')
		}
	}
	return &b
}
