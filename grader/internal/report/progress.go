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

// A Progress shows how far the runs of a report are while they go on. Its methods are safe for concurrent use.
type Progress struct {
	display display
	once    sync.Once
}

type display interface {
	update()
	say(line string)
	close()
}

// Runs are the runs whose progress is shown.
type Runs interface {
	Done() (runs, total int)
	Failures() int
	finished() (implementations, total int)
}

// NewProgress shows the progress of r on w: as a bar that moves if w is a terminal, else as a line now and then.
// Nothing else may write to that terminal until Close.
func NewProgress(w io.Writer, terminal bool, r Runs) *Progress {
	runs, total := r.Done()
	p := pace{report: r, began: time.Now(), before: runs}
	if terminal && total > 0 {
		return &Progress{display: newBar(w, p)}
	}
	return &Progress{display: &lines{w: w, pace: p, at: p.began, shown: runs}}
}

// Update is to be called after outcomes were added to the report. It costs little.
func (p *Progress) Update() { p.display.update() }

// Say writes a line of its own, unless a bar moves.
func (p *Progress) Say(line string) { p.display.say(line) }

// Close shows where it ends and returns when nothing more will be written.
func (p *Progress) Close() { p.once.Do(p.display.close) }

// A pace tells how fast the runs go and when they may be done.
type pace struct {
	report Runs
	began  time.Time
	before int // runs that were done then
}

// text says so, and what time is left if the runs still go on.
func (p pace) text(going bool) string {
	runs, total := p.report.Done()
	spent := time.Since(p.began)
	s := fmt.Sprintf("%d of %s", runs, count(total, "run", "runs"))
	if done, all := p.report.finished(); all > 1 {
		s += fmt.Sprintf(" (%d of %d implementations)", done, all)
	}
	s += fmt.Sprintf(" after %v", spent.Round(time.Second))
	if failed := p.report.Failures(); failed > 0 {
		s += fmt.Sprintf(", %d failed", failed)
	}
	if fresh := runs - p.before; going && fresh > 0 && runs < total {
		left := time.Duration(float64(spent) / float64(fresh) * float64(total-runs))
		s += fmt.Sprintf(", about %v left", left.Round(time.Second))
	}
	return s
}

// A bar is progress on a terminal.
type bar struct {
	report  Runs
	tracker *progress.Tracker
	gone    chan struct{} // closed when the last was drawn
}

const redraw = 100 * time.Millisecond

func newBar(w io.Writer, p pace) *bar {
	_, total := p.report.Done()
	b := &bar{report: p.report, gone: make(chan struct{})}
	b.tracker = &progress.Tracker{
		Total:            int64(total),
		Units:            progress.Units{Formatter: func(int64) string { return p.text(!b.tracker.IsDone()) }},
		AutoStopDisabled: true,
	}
	style := progress.StyleBlocks
	style.Options.DoneString, style.Options.ErrorString = "done", "stopped"
	style.Options.Separator = ""
	style.Options.PercentFormat = "%3.0f%%"
	style.Visibility.Time = false // the pace tells it

	pw := progress.NewWriter()
	pw.SetOutputWriter(w)
	pw.SetStyle(style)
	pw.SetTrackerPosition(progress.PositionRight)
	pw.SetUpdateFrequency(redraw)
	// A line that wraps cannot be drawn over.
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			pw.SetTerminalWidth(width)
		}
	}
	b.update()
	pw.AppendTracker(b.tracker)
	pw.SetAutoStop(true) // rather than Stop, which a Render that has just begun misses
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

func (b *bar) say(string) {}

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
	w    io.Writer
	pace pace

	mu    sync.Mutex
	at    time.Time // of the last line
	shown int       // runs that it told of
}

// A line is due after a tenth of all runs, or when there was none for so long.
const quiet = 10 * time.Second

func (l *lines) update() {
	l.mu.Lock()
	defer l.mu.Unlock()
	runs, total := l.pace.report.Done()
	if runs == l.shown || 10*runs/total == 10*l.shown/total && time.Since(l.at) < quiet {
		return
	}
	l.write(runs, true)
}

func (l *lines) say(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.w, line)
}

func (l *lines) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if runs, _ := l.pace.report.Done(); runs != l.shown {
		l.write(runs, false)
	}
}

func (l *lines) write(runs int, going bool) {
	l.at, l.shown = time.Now(), runs
	fmt.Fprintln(l.w, l.pace.text(going))
}
