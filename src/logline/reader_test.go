package logline

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// kinds returns the kinds of the lines that src gives, with ! for the first
// lines of reports, and their bytes.
func kinds(t *testing.T, src Source) (kinds, lines []string) {
	t.Helper()
	for {
		l, err := src.Next()
		if errors.Is(err, io.EOF) {
			return kinds, lines
		}
		if err != nil {
			t.Fatal(err)
		}
		k := l.Kind.String()
		if l.First {
			k += "!"
		}
		kinds, lines = append(kinds, k), append(lines, string(l.Raw))
	}
}

func TestReaderKinds(t *testing.T) {
	const log = "000001 INFO S1 x\n"
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"none", "", nil},
		{"blank line", "\n", []string{"unknown"}},
		{"no end", "000001 INFO S1 x", []string{"debug"}},
		{"panic", "panic: x\n\ngoroutine 1 [running]:\nmain.f()\n\t/a.go:1\nexit status 2\nx\n",
			[]string{"panic!", "panic", "panic", "panic", "panic", "runner", "unknown"}},
		{"log lines in a panic", "panic: x\n" + log + "goroutine 1 [running]:\n", []string{"panic!", "debug", "panic"}},
		{"goroutines alone", "goroutine 7 [select]:\nx\n", []string{"stacks!", "stacks"}},
		{"a panic after goroutines", "goroutine 7 [select]:\nx\npanic: y\ngoroutine 8 [running]:\n", []string{"stacks!", "stacks", "panic!", "panic"}},
		{"no goroutine", "goroutine 7\ngoroutine x [select]:\n", []string{"unknown", "unknown"}},
		{"race", raceRule + "\n" + raceWarning + "\nx\n" + raceRule + "\nx\n",
			[]string{"data race!", "data race", "data race", "data race", "unknown"}},
		{"two races", strings.Repeat(raceRule+"\n"+raceWarning+"\n"+raceRule+"\n", 2),
			[]string{"data race!", "data race", "data race", "data race!", "data race", "data race"}},
		{"race without a rule", raceWarning + "\nx\n", []string{"data race!", "data race"}},
		{"log lines in a race", raceRule + "\n" + raceWarning + "\n" + log + "x\n", []string{"data race!", "data race", "debug", "data race"}},
		{"race while a panic prints", "panic: x\n" + raceRule + "\n" + raceWarning + "\n", []string{"panic!", "data race!", "data race"}},
		{"a rule", raceRule + "\nx\n" + raceRule, []string{"unknown", "unknown", "unknown"}},
		{"deadlock", "POTENTIAL DEADLOCK:\ngoroutine 5 [select]:\n--- FAIL: x\nx\n", []string{"deadlock!", "deadlock", "runner", "unknown"}},
		{"deadlock, then panic", "POTENTIAL DEADLOCK:\npanic: x\n", []string{"deadlock!", "panic!"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, lines := kinds(t, NewReader(strings.NewReader(tt.in)))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("kinds (-want +got):\n%s", diff)
			}
			if in := strings.TrimSuffix(tt.in, "\n"); strings.Join(lines, "\n") != in {
				t.Errorf("lines are %q", lines)
			}
			slow, _ := kinds(t, NewReader(iotest.OneByteReader(strings.NewReader(tt.in))))
			if diff := cmp.Diff(got, slow); diff != "" {
				t.Errorf("byte by byte it differs (-at once +byte by byte):\n%s", diff)
			}
		})
	}
}

func TestReaderLineEnds(t *testing.T) {
	_, lines := kinds(t, NewReader(strings.NewReader("a\r\n\r\nb\rc\n\nd")))
	if diff := cmp.Diff([]string{"a", "", "b\rc", "", "d"}, lines); diff != "" {
		t.Error(diff)
	}
}

func TestReaderLongLines(t *testing.T) {
	for _, n := range []int{MaxLine - 1, MaxLine, MaxLine + 1, readBuffer - 1, readBuffer, readBuffer + 1, 3*readBuffer + 5} {
		for _, end := range []string{"\nnext\n", ""} {
			prefix := "000001 INFO S1 "
			r := NewReader(strings.NewReader(prefix + strings.Repeat("x", n-len(prefix)) + end))
			l, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if want := max(0, n-MaxLine); l.Cut != want || len(l.Raw) != n-want || l.Kind != Debug || l.Server != 1 {
				t.Errorf("%d bytes: %v of S%d, kept %d, cut %d, want cut %d", n, l.Kind, l.Server, len(l.Raw), l.Cut, want)
			}
			l, err = r.Next()
			if end == "" && !errors.Is(err, io.EOF) {
				t.Errorf("%d bytes: then %v, %v, want the end", n, l, err)
			}
			if end != "" && (err != nil || string(l.Raw) != "next" || l.Cut != 0) {
				t.Errorf("%d bytes: then %v, %v, want the next line", n, l, err)
			}
		}
	}
}

func TestReaderReturnsErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, in := range []string{"a\nb", "a\n" + raceRule + "\n"} {
		r := NewReader(io.MultiReader(strings.NewReader(in), &failOnce{broken}))
		for _, want := range strings.Split(strings.TrimSuffix(in, "\n"), "\n") {
			l, err := r.Next()
			if err != nil || string(l.Raw) != want {
				t.Fatalf("got %v, %v, want %q", l, err, want)
			}
		}
		for range 2 {
			if _, err := r.Next(); !errors.Is(err, broken) {
				t.Fatalf("then %v, want %v", err, broken)
			}
		}
	}
}

// failOnce fails, and afterwards claims to be at its end.
type failOnce struct{ err error }

func (f *failOnce) Read([]byte) (int, error) {
	err := f.err
	f.err = io.EOF
	return 0, err
}

func TestMerge(t *testing.T) {
	s0 := "before all\n000001 INFO S0 a\npanic: x\nmore\n000005 INFO S0 e\n"
	s1 := "000001 INFO S1 b\n000003 INFO S1 c\n000005 INFO S1 f\n000005 INFO S1 g\n"
	s2 := ""
	var sources []Source
	for _, s := range []string{s0, s1, s2} {
		sources = append(sources, NewReader(strings.NewReader(s)))
	}
	_, lines := kinds(t, Merge(sources...))
	want := []string{
		"before all", "000001 INFO S0 a", "panic: x", "more",
		"000001 INFO S1 b", "000003 INFO S1 c",
		"000005 INFO S1 f", "000005 INFO S1 g", "000005 INFO S0 e",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMergeReturnsErrors(t *testing.T) {
	broken := errors.New("broken")
	m := Merge(NewReader(strings.NewReader("000001 INFO S0 a\n")), NewReader(iotest.ErrReader(broken)))
	if _, err := m.Next(); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

// FuzzReader checks that a Reader loses and invents nothing.
func FuzzReader(f *testing.F) {
	for _, name := range []string{"broken", "odd", "dprintf"} {
		b, err := os.ReadFile("../../tools/dslogs/testdata/" + name + ".log")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		r := NewReader(bytes.NewReader(log))
		for len(log) > 0 {
			want, rest, _ := bytes.Cut(log, newline)
			log = rest
			want = bytes.TrimSuffix(want, carriageReturn)
			if len(want) == 0 && len(log) == 0 {
				return // a last line of "\r" without an end
			}
			l, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(want, l.Raw) || len(l.Raw)+l.Cut != len(want) {
				t.Fatalf("line %q and %d bytes cut, want %q", l.Raw, l.Cut, want)
			}
		}
		if l, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("then %v, %v, want the end", l, err)
		}
	})
}
