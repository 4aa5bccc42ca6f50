package main

import (
	"os/exec"
	"strings"
	"testing"
)

// Any name of a directory is one word to a shell.
func TestShellWord(t *testing.T) {
	for _, path := range []string{
		"impls/ticker-timer", "../a b", "x; rm -rf ~", "$(reboot)", "it's", "`x`", "-n", "é", "a\nb", "\x1b[2J",
		"\xff'\\", "~", "*", "#x", "a=b", "=",
	} {
		out, err := exec.Command("bash", "-c", "printf %s "+shellWord(path)).Output()
		if got := strings.TrimPrefix(string(out), "./"); err != nil || got != path {
			t.Errorf("%q is written as %s, which is %q (%v)", path, shellWord(path), got, err)
		}
	}
	if got := shellWord("impls/ticker-timer"); got != "impls/ticker-timer" {
		t.Errorf("a plain path is quoted: %s", got)
	}
}
