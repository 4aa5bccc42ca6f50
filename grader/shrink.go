package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/report"
	"raftlab/grader/internal/shrink"
	"raftlab/src/box"
	"raftlab/src/cluster"
	"raftlab/src/cputime"
	"raftlab/src/record"
	"raftlab/src/script"
	"raftlab/src/sim"
)

func shrinkCommand() *cli.Command {
	return &cli.Command{
		Name:      "shrink",
		Usage:     "make a run that fails as short as it can be: the fewest faults, commands and late messages",
		ArgsUsage: "DIR SCENARIO RECIPE, or DIR SCRIPT",
		Description: "Writes a script, a text file that says what is done to the servers and when: grader replay DIR SCRIPT\n" +
			"plays it, with all flags of replay. It is there to be read, and can be changed by hand.",
		Flags: []cli.Flag{
			labFlag(),
			baseFlag(),
			mutantFlag(),
			&cli.StringFlag{
				Name:        "o",
				Usage:       "write the script to this `file`; - is standard output",
				DefaultText: "SCENARIO-SEED.script",
			},
			&cli.StringFlag{Name: "html", Usage: "write a page for a browser to this `file`: the short run, and the one it " +
				"was made from beside it"},
			&cli.IntFlag{
				Name:  "budget",
				Value: shrinkBudget,
				Usage: "how much may be played, in thousands of times that a server is woken",
			},
			statesFlag(replayStates),
		},
		Action: runShrink,
	}
}

// shrinkBudget is the usual one: some 20 s of one processor.
const shrinkBudget = 400

func runShrink(ctx context.Context, cmd *cli.Command) error {
	o, err := parseShrink(cmd)
	if err != nil {
		return err
	}
	work, remove, err := workDir(replayWork)
	if err != nil {
		return err
	}
	defer remove()
	p, err := o.target.player(ctx, cmd, filepath.Join(work, "0"))
	if err != nil {
		return err
	}
	kit, err := newKit(ctx, work, cmd.Root().ErrWriter)
	if err != nil {
		return err
	}
	unload, err := p.buildOrSay(ctx, kit)
	defer unload()
	if err != nil {
		return err
	}
	box.CollectBetweenTurns()
	f, err := p.fails(o.target)
	if err != nil {
		return err
	}
	began := cputime.Used()
	r, ok := shrink.Shrink(f.plays(ctx), o.budget, f.starts(ctx))
	switch {
	case ctx.Err() != nil:
		return exitStatus(statusInterrupted)
	case !ok:
		return fmt.Errorf("in %d runs it did not fail again for the same reason: it needs all that the scenario does, as it "+
			"does it; grader replay -html shows the run", r.Plays)
	}
	r.Script.Lab = o.target.lab.Name
	run, res, _ := f.again(r.Script)
	r.Script.Finding = finding(res.Result)
	return o.write(p, f.run, run, r, cputime.Used()-began)
}

// shrinkOptions are the checked arguments of grader shrink.
type shrinkOptions struct {
	target target
	file   string // of the script
	files  *replayFiles
	budget int64
	again  options // for commands
	out    io.Writer
}

func parseShrink(cmd *cli.Command) (o shrinkOptions, err error) {
	if o.target, err = parseTarget(cmd, true); err != nil {
		return o, err
	}
	o.again = options{self: selfOf(cmd), base: cmd.String("raft"), builder: builder{clock: "sim", schedule: true}}
	o.out = cmd.Root().Writer
	o.budget = 1000 * int64(cmd.Int("budget"))
	if o.budget < 1000 || o.budget > 1e9 {
		return o, fmt.Errorf("-budget %d: must be 1 to 1000000", cmd.Int("budget"))
	}
	if o.file = cmd.String("o"); o.file == "" {
		o.file = strings.ReplaceAll(fmt.Sprintf("%s-%v.script", o.target.scenario.Name, o.target.drawn), ":", "-")
	}
	if o.file != toStdout {
		if err := canWrite(o.file); err != nil {
			return o, fmt.Errorf("-o %s: %w", o.file, err)
		}
	}
	if o.file == cmd.String("html") {
		return o, fmt.Errorf("-o %s: that is the file of -html, too; name one for each", o.file)
	}
	o.files, err = newReplayFiles(cmd, o.target)
	return o, err
}

