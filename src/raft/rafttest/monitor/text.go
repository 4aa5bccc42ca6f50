package monitor

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// list lists fields in a message.
func list(fields []string) string {
	const most = 10
	var b strings.Builder
	for i, f := range fields[:min(most, len(fields))] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(word(f))
	}
	switch n := len(fields); {
	case n == 0:
		b.WriteString("no fields")
	case n > most:
		fmt.Fprintf(&b, " and %d more", n-most)
	}
	return b.String()
}

// or lists fields of which one is meant.
func or(fields []string) string {
	const most = 10
	var words []string
	for _, f := range fields[:min(most, len(fields))] {
		words = append(words, word(f))
	}
	if n := len(fields); n > most {
		words = append(words, fmt.Sprintf("one of %d more", n-most))
	}
	return strings.Join(words, " or ")
}

// word makes a name fit for print: it comes from the code under test.
func word(name string) string {
	const most = 40
	plain := func(r rune) bool { return r == '.' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	if len(name) > most {
		name = name[:most] + "…"
	} else if !strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return name
	}
	return strconv.Quote(name)
}
