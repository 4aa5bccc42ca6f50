package history

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/kvraft"
)

var update = flag.Bool("update", false, "write the golden files anew")

// parse reads a history, an operation a line: its clerk, call and return ("-": none), its method and value, and for the
// versioned store the version after @ and what came of it.
func parse(t *testing.T, model Model, text string) (history []Op) {
	t.Helper()
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		f := strings.Fields(line)
		op := Op{Method: Method(f[3]), Key: "k"}
		_, err := fmt.Sscanf(f[0]+" "+f[1], "C%d %d", &op.Clerk, &op.Call)
		if err == nil && f[2] != "-" {
			_, err = fmt.Sscan(f[2], &op.Return)
		}
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		op.Called, op.Returned = time.Duration(op.Call)*10*time.Millisecond, time.Duration(op.Return)*10*time.Millisecond
		if model == Classic {
			op.Value = strings.Trim(strings.Join(f[4:], ""), "'")
		} else if value, version, found := strings.Cut(f[4], "@"); found {
			op.Value = value
			if _, err := fmt.Sscan(version, &op.Version); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			op.Err = kvraft.Err(strings.Join(f[5:], ""))
		} else {
			op.Err = kvraft.Err(value)
		}
		history = append(history, op)
	}
	return history
}

var wrong = []struct {
	story   string
	model   Model
	name    Name
	history string
}{
	{"an acknowledged Append is gone", Classic, Lost, `
		C0 1 2 Append a
		C1 3 4 Append b
		C2 5 6 Get    b`},
	{"an acknowledged Append is gone, and others come after it", Classic, Lost, `
		C0 1 2 Append a
		C1 3 8 Append b
		C2 4 5 Get    ab
		C0 6 7 Append c
		C2 9 10 Get    ac`},
	{"an acknowledged Append was never read, and a Put came before it", Classic, Lost, `
		C0 1 2 Put    a
		C1 3 4 Append b
		C2 5 6 Get    a`},
	{"an acknowledged Put is gone", Classic, Lost, `
		C0 1 2 Put a
		C1 3 4 Put b
		C2 5 6 Get a`},
	{"an Append is executed on a value that a Put had replaced", Classic, Lost, `
		C0 1 2 Put    a
		C1 3 4 Put    b
		C1 5 6 Append c
		C2 7 8 Get    ac`},
	{"a Get misses a write that others have seen", Classic, Stale, `
		C0 1 2 Append a
		C1 3 4 Get    ''
		C2 5 6 Get    a`},
	{"a Get misses a Put that others have seen", Classic, Stale, `
		C0 1 2 Put a
		C0 3 4 Put b
		C1 5 6 Get b
		C2 7 8 Get a`},
	{"a Get shows less than one before it", Classic, WentBack, `
		C0 1 - Append a
		C1 2 3 Get    a
		C2 4 5 Get    ''`},
	{"a Get shows an older Put than one before it", Classic, WentBack, `
		C0 1 2 Put a
		C3 3 - Put b
		C1 4 5 Get b
		C2 6 7 Get a`},
	{"an Append is executed twice", Classic, Doubled, `
		C0 1 2 Append a
		C1 3 4 Append b
		C2 5 6 Get    aba`},
	{"an Append is executed twice, before a Put and after it", Classic, Doubled, `
		C0 1 4 Append a
		C1 2 3 Get    a
		C1 5 6 Put    b
		C2 7 8 Get    ba`},
	{"an Append is executed twice, and the other value is another", Classic, Doubled, `
		C0 1 2 Append a
		C1 3 8 Append b
		C1 4 5 Get    ab
		C2 6 7 Get    aa`},
	{"one clerk's Appends come in another order", Classic, OutOfOrder, `
		C0 1 2 Append a
		C0 3 4 Append b
		C1 5 6 Get    ba`},
	{"two Gets have two orders", Classic, OutOfOrder, `
		C0 1 4 Append a
		C1 2 3 Append b
		C2 5 6 Get    ab
		C2 7 8 Get    ba`},
	{"two Gets have different writes", Classic, Forked, `
		C0 1 6 Append a
		C1 2 7 Append b
		C2 3 5 Get    a
		C3 4 8 Get    b`},
	{"a value that nobody wrote", Classic, NeverWritten, `
		C0 1 2 Append a
		C1 3 4 Get    x`},
	{"a value that nobody wrote, behind one that was", Classic, NeverWritten, `
		C0 1 2 Append a
		C1 3 4 Get    ax`},
	{"a write is read before it is called", Classic, Premature, `
		C1 1 2 Get    a
		C0 3 4 Append a`},
	{"a Put is executed as an Append", Classic, NotReplaced, `
		C0 1 2 Append a
		C1 3 4 Put    b
		C2 5 6 Get    ab`},
	{"values that are not unique", Classic, NoOrder, `
		C0 1 2 Put    a
		C1 3 4 Append a
		C2 5 6 Get    a
		C1 7 8 Put    b
		C2 9 10 Get   b`},
	{"the key's second history after a Put", Classic, Lost, `
		C0 1 2  Put    ''
		C0 3 4  Append a
		C0 5 6  Put    ''
		C0 7 8  Append a
		C0 9 10 Get    ''`},

	{"two Puts at one version are acknowledged", Versioned, TwoPuts, `
		C0 1 2 Put a@0 OK
		C1 3 4 Put b@0 OK`},
	{"two Gets show different values of one version", Versioned, TwoPuts, `
		C0 1 2 Put a@0 ErrMaybe
		C1 3 4 Put b@0 ErrMaybe
		C2 5 6 Get a@1 OK
		C3 7 8 Get b@1 OK`},
	{"a Get shows another value than the acknowledged Put's", Versioned, TwoPuts, `
		C0 1 2 Put a@0 OK
		C1 3 - Put b@0
		C2 4 5 Get b@1 OK`},
	{"ErrVersion, and the value is there", Versioned, FalseError, `
		C0 1 2 Put a@0 OK
		C0 3 4 Put b@1 ErrVersion
		C1 5 6 Get b@2 OK`},
	{"ErrVersion, and the version is one higher", Versioned, FalseError, `
		C0 1 2 Put a@0 OK
		C0 3 4 Put b@1 ErrVersion
		C1 5 6 Put c@2 OK`},
	{"ErrVersion of several, and the version is one higher", Versioned, FalseError, `
		C0 1 2 Put a@0 OK
		C0 3 4 Put b@1 ErrVersion
		C1 5 6 Put c@1 ErrVersion
		C1 7 8 Get d@3 OK
		C2 9 10 Put d@2 OK`},
	{"an acknowledged Put is gone", Versioned, Lost, `
		C0 1 2 Put a@0 OK
		C1 3 4 Put b@1 OK
		C2 5 6 Get a@1 OK`},
	{"a Get misses a Put that others have seen", Versioned, Stale, `
		C0 1 2 Put a@0 OK
		C1 3 4 Put b@1 OK
		C2 5 6 Get a@1 OK
		C3 7 8 Get b@2 OK`},
	{"a Get shows an older version than one before it", Versioned, WentBack, `
		C0 1 2 Put a@0 OK
		C1 3 - Put b@1
		C2 4 5 Get b@2 OK
		C3 6 7 Get a@1 OK`},
	{"a Put is executed on a version that was not yet", Versioned, OutOfOrder, `
		C1 1 2 Put b@1 OK
		C0 3 4 Put a@0 OK`},
	{"a Put is read before it is called", Versioned, Premature, `
		C1 1 2 Get a@1 OK
		C0 3 4 Put a@0 OK`},
	{"a value that nobody wrote", Versioned, NeverWritten, `
		C0 1 2 Put a@0 OK
		C1 3 4 Get b@1 OK`},
	{"a value at a version at which nobody wrote it", Versioned, NeverWritten, `
		C0 1 2 Put a@0 OK
		C1 3 4 Get a@2 OK`},
	{"a Put at a version that nobody made", Versioned, NoVersion, `
		C0 1 2 Put a@0 OK
		C1 3 4 Put b@2 OK`},
	{"ErrNoKey to a Get of a key that is there", Versioned, Vanished, `
		C0 1 2 Put a@0 OK
		C1 3 4 Get ErrNoKey`},
	{"ErrNoKey to a Put of a key that is there", Versioned, Vanished, `
		C0 1 2 Put a@0 OK
		C1 3 4 Put b@1 ErrNoKey`},
	{"ErrVersion without a reason", Versioned, NoReason, `
		C0 1 2 Put a@0 OK
		C0 3 4 Put b@1 ErrVersion
		C1 5 6 Get a@1 OK`},
	{"ErrVersion without a reason, and later there would be one", Versioned, NoReason, `
		C0 1 2 Put a@0 OK
		C0 3 4 Put b@1 OK
		C0 5 6 Put c@2 ErrVersion
		C1 7 8 Put d@2 OK`},
	{"ErrMaybe without a reason", Versioned, NoReason, `
		C0 1 2 Put a@0 ErrMaybe
		C1 3 4 Get ErrNoKey`},
	{"ErrVersion where there is no key", Versioned, WrongAnswer, `
		C0 1 2 Put a@3 ErrVersion`},
	{"ErrNoKey to a Put that makes a key", Versioned, WrongAnswer, `
		C0 1 2 Put a@0 ErrNoKey`},
	{"what only servers say", Versioned, WrongAnswer, `
		C0 1 2 Get ErrWrongLeader`},
}

// Every finding has its name, and says what people can check by themselves.
func TestFindings(t *testing.T) {
	const golden = "testdata/findings.golden.txt"
	var got strings.Builder
	for _, w := range wrong {
		history := parse(t, w.model, w.history)
		agree(t, w.model, history)
		v := Check(w.model, history)
		if len(v.Findings) != 1 || v.Findings[0].Name != w.name {
			t.Errorf("%s: want %q, got %v", w.story, w.name, v.Findings)
		}
		fmt.Fprintf(&got, "%s:\n", w.story)
		for _, f := range v.Findings {
			fmt.Fprintf(&got, "    %s\n", strings.ReplaceAll(f.String(), "\n", "\n    "))
		}
	}
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s is otherwise (-update writes it):\n%s", golden, diff)
	}
}
