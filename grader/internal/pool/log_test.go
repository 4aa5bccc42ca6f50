package pool

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Of a log that is too long both ends are kept: how it began, and what the process said when it died.
func TestLogIsCut(t *testing.T) {
	file, err := newLog()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	write := func(s string) {
		if _, err := io.WriteString(file, s); err != nil {
			t.Fatal(err)
		}
	}
	write("000001 TEST begins\n")
	if got := string(readLog(file)); got != "000001 TEST begins\n" {
		t.Errorf("a short log: %q", got)
	}
	chatter := strings.Repeat("000002 INFO S0 says something\n", 1000)
	for range 2 * logLimit / len(chatter) {
		write(chatter)
	}
	write("panic: oops\n")
	got := string(readLog(file))
	if len(got) > logLimit+100 {
		t.Errorf("%d bytes", len(got))
	}
	if !strings.HasPrefix(got, "000001 TEST begins\n000002") || !strings.HasSuffix(got, "something\npanic: oops\n") {
		t.Errorf("begins with %q, ends with %q", got[:40], got[len(got)-40:])
	}
	cuts := 0
	for line := range strings.Lines(got) {
		if strings.HasPrefix(line, "[cut: ") {
			cuts++
		} else if !strings.HasPrefix(line, "00000") && line != "panic: oops\n" {
			t.Errorf("half a line: %q", line)
		}
	}
	if cuts != 1 {
		t.Errorf("%d lines say that it was cut", cuts)
	}
}

// What a worker prints in one run is gone after it, and the next run's begins where the file does.
func TestLogDoesNotGrow(t *testing.T) {
	b := batch([]string{os.Args[0], "-worker", "chatters"}, nil, nil)
	opt := Options{Timeout: time.Minute, standstill: time.Minute, overtime: time.Minute}
	r := runner[job, answer]{pool: &pool[job, answer]{opt: opt}}
	defer r.drop()
	for seed := range uint64(6) {
		out, doubt := r.try(context.Background(), &b, job{seed}, false)
		if r.process == nil || doubt != "" {
			t.Fatalf("seed %d: %+v, %q", seed, out, doubt)
		}
		want := fmt.Sprintf("%06d TEST seed %d\n", 10*seed, seed)
		if fails := seed%2 == 0; fails && (!strings.HasPrefix(string(out.Log), want) || len(out.Log) < chatter) {
			t.Errorf("seed %d: a log of %d bytes begins with %.40q, want %q and what it says", seed, len(out.Log),
				out.Log, want)
		}
		if info, err := r.process.log.Stat(); err != nil || info.Size() > 0 {
			t.Errorf("after seed %d the file has %d bytes (%v)", seed, info.Size(), err)
		}
	}
}

// Whatever fails when a worker is started, nothing stays open and nothing is left in the directory for temporary files.
func TestStartFails(t *testing.T) {
	descriptors := func() []string {
		list, err := filepath.Glob("/proc/self/fd/*")
		if err != nil || len(list) == 0 {
			t.Skip("this system does not show which files are open")
		}
		return list
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	before := descriptors()
	for range 20 {
		if w, err := start([]string{"/nowhere/worker"}); err == nil || w != nil {
			t.Fatalf("%v, %v", w, err)
		}
	}
	if after := descriptors(); len(after) > len(before) {
		t.Errorf("%d files are open, before there were %d", len(after), len(before))
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left are %v (%v)", left, err)
	}
	t.Setenv("TMPDIR", filepath.Join(tmp, "nowhere"))
	want := fmt.Sprintf("no worker could be started: making a log file in %s: no such file or directory",
		filepath.Join(tmp, "nowhere"))
	if _, err := start([]string{os.Args[0]}); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
