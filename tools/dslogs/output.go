package main

import (
	"io"
	"os"

	"github.com/fatih/color"
	"golang.org/x/term"

	"raftlab/src/logview"
)

// options returns how to print what s asks for on e's standard output.
func (s *settings) options(e env) logview.Options {
	_, isTerminal := terminal(e.stdout)
	return logview.Options{
		Filter:  s.filter,
		Columns: s.servers(),
		Width:   s.outputWidth(e),
		Color:   s.colored(isTerminal, e.getenv),
		Time:    s.time,
	}
}

// servers returns those that have a column: the first ones, or those that were
// asked for.
func (s *settings) servers() []int {
	if len(s.filter.Servers) > 0 {
		return s.filter.Servers.First(s.columns)
	}
	all := make([]int, s.columns)
	for i := range all {
		all[i] = i
	}
	return all
}

// colored decides whether to colour: what is asked for on the command line wins
// over the environment, and that over the terminal.
func (s *settings) colored(isTerminal bool, getenv func(string) string) bool {
	switch {
	case s.noColor || s.color == colorNever:
		return false
	case s.color == colorAlways:
		return true
	}
	return isTerminal && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}

func (s *settings) outputWidth(e env) int {
	if s.width != 0 {
		return s.width
	}
	if fd, ok := terminal(e.stdout); ok {
		if w, _, err := term.GetSize(fd); err == nil && w >= minWidth {
			return w
		}
	}
	return logview.DefaultWidth
}

// terminal returns the descriptor of f if it is a terminal.
func terminal(f any) (fd int, ok bool) {
	file, ok := f.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	return int(file.Fd()), true
}

// painted returns w such that colours reach it: old Windows consoles need them
// translated.
func painted(w io.Writer) io.Writer {
	if w == io.Writer(os.Stdout) {
		return color.Output
	}
	return w
}
