package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Logs keeps the logs of failures in a directory.
type logs struct {
	dir      string   // "" until one is made of its own
	own      bool     // it was made so
	prefixes []string // by implementation, all different
}

func newLogs(dir string, impls []Impl) logs {
	l := logs{dir: dir}
	taken := make(map[string]bool)
	for _, m := range impls {
		name := fileName(m.Name)
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s.%d", fileName(m.Name), n)
		}
		taken[name] = true
		l.prefixes = append(l.prefixes, name)
	}
	return l
}

var unfit = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// fileName makes a name fit for a file on any system.
func fileName(s string) string {
	s = unfit.ReplaceAllString(s, "_")
	return s[:min(len(s), 100)]
}

// make makes the directory. One among the temporary files, which others could
// have put there before, it makes anew and for this user only.
func (l *logs) make() (err error) {
	switch {
	case l.own:
	case l.dir != "":
		err = os.MkdirAll(l.dir, 0o777)
	default:
		l.dir, err = os.MkdirTemp("", "raftlab-"+time.Now().Format("20060102-150405-")+"*")
		l.own = err == nil
	}
	return err
}

// write keeps the log of a failed run and returns its file.
func (l *logs) write(o Outcome, replay string) (file string, err error) {
	f := o.Result.Failure
	var b bytes.Buffer
	b.Write(o.Log)
	if b.Len() > 0 && !bytes.HasSuffix(o.Log, []byte("\n")) {
		b.WriteByte('\n')
	}
	// A run that was given up has not told its log why.
	if !bytes.Contains(o.Log, []byte(f.Message)) {
		fmt.Fprintf(&b, "\nFAIL %s\n", strings.TrimRight(f.Error(), "\n"))
	}
	fmt.Fprintf(&b, "\n%s, seed %d; repeat with: %s\n", o.Scenario.Name, o.Result.Seed, replay)

	if err := l.make(); err != nil {
		return "", fmt.Errorf("keeping the log of a failure: %w", err)
	}
	file = filepath.Join(l.dir, fmt.Sprintf("%s-%s-%d.log", l.prefixes[o.Impl], fileName(o.Scenario.Name), o.Result.Seed))
	if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
		return "", fmt.Errorf("keeping the log of a failure: %w", err)
	}
	return file, nil
}
