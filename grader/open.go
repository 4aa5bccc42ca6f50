package main

import (
	"fmt"
	"os/exec"
	"runtime"
)

// An opener is the command by which a system shows a file in the program that the user has for it; the file is its last
// argument.
type opener []string

// newOpener returns the system's, or an error that says what to do where there is none.
func newOpener() (opener, error) {
	o := opener{"xdg-open"}
	switch runtime.GOOS {
	case "darwin":
		o = opener{"open"}
	case "windows":
		o = opener{"rundll32", "url.dll,FileProtocolHandler"}
	}
	if _, err := exec.LookPath(o[0]); err != nil {
		return nil, fmt.Errorf("-open: there is no %s here; use -html FILE, and open that file in a browser", o[0])
	}
	return o, nil
}

// show opens a file and does not wait: some systems' openers end when the browser does.
func (o opener) show(file string) error {
	cmd := exec.Command(o[0], append(o[1:len(o):len(o)], file)...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("-open: %w; open %s in a browser", err, file)
	}
	return cmd.Process.Release()
}
