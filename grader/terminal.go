package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminal reports whether w is a terminal that is to be shown colours, and lines that change.
func terminal(w io.Writer) bool {
	_, ok := descriptor(w)
	return ok && lively(os.Getenv)
}

// lively reports whether the environment lets a terminal have colours: whoever sets NO_COLOR wants none, and a dumb
// terminal shows their escapes as rubbish.
func lively(getenv func(string) string) bool {
	return getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}

// columns is how wide w is if it is a terminal, and else 0.
func columns(w io.Writer) int {
	if fd, ok := descriptor(w); ok {
		if width, _, err := term.GetSize(fd); err == nil {
			return width
		}
	}
	return 0
}

// descriptor returns the file descriptor of w if w is a terminal.
func descriptor(w io.Writer) (fd int, ok bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	return int(f.Fd()), true
}
