package gotest

import (
	"regexp"
	"strings"
	"testing"

	"raftlab/grader/internal/testrun"
)

func TestJudge(t *testing.T) {
	output := func(text string) []testrun.Line {
		var list []testrun.Line
		for l := range strings.Lines(text) {
			list = append(list, testrun.Line{Text: strings.TrimSuffix(l, "\n")})
		}
		return list
	}
	passed := []string{"testing PASS TestX", "testing PASS "}
	const stacks = "goroutine 7 [running]:\nruntime.x()\n\truntime/x.go:1 " +
		"+0x1\n6.5840/raft1.(*Raft).ticker(...)\n\t6.5840/raft1/raft.go:88 +0x5\n\ngoroutine 1 " +
		"[sleep]:\n6.5840/raft1.y()\n\t6.5840/raft1/y.go:9\n"
	tests := []struct {
		name    string
		run     Run
		verdict testrun.Verdict
		reason  string
	}{
		{"passes", Run{End: Exited, Reports: passed}, testrun.Passed, `^$`},
		{"passes, with what failing tests print", Run{End: Exited, Reports: passed,
			Output: output("panic: no\n\x16--- FAIL: TestX (0.00s)\n")}, testrun.Passed, `^$`},
		{"skips", Run{End: Exited, Reports: []string{"testing SKIP TestX", "testing PASS "}}, testrun.Skipped, `^$`},
		{"status", Run{End: Exited, Status: 1, Reports: passed}, testrun.Failed,
			`^exited with status 1 and without a verdict$`},
		{"test only", Run{End: Exited, Reports: passed[:1]}, testrun.Failed, `^exited without a verdict$`},
		{"end only", Run{End: Exited, Reports: passed[1:]}, testrun.Failed, `^exited without a verdict$`},
		{"another test", Run{End: Exited, Reports: []string{"testing PASS TestXY", "testing PASS "}}, testrun.Failed,
			`^exited without a verdict$`},
		{"both", Run{End: Exited, Reports: append([]string{"testing FAIL TestX"}, passed...)}, testrun.Failed,
			`^failed without a message$`},
		{"printed", Run{End: Exited, Output: output("\x16--- PASS: TestX (0.00s)\n\x16PASS\n")}, testrun.Failed,
			`^exited without a verdict; its last output:`},
		{"hangs", Run{End: Hangs, Stacks: stacks, Reports: passed}, testrun.Failed, `^hangs: .* at raft1/raft\.go:88$`},
		{"busy", Run{End: Busy, Stacks: stacks}, testrun.Failed,
			`^goroutines poll without a sleep, .* at raft1/raft\.go:88$`},
		{"too slow", Run{End: TooSlow, Stacks: "garbage"}, testrun.Failed, `^computes for longer than its timeout$`},
		{"memory", Run{End: NoMemory}, testrun.Failed, `memory`},
		{"crash", Run{End: Crashed, Crash: "the guest crashed"}, testrun.Failed, `^the guest crashed$`},
		{"panics", Run{End: Exited, Status: 2, Output: output("x\npanic: boom\n\n" + stacks)}, testrun.Failed,
			`^panic: boom at raft1/raft\.go:88$`},
		{"panics in the middle of a line", Run{End: Exited, Status: 2, Output: output("\x16panic: boom [recovered]\n")},
			testrun.Failed, `^panic: boom \[recovered\]$`},
		{"fails with words", Run{End: Exited, Status: 1, Reports: []string{"testing FAIL TestX"},
			Output: output("=== x\nTest (2A): election ...\n    config.go:400: expected one leader,\n        got " +
				"none\n\x16--- FAIL: TestX (4.88s)\n        not this\n")},
			testrun.Failed, `^config\.go:400: expected one leader,\n    got none$`},
		{"fails as from 2025 on", Run{End: Exited, Status: 1, Reports: []string{"testing FAIL TestX"},
			Output: output("Test (3A)...Fatal: no leader\n        6.5840/raft1/test.go:10\n        " +
				"6.5840/raft1/raft_test.go:20\n\n")},
			testrun.Failed, `^Fatal: no leader\n    raft1/test\.go:10\n    raft1/raft_test\.go:20$`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, reason := judge("TestX", "6.5840", test.run)
			if v != test.verdict || !regexp.MustCompile(test.reason).MatchString(reason) {
				t.Errorf("%s, %q", v, reason)
			}
		})
	}
}

// Whatever a box prints and reports, it passes only by the two reports and status 0.
func FuzzJudge(f *testing.F) {
	f.Add("panic: x\n\x16--- PASS: TestX\n", "testing PASS TestX", uint32(0))
	f.Add("    a.go:1: x\n        y\nFatal: z\n\x16", "testing PASS ", uint32(2))
	f.Fuzz(func(t *testing.T, text, report string, status uint32) {
		var out []testrun.Line
		for l := range strings.Lines(text) {
			out = append(out, testrun.Line{Text: l})
		}
		v, reason := judge("TestX", "m", Run{End: Exited, Status: status, Output: out, Stacks: text,
			Reports: []string{report}})
		if v != testrun.Failed || reason == "" {
			t.Errorf("%s, %q", v, reason)
		}
		judge("TestX", "m", Run{End: Hangs, Output: out, Stacks: text})
	})
}

// Long output keeps its beginning and its end, and whole lines their times.
func TestRecorder(t *testing.T) {
	r := recorder{hash: newHash()}
	r.write([]byte("one\ntwo "))
	r.now = 5
	r.write([]byte("halves\n\nlast"))
	var got []string
	for _, l := range r.lines() {
		got = append(got, l.At.String()+" "+l.Text)
	}
	if want := "0s one|0s two halves|5ns |5ns last"; strings.Join(got, "|") != want {
		t.Errorf("got %s, want %s", strings.Join(got, "|"), want)
	}
	for range 300_000 {
		r.write([]byte("a line of output\n"))
	}
	r.write([]byte("the end\n"))
	lines := r.lines()
	size, cut := 0, false
	for _, l := range lines {
		size += len(l.Text)
		cut = cut || strings.HasSuffix(l.Text, "bytes left out …")
	}
	if first, last := lines[0].Text, lines[len(lines)-1].Text; first != "one" || last != "the end" || !cut ||
		size > keepFirst+keepLast+1000 {
		t.Errorf("%d bytes from %q to %q, cut %v", size, first, last, cut)
	}
}