// write writes the script and the page, and says what there is.
func (o shrinkOptions) write(p *player, before, after *cluster.Run, r shrink.Result, took time.Duration) error {
	shrunk := o.target
	shrunk.script, shrunk.drawn, shrunk.file = r.Script, r.Script.Drawn, o.file
	res := p.play(shrunk, sim.Options{Record: true})
	text := r.Script.Text(o.story(shrunk, res.Recording)...)
	if err := o.files.put(o.file, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}); err != nil {
		return fmt.Errorf("-o %s: %w", o.file, err)
	}
	if o.files.paged() {
		first := p.play(o.target, sim.Options{Record: true})
		o.files.other = true
		if err := o.files.write(
			replayed{shrunk, p.record(shrunk, res, o.files), o.again.replayOf(shrunk)},
			replayed{o.target, p.record(o.target, first, o.files), o.again.replayOf(o.target)},
		); err != nil {
			return err
		}
	}
	if o.file == toStdout || o.files.onStdout() {
		return nil
	}
	fmt.Fprintf(o.out, "%s\n", text)
	fmt.Fprintf(o.out, "%s: %s, of %s; %d runs, %.1f s of CPU\n", o.file, sizeOf(after), sizeOf(before), r.Plays,
		took.Seconds())
	if r.Spent {
		fmt.Fprintf(o.out, "        the search was not over; a larger -budget may find less\n")
	}
	fmt.Fprintf(o.out, "repeat: %s\n", o.again.replayOf(shrunk))
	if o.files.html != "" {
		fmt.Fprintf(o.out, "page:   %s\n", o.files.html)
	}
	return nil
}

// story is what stands above the script for its readers: how to play it, and how the failure comes about.
func (o shrinkOptions) story(shrunk target, rec *record.Recording) (lines []string) {
	if o.file != toStdout {
		lines = append(lines, o.again.replayOf(shrunk))
	}
	if rec == nil || rec.Finding == nil {
		return lines
	}
	lines = append(lines, rec.Finding.Sentence)
	for _, chapter := range rec.Finding.Story {
		lines = append(lines, "  "+chapter.Text)
	}
	for i, l := range lines {
		lines[i] = report.Printable(l)
	}
	return lines
}

// A size is how much there is in a run.
type size struct{ faults, messages, asks int }

// sizeOf counts until the run failed. What clerks are asked is not counted: only a scenario can ask that.
func sizeOf(r *cluster.Run) (n size) {
	for _, a := range r.Written.Actions() {
		switch {
		case a.Do == script.Message:
			n.messages++
		case a.Do == script.Ask && r.Scripted():
			n.asks++
		case a.IsFault():
			n.faults++
		}
	}
	return n
}

func (n size) String() string {
	text := count(n.faults, "fault")
	if n.messages > 0 {
		text += ", " + count(n.messages, "message") + " lost, late or doubled"
	}
	if n.asks > 0 {
		text += ", " + count(n.asks, "command")
	}
	return text
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// A failing is a run that is to be made shorter.
type failing struct {
	*player
	target
	sim.Result
	run *cluster.Run
}

// fails plays the run that is to be made shorter.
func (p *player) fails(t target) (*failing, error) {
	f := &failing{player: p, target: t, run: p.prepare(t)}
	f.run.Written = new(script.Writer)
	f.Result = sim.Play(p.module, f.run, sim.Options{Schedule: p.schedule})
	switch {
	case f.Failure == nil:
		return nil, fmt.Errorf("%s %s does not fail, so there is nothing to shrink: %s", t.name(), t.run(),
			verdict(f.Result.Result))
	case usedUp(f.Result):
		return nil, fmt.Errorf("%s %s uses too much time or memory, and with less of it in it a run is another one: %s",
			t.name(), t.run(), verdict(f.Result.Result))
	}
	return f, nil
}
