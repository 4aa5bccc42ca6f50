package report

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"
)

// A palette colours text, or does not. It does not ask the environment, as go-pretty's own colouring does: the caller
// has decided.
type palette bool

func (p palette) paint(s string, colors ...text.Color) string {
	if !p || s == "" {
		return s
	}
	return text.Colors(colors).EscapeSeq() + s + text.EscapeReset
}

func (p palette) good(s string) string    { return p.paint(s, text.FgGreen) }
func (p palette) bad(s string) string     { return p.paint(s, text.FgRed) }
func (p palette) doubt(s string) string   { return p.paint(s, text.FgYellow) }
func (p palette) faint(s string) string   { return p.paint(s, text.Faint) }
func (p palette) heading(s string) string { return p.paint(s, text.Bold) }

// Printable makes text of a submission safe to show: it shall not move the cursor or clear the screen of who grades it.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// oneLine makes text of a submission safe to show where a name stands.
func oneLine(s string) string {
	return clip(strings.Join(strings.Fields(Printable(s)), " "), 200)
}

// clip cuts text that is longer than limit bytes, and says so.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + "… (cut)"
}

// indent puts space before every line that is not empty.
func indent(s, space string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = space + l
		}
	}
	return strings.Join(lines, "\n")
}

// wrap breaks the lines of a text between words for a terminal, where the text is to stand behind some space.
func (v *view) wrap(s, space string) string {
	if !v.wraps {
		return s
	}
	most := v.width - len(space)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		partOfStack := strings.TrimLeft(l, " \t") != l
		if text.StringWidthWithoutEscSequences(l) > most && !partOfStack {
			lines[i] = Paragraph(l, "", "", most)
		}
	}
	return strings.Join(lines, "\n")
}

// Paragraph breaks text between words, so that lines have at most this many columns if their words let them. The first
// line begins with first, the others with rest.
func Paragraph(s, first, rest string, columns int) string {
	var b strings.Builder
	b.WriteString(first)
	column := text.StringWidthWithoutEscSequences(first)
	for i, word := range strings.Fields(s) {
		width := text.StringWidthWithoutEscSequences(word)
		switch {
		case i == 0:
		case column+1+width > columns:
			b.WriteString("\n" + rest)
			column = text.StringWidthWithoutEscSequences(rest)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += width
	}
	return b.String()
}

// span shows a time to three digits or so.
func span(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1e3)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", d.Seconds()*1e3)
	case d < 10*time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d < 100*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
}

// count puts a noun after a number.
func count(n int, singular, plural string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, singular)
	}
	return fmt.Sprintf("%d %s", n, plural)
}
