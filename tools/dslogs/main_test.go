package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// dslogs runs the command and returns what it writes and its exit status.
func dslogs(t *testing.T, stdin io.Reader, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), append([]string{"dslogs"}, args...), env{
		stdin:  stdin,
		stdout: &out,
		stderr: &errs,
		getenv: func(string) string { return "" },
	})
	return out.String(), errs.String(), status
}

// events is a run as grader replay -events writes it.
const events = "../../src/record/export/testdata/vote.events.jsonl"

func TestGolden(t *testing.T) {
	for name, args := range map[string]string{
		"election-columns":      "testdata/election.log -c 3 --width 100",
		"election-narrow":       "testdata/election.log -c 3 --width 60 -j VOTE,LEAD,TEST",
		"election-one-term":     "testdata/election.log --term 2",
		"election-color":        "testdata/election.log --color=always -i TIMR",
		"election-columns-tint": "testdata/election.log --color=always -c 3 --width 100 -until 0.23",
		"election-two-servers":  "testdata/election.log -s 2,0 -c 3 -since 1s -until 1.4s --width 80",
		"election-ticks":        "testdata/election.log -c 3 --width 100 --time ticks -since 2s",
		"dprintf-lines":         "testdata/dprintf.log",
		"dprintf-columns":       "testdata/dprintf.log -c 3 --width 100",
		"broken-lines":          "testdata/broken.log --width 80",
		"broken-columns":        "testdata/broken.log -c 5",
		"odd-lines":             "testdata/odd.log",
		"odd-columns":           "testdata/odd.log -c 3 --width 100",
		"two-logs":              "testdata/dprintf.log testdata/odd.log",
		"merged":                "testdata/broken.log testdata/odd.log --merge -j TEST,VOTE,LEAD --until 150",
		"events-columns":        events + " -c 3 --width 100 -i TIMR",
		"events-one-server":     events + " -s 1 --term 2 -since 0.5s",
		"help":                  "--help",
	} {
		t.Run(name, func(t *testing.T) {
			got, errs, status := dslogs(t, nil, strings.Fields(args)...)
			if status != 0 || errs != "" {
				t.Fatalf("status %d: %s", status, errs)
			}
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v (go test -update writes it)", err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("dslogs %s (-%s +got):\n%s", args, file, diff)
			}
		})
	}
}

// Without options a log comes out as it went in.
func TestNothingAsked(t *testing.T) {
	log, err := os.ReadFile("testdata/election.log")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"-"}, {"testdata/election.log"}} {
		got, errs, status := dslogs(t, bytes.NewReader(log), args...)
		if diff := cmp.Diff(string(log), got); status != 0 || errs != "" || diff != "" {
			t.Errorf("dslogs %q: status %d, %s (-in +out):\n%s", args, status, errs, diff)
		}
	}
}

// Flags have one dash or two, before or after the file, with their value
// behind =, a space or nothing.
func TestSpellings(t *testing.T) {
	want, _, _ := dslogs(t, nil, "-c", "3", "-i", "TIMR,DROP", "testdata/election.log")
	for _, args := range []string{
		"--columns 3 --ignore TIMR,DROP testdata/election.log",
		"-columns=3 -ignore=TIMR,DROP testdata/election.log",
		"testdata/election.log --columns=3 -i TIMR -i drop",
		"-c3 testdata/election.log -iTIMR,DROP",
		"-c=3 -i=DROP,TIMR -- testdata/election.log",
	} {
		got, errs, status := dslogs(t, nil, strings.Fields(args)...)
		if diff := cmp.Diff(want, got); status != 0 || diff != "" {
			t.Errorf("dslogs %s: status %d, %s (-want +got):\n%s", args, status, errs, diff)
		}
	}
}

func TestBadUse(t *testing.T) {
	const log = "testdata/election.log"
	for args, want := range map[string]string{
		log + " -c 0":                      "from 1 to 128",
		log + " -c x":                      "from 1 to 128",
		log + " -c":                        "needs an argument",
		log + " -j VOTE,F-O":               `"F-O" is no topic: one has two to six letters, or four letters and digits, such as CLNT CMIT`,
		log + " -i SEVENTH":                `"SEVENTH" is no topic`,
		log + " -i S2":                     `"S2" is no topic`,
		log + " -i ":                       "needs an argument",
		log + " -s 1-x":                    `"1-x" is neither a number nor a range`,
		log + " --term 5-3":                "ends before it begins",
		log + " -since -1s":                "must be a time such as",
		log + " -since soon":               "must be a time such as",
		log + " -until 1s --since 20000":   "--until is 1s, before --since, which is 2s",
		log + " --color=blue":              "auto, always or never",
		log + " --color=always --no-color": "contradict",
		log + " --width 3":                 "from 20 to 10000",
		log + " --time hours":              "ticks or seconds",
		log + " --bogus":                   "no option -bogus",
		log + " -f testdata/odd.log":       "one file, not 2",
		log + " testdata/none.log":         "testdata/none.log: no such file",
		log + " testdata":                  "testdata is a folder",
		"- -":                              "named twice",
	} {
		out, errs, status := dslogs(t, strings.NewReader(""), strings.Fields(args)...)
		if status != 2 || out != "" {
			t.Errorf("dslogs %s: status %d and %d bytes of output, want 2 and none", args, status, len(out))
		}
		if !strings.HasPrefix(errs, "dslogs: ") || !strings.Contains(errs, want) || strings.Count(errs, "\n") != 1 {
			t.Errorf("dslogs %s says %q, want one line with %q", args, errs, want)
		}
	}
}

