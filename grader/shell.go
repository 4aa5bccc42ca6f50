package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./+,@%:][A-Za-z0-9_./+,@%:=-]*$`)

// shellWord writes a path so that a shell takes it for that path and nothing else: the commands that the grader prints
// are there to be copied, and directories of submissions have any name.
func shellWord(path string) string {
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	if plainWord.MatchString(path) {
		return path
	}
	if !strings.ContainsFunc(path, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	var b strings.Builder
	for _, c := range []byte(path) {
		if c < ' ' || c > '~' || c == '\'' || c == '\\' {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return "$'" + b.String() + "'"
}
