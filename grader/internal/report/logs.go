package report

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"raftlab/grader/internal/page"
)

// Logs keeps the logs of failures in a directory.
type logs struct {
	dir      string   // "" until one is made of its own
	own      bool     // it was made so
	prefixes []string // by implementation, all different
	kept     []kept   // by implementation
}

// A kept is how many logs of an implementation there are, and how large they are together.
type kept struct {
	files int
	bytes int64
}

// How many logs of an implementation are kept, and how many bytes of them: one that fails differently every time must
// not fill the disk.
const (
	mostLogs     = 500
	mostLogBytes = 512 << 20
)

func newLogs(dir string, impls []Impl) logs {
	l := logs{dir: dir, kept: make([]kept, len(impls))}
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

// make makes the directory. One among the temporary files, which others could have put there before, it makes anew and
// for this user only.
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

// write keeps the log of a failed run and returns its file, "" if too many are kept already.
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
	fmt.Fprintf(&b, "\n%s, seed %v; repeat with: %s\n", o.Scenario.Name, o.Result.Recipe(), replay)

	shown := maps.Clone(o.Result.Files)
	if o.Recording != nil {
		var b bytes.Buffer
		title := fmt.Sprintf("%s %s seed %v", l.prefixes[o.Impl], o.Scenario.Name, o.Result.Recipe())
		run := page.Run{Title: title, Command: replay, Recording: o.Recording}
		if err := page.Write(&b, page.Page{Title: title, Runs: []page.Run{run}}); err != nil {
			return "", fmt.Errorf("keeping what shows a failure: %w", err)
		}
		if shown == nil {
			shown = make(map[string][]byte)
		}
		shown["html"] = b.Bytes()
	}
	size := int64(b.Len())
	for _, data := range shown {
		size += int64(len(data))
	}
	have := &l.kept[o.Impl]
	if have.files >= mostLogs || have.bytes+size > mostLogBytes {
		return "", nil
	}
	if err := l.make(); err != nil {
		return "", fmt.Errorf("keeping the log of a failure: %w", err)
	}
	stem := filepath.Join(l.dir,
		fmt.Sprintf("%s-%s-%s", l.prefixes[o.Impl], fileName(o.Scenario.Name), fileName(o.Result.Recipe().String())))
	file = stem + logEnd
	if err := create(file, []byte(Printable(b.String()))); err != nil {
		return "", fmt.Errorf("keeping the log of a failure: %w", err)
	}
	for end, data := range shown {
		if err := create(stem+"."+end, data); err != nil {
			return "", fmt.Errorf("keeping what shows a failure: %w", err)
		}
	}
	have.files++
	have.bytes += size
	return file, nil
}

// logEnd is how the file of a log ends. What else shows its run has the same name up to there.
const logEnd = ".log"

// beside are the files that show a run besides its log, the page of its recording first.
func beside(log string) []string {
	files, _ := filepath.Glob(strings.TrimSuffix(log, logEnd) + ".*.html")
	if file := pageBeside(log); file != "" {
		files = append([]string{file}, files...)
	}
	return files
}

// pageBeside is the page of the run that a log is of, "" if there is none.
func pageBeside(log string) string {
	file := strings.TrimSuffix(log, logEnd) + ".html"
	if _, err := os.Lstat(file); log == "" || err != nil {
		return ""
	}
	return file
}

// remove removes a log of an implementation. What cannot be removed is a file too many, and no more.
func (l *logs) remove(impl int, file string) {
	info, err := os.Lstat(file)
	if err != nil || os.Remove(file) != nil {
		return
	}
	l.kept[impl].files--
	l.kept[impl].bytes -= info.Size()
	for _, file := range beside(file) {
		if info, err := os.Lstat(file); err == nil && os.Remove(file) == nil {
			l.kept[impl].bytes -= info.Size()
		}
	}
}

// create writes a file in the place of another one, if there is one: a link that somebody has put there is not
// followed.
func create(name string, data []byte) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
