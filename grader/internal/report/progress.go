package report

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
	"golang.org/x/term"
)

// A Progress shows how far the runs of a report are while they go on. Its
// methods are safe for concurrent use.
type Progress struct {
	display display
	once    sync.Once
}

type display interface {
	update()
	close()
}

// NewProgress shows the progress of r on w: as a bar that moves if w is a
// terminal, else as a line now and then. Nothing else may write to that terminal
// until Close.
func NewProgress(w io.Writer, terminal bool, r *Report) *Progress {
	if _, total := r.Done(); terminal && total > 0 {
		return &Progress{display: newBar(w, r)}
	}
	return &Progress{display: newLines(w, r)}
}

// Update is to be called after outcomes were added to the report. It costs
// little.
func (p *Progress) Update() { p.display.update() }

// Close shows where it ends and returns when nothing more will be written.
func (p *Progress) Close() { p.once.Do(p.display.close) }

// state puts the progress in words.
func (r *Report) state() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	runs, total := r.done()
	s := fmt.Sprintf("%d of %s", runs, count(total, "run", "runs"))
	if failed := r.all().failed; failed > 0 {
		s += fmt.Sprintf(", %d failed", failed)
	}
	return s
}

// A bar is progress on a terminal.
type bar struct {
	report  *Report
	tracker *progress.Tracker
	gone    chan struct{}
}

const redraw = 100 * time.Millisecond

func newBar(w io.Writer, r *Report) *bar {
	_, total := r.Done()
	b := &bar{report: r, gone: make(chan struct{})}
	b.tracker = &progress.Tracker{
		Total:            int64(total),
		Units:            progress.Units{Formatter: func(int64) string { return r.state() }},
		AutoStopDisabled: true,
	}
	style := progress.StyleBlocks
	style.Options.DoneString, style.Options.ErrorString = "done", "stopped"
	style.Options.Separator = " "
	style.Options.PercentFormat = "%3.0f%%"
	style.Options.ETAString = "left"
	style.Options.TimeInProgressPrecision = time.Second
	style.Options.TimeDonePrecision = 100 * time.Millisecond
	style.Visibility.ETA = true

	pw := progress.NewWriter()
	pw.SetOutputWriter(w)
	pw.SetStyle(style)
	pw.SetTrackerPosition(progress.PositionRight)
	pw.SetTrackerLength(30)
	pw.SetUpdateFrequency(redraw)
	// A line that wraps cannot be drawn over.
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			pw.SetTerminalWidth(width)
		}
	}
	pw.AppendTracker(b.tracker)
	pw.SetAutoStop(true) // rather than Stop, which a Render that has just begun misses
	b.update()
	go func() {
		defer close(b.gone)
		pw.Render()
	}()
	return b
}

func (b *bar) update() {
	runs, _ := b.report.Done()
	b.tracker.SetValue(int64(runs))
}

func (b *bar) close() {
	b.update()
	if runs, total := b.report.Done(); runs < total {
		b.tracker.MarkAsErrored()
	} else {
		b.tracker.MarkAsDone()
	}
	<-b.gone
}

// Lines are progress where lines stay: in files and in the logs of CI systems.
type lines struct {
	w      io.Writer
	report *Report
	began  time.Time
	before int // runs that were done at the start

	mu    sync.Mutex
	at    time.Time // of the last line
	shown int       // runs that it told of
}

// A line is due after a tenth of all runs, or when there was none for so long.
const quiet = 10 * time.Second

func newLines(w io.Writer, r *Report) *lines {
	runs, _ := r.Done()
	now := time.Now()
	return &lines{w: w, report: r, began: now, before: runs, at: now, shown: runs}
}

func (l *lines) update() {
	l.mu.Lock()
	defer l.mu.Unlock()
	runs, total := l.report.Done()
	if runs == l.shown || 10*runs/total == 10*l.shown/total && time.Since(l.at) < quiet {
		return
	}
	l.write(runs, total)
}

func (l *lines) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if runs, total := l.report.Done(); runs != l.shown {
		l.write(runs, total)
	}
}

func (l *lines) write(runs, total int) {
	l.at, l.shown = time.Now(), runs
	spent := l.at.Sub(l.began)
	line := fmt.Sprintf("%s in %v", l.report.state(), spent.Round(time.Second))
	if fresh := runs - l.before; fresh > 0 && runs < total {
		left := time.Duration(float64(spent) / float64(fresh) * float64(total-runs))
		line += fmt.Sprintf(", about %v left", left.Round(time.Second))
	}
	fmt.Fprintln(l.w, line)
}