// Topics of a list of one's own are filtered as those of the table are, and one
// that does not occur is told of in the end.
func TestOwnTopics(t *testing.T) {
	const log = "000001 RPC S1 x\n000002 APLY S2 y\n000003 VOTE S1 z\n000004 RAFTKV S0 u\n000005 LOG3 S0 v\n"
	line := strings.SplitAfter(log, "\n")
	for _, tt := range []struct{ args, want string }{
		{"-j RPC", line[0]},
		{"-j rpc,vote", line[0] + line[2]},
		{"-i APLY", line[0] + line[2] + line[3] + line[4]},
		{"-j RAFTKV,LOG3 -i LOG3", line[3]},
		{"-j RCP", "The log has no line of topic RCP; it has APLY LOG3 RAFTKV RPC VOTE.\n"},
		{"-j APLY,XX -i ABC", line[1] + "The log has no line of topic ABC or XX; it has APLY LOG3 RAFTKV RPC VOTE.\n"},
		{"-j SNAP", ""}, // of the table
		{"-c 3 --width 60 -j RPC,RAFTKV -i VOTE", "    time      │ S0           │ S1           │ S2\n" +
			"──────────────┼──────────────┼──────────────┼──────────────\n" +
			"  0.0001 RPC  │              │ x            │\n" +
			"  0.0004 RAFT │ u            │              │\n"},
	} {
		got, errs, status := dslogs(t, strings.NewReader(log), strings.Fields(tt.args)...)
		if diff := cmp.Diff(tt.want, got); status != 0 || errs != "" || diff != "" {
			t.Errorf("dslogs %s: status %d, %s (-want +got):\n%s", tt.args, status, errs, diff)
		}
	}
	if got, _, _ := dslogs(t, strings.NewReader("nothing\n"), "-j", "RPC"); got != "? nothing\nThe log has no line of topic RPC; it has no topics.\n" {
		t.Errorf("of a log without topics: %q", got)
	}
}

func TestColor(t *testing.T) {
	const vote, reset = "\x1b[38;2;103;160;178m", "\x1b[0m"
	for args, want := range map[string]string{
		"":               "000001 VOTE S1 x\n", // no terminal
		"--color=never":  "000001 VOTE S1 x\n",
		"--color=always": "\x1b[2m000001" + reset + " " + vote + "VOTE S1 x" + reset + "\n",
	} {
		got, errs, status := dslogs(t, strings.NewReader("000001 VOTE S1 x\n"), strings.Fields(args)...)
		if status != 0 || errs != "" || got != want {
			t.Errorf("dslogs %s: status %d, %s, %q, want %q", args, status, errs, got, want)
		}
	}
	for _, tt := range []struct {
		s        settings
		terminal bool
		env      string
		want     bool
	}{
		{settings{}, true, "", true},
		{settings{}, false, "", false},
		{settings{}, true, "NO_COLOR=1", false},
		{settings{}, true, "TERM=dumb", false},
		{settings{}, true, "TERM=xterm", true},
		{settings{noColor: true}, true, "", false},
		{settings{color: colorNever}, true, "", false},
		{settings{color: colorAlways}, false, "NO_COLOR=1", true},
	} {
		getenv := func(name string) string {
			value, _ := strings.CutPrefix(tt.env, name+"=")
			if value == tt.env {
				return ""
			}
			return value
		}
		if got := tt.s.colored(tt.terminal, getenv); got != tt.want {
			t.Errorf("%+v, terminal %v, %s: coloured is %v, want %v", tt.s, tt.terminal, tt.env, got, tt.want)
		}
	}
}

func TestReadErrorIsNoUsageError(t *testing.T) {
	in := io.MultiReader(strings.NewReader("000001 VOTE S1 x\n"), brokenReader{})
	out, errs, status := dslogs(t, in)
	if status != 1 || errs != "dslogs: unexpected EOF\n" || out != "000001 VOTE S1 x\n" {
		t.Errorf("status %d, %q, output %q", status, errs, out)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
